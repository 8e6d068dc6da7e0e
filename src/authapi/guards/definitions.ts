import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { DefinitionType } from '../policy/access.ts';
import { type Action, can, canAccess } from '../policy/can.ts';
import { insertDefinition } from '../store/definitions.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { allow } from './permission.ts';

const CREATE: Readonly<Record<DefinitionType, Action>> = {
  WORKFLOW_DEF: 'createWorkflowDefs',
  TASK_DEF: 'createTaskDefs',
  WORKFLOW_SCHEDULE: 'createSchedules',
};

/**
 * Registers definitions for a caller, who owns those that are new; all or none. One that is there keeps its owner.
 * Throws 403 where the caller may not create such definitions, or not update one that is there.
 */
export function registerDefinitions(
  { database }: AuthApiContext,
  { principal }: Caller,
  type: DefinitionType,
  names: readonly string[],
): void {
  for (const id of names) {
    const target = { type, id };
    const facts = getTargetFacts(database, principal, target);
    if (facts.ownerUuid !== null) {
      allow(canAccess(principal, 'UPDATE', target, facts));
    } else {
      allow(can(principal, CREATE[type]));
      insertDefinition(database, type, id, principal.uuid);
    }
  }
}
