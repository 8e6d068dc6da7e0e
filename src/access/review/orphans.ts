import type { Reach } from '../facts/access-path.ts';
import type { AccessFacts } from '../facts/facts.ts';
import { applicationUserId, type SubjectKey } from '../facts/keys.ts';
import { ownership } from '../rules/ownership.ts';
import { type Finder, finding } from './finding.ts';

/** Finds applications whose creator does not exist any more: nobody answers for what they do. */
export const orphanedApplications: Finder = ({ access }) =>
  [...orphans(access)].map(([id, reaches]) =>
    finding('ORPHANED_APPLICATION', { subject: userOf(id), reaches }),
  );

/** Finds active keys of such applications: whoever has one goes on. */
export const orphanedKeys: Finder = ({ access, keys }) => {
  const orphaned = orphans(access);
  return keys.flatMap((key) => {
    const reaches = orphaned.get(key.applicationId);
    if (!key.isActive || !reaches) return [];
    return [
      finding('ORPHANED_ACCESS_KEY', { subject: userOf(key.applicationId), key, at: key.createdAt, reaches }),
    ];
  });
};

/** By application id, what its creator would have. Ids of users differ in case only where servers keep what was sent. */
function orphans(access: AccessFacts): Map<string, Reach[]> {
  const users = new Set([...access.users.keys()].map((id) => id.toLowerCase()));
  const gone = [...access.owned.keys()].filter((id) => !users.has(id.toLowerCase()));
  const made = gone.flatMap((id) => ownership(access, { type: 'USER', id }));
  return new Map(
    made.flatMap((reach) =>
      reach.scope.kind === 'TARGET' ? [[reach.scope.target.id, [reach]] as const] : [],
    ),
  );
}

function userOf(applicationId: string): SubjectKey {
  return { type: 'USER', id: applicationUserId(applicationId) };
}
