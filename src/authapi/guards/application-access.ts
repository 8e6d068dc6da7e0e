import { notFound } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { Access, Target } from '../policy/access.ts';
import { canAccess } from '../policy/can.ts';
import { effectiveAccess, type TargetFacts } from '../policy/effective-access.ts';
import { type ApplicationRecord, findApplication, getApplication } from '../store/applications.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { allow } from './permission.ts';

/** Tells all that a caller may do with an application; nothing where it is not there. */
export function accessToApplication(
  context: AuthApiContext,
  caller: Caller,
  id: string,
): ReadonlySet<Access> {
  const exists = findApplication(context.database, id) !== null;
  return exists ? effectiveAccess(caller.principal, factsOf(context, caller, id)) : new Set();
}

/**
 * Gets an application for a caller who wants to do something with it: 403 if the caller may do other things only. For
 * one who may do nothing with it, it is as if it were not there: 404, so that nobody finds out which there are.
 */
export function getAccessibleApplication(
  context: AuthApiContext,
  caller: Caller,
  access: Access,
  id: string,
): ApplicationRecord {
  if (accessToApplication(context, caller, id).size === 0) throw notFound('application', id);
  checkAccess(context, caller, access, id);
  return getApplication(context.database, id);
}

/** Refuses a caller without UPDATE on an application: 403, whether or not it is there. */
export function checkMayUpdate(context: AuthApiContext, caller: Caller, id: string): void {
  checkAccess(context, caller, 'UPDATE', id);
}

function checkAccess(context: AuthApiContext, caller: Caller, access: Access, id: string): void {
  allow(canAccess(caller.principal, access, targetOf(id), factsOf(context, caller, id)));
}

function factsOf({ database }: AuthApiContext, { principal }: Caller, id: string): TargetFacts {
  return getTargetFacts(database, principal, targetOf(id));
}

function targetOf(id: string): Target {
  return { type: 'APPLICATION', id };
}
