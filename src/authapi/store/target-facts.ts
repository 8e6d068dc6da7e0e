import type { Target } from '../policy/access.ts';
import type { TargetFacts } from '../policy/effective-access.ts';
import type { Principal } from '../policy/principal.ts';
import { findApplication } from './applications.ts';
import type { Database } from './database.ts';
import { grantedAccess } from './grants.ts';

/** Gathers what policy has to know about a target for one principal. */
export function getTargetFacts(database: Database, principal: Principal, target: Target): TargetFacts {
  const { type, id } = target;
  return {
    type,
    ownerUuid: type === 'APPLICATION' ? (findApplication(database, id)?.ownerUuid ?? null) : null,
    granted: grantedAccess(database, principal.subjects, target),
  };
}
