import type { AuthApiContext } from '../context.ts';
import type { Caller } from '../http/authentication.ts';
import type { Access, Target } from '../policy/access.ts';
import { canAccess } from '../policy/can.ts';
import { type ApplicationRecord, getApplication } from '../store/applications.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { allow } from './permission.ts';

/** Gets an application for a caller who wants to do something with it: 404 if unknown, 403 if the caller may not. */
export function getAccessibleApplication(
  { database }: AuthApiContext,
  { principal }: Caller,
  access: Access,
  id: string,
): ApplicationRecord {
  const application = getApplication(database, id);
  const target: Target = { type: 'APPLICATION', id };
  allow(canAccess(principal, access, target, getTargetFacts(database, principal, target)));
  return application;
}
