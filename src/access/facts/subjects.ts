import type { AccessFacts } from './facts.ts';
import type { SubjectKey } from './keys.ts';

/** Lists everybody who can have access: groups, roles, and users, those of applications among them. */
export function subjectsOf({ groups, roles, users }: AccessFacts): SubjectKey[] {
  return [
    ...[...groups.keys()].map((id): SubjectKey => ({ type: 'GROUP', id })),
    ...[...roles.keys()].map((id): SubjectKey => ({ type: 'ROLE', id })),
    ...[...users.keys()].map((id): SubjectKey => ({ type: 'USER', id })),
  ];
}
