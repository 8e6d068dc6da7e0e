import { isDefinitionType, type Target } from '../policy/access.ts';
import type { TargetFacts } from '../policy/effective-access.ts';
import type { Principal } from '../policy/principal.ts';
import { findApplication } from './applications.ts';
import type { Database } from './database.ts';
import { findDefinitionOwner, listDefaultAccess } from './definitions.ts';
import { grantedAccess } from './grants.ts';

/** Gathers what policy has to know about a target for one principal. */
export function getTargetFacts(database: Database, principal: Principal, target: Target): TargetFacts {
  return {
    type: target.type,
    ...origin(database, target),
    granted: grantedAccess(database, principal.subjects, target),
  };
}

/** Only of applications and definitions is the owner known here. */
function origin(database: Database, { type, id }: Target): Pick<TargetFacts, 'ownerUuid' | 'defaultAccess'> {
  if (type === 'APPLICATION') {
    return { ownerUuid: findApplication(database, id)?.ownerUuid ?? null, defaultAccess: [] };
  }
  const ownerUuid = isDefinitionType(type) ? findDefinitionOwner(database, type, id) : null;
  const defaultAccess =
    isDefinitionType(type) && ownerUuid !== null ? listDefaultAccess(database, ownerUuid, type) : [];
  return { ownerUuid, defaultAccess };
}
