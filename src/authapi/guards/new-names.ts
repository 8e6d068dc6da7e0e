import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { Target } from '../policy/access.ts';
import { type Action, can, canCreateGranted } from '../policy/can.ts';
import { listGrantsOn } from '../store/grants.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { allow } from './permission.ts';

/**
 * Refuses a caller who may not create what is not there yet, under a name that the caller chose: 403. New is only what
 * nobody has. There may be grants on the name, and creating must not be a way around them.
 */
export function checkMayCreate(
  { database }: AuthApiContext,
  { principal }: Caller,
  target: Target,
  action: Action,
): void {
  const isGranted = listGrantsOn(database, target).length > 0;
  allow(
    isGranted
      ? canCreateGranted(principal, target, getTargetFacts(database, principal, target))
      : can(principal, action),
  );
}
