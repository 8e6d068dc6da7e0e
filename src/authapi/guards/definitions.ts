import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { DefinitionType } from '../policy/access.ts';
import { type Action, can, canAccess, canCreateGranted } from '../policy/can.ts';
import { createDefinition, hasDefinition } from '../store/definitions.ts';
import { listGrantsOn } from '../store/grants.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { allow } from './permission.ts';

const CREATE: Readonly<Record<DefinitionType, Action>> = {
  WORKFLOW_DEF: 'createWorkflowDefs',
  TASK_DEF: 'createTaskDefs',
  WORKFLOW_SCHEDULE: 'createSchedules',
};

/**
 * Registers definitions for a caller, who gets full access to those that are new. New is only what nobody has: on a name
 * that is not registered there may be grants, and creating it must not be a way around them.
 * Throws 403 where the caller may not create such definitions, or not update one that is there.
 */
export function registerDefinitions(
  { database }: AuthApiContext,
  { principal, user }: Caller,
  type: DefinitionType,
  names: readonly string[],
): void {
  for (const id of names) {
    const target = { type, id };
    const facts = getTargetFacts(database, principal, target);
    if (hasDefinition(database, target)) {
      allow(canAccess(principal, 'UPDATE', target, facts));
      continue;
    }
    const isGranted = listGrantsOn(database, target).length > 0;
    allow(isGranted ? canCreateGranted(principal, target, facts) : can(principal, CREATE[type]));
    createDefinition(database, target, user);
  }
}
