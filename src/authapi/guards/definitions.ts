import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { DefinitionType } from '../policy/access.ts';
import { type Action, canAccess } from '../policy/can.ts';
import { createDefinition, hasDefinition } from '../store/definitions.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { checkMayCreate } from './new-names.ts';
import { allow } from './permission.ts';

const CREATE: Readonly<Record<DefinitionType, Action>> = {
  WORKFLOW_DEF: 'createWorkflowDefs',
  TASK_DEF: 'createTaskDefs',
  WORKFLOW_SCHEDULE: 'createSchedules',
};

/**
 * Registers definitions for a caller, who gets full access to those that are new.
 * Throws 403 where the caller may not create such definitions, or not update one that is there.
 */
export function registerDefinitions(
  context: AuthApiContext,
  caller: Caller,
  type: DefinitionType,
  names: readonly string[],
): void {
  const { database } = context;
  const { principal, user } = caller;
  for (const id of names) {
    const target = { type, id };
    if (hasDefinition(database, target)) {
      allow(canAccess(principal, 'UPDATE', target, getTargetFacts(database, principal, target)));
      continue;
    }
    checkMayCreate(context, caller, target, CREATE[type]);
    createDefinition(database, target, user);
  }
}
