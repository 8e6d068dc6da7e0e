import type { Target } from '../policy/access.ts';
import type { TargetFacts } from '../policy/effective-access.ts';
import type { Principal } from '../policy/principal.ts';
import { findApplication } from './applications.ts';
import type { Database } from './database.ts';
import { grantedAccess } from './grants.ts';

/** Gathers what policy has to know about a target for one principal. Only of applications is the owner known here. */
export function getTargetFacts(database: Database, principal: Principal, target: Target): TargetFacts {
  const application = target.type === 'APPLICATION' ? findApplication(database, target.id) : null;
  return {
    type: target.type,
    ownerUuid: application?.ownerUuid ?? null,
    granted: grantedAccess(database, principal.subjects, target),
  };
}
