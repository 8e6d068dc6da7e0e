import type { Deletion } from '../planning/change.ts';
import type { Comparison } from './comparison.ts';

/** What pruning deletes: first those who hold roles, then groups and roles. */
export function deletions(comparison: Comparison): Deletion[] {
  const { users, applications, groups, roles } = comparison.actual;
  const of = (
    kind: Deletion['kind'],
    ids: Iterable<string>,
    isDeleted: (id: string) => boolean,
  ): Deletion[] => [...ids].filter(isDeleted).map((id) => ({ kind, id }));
  return [
    ...of('DELETE_USER', users.keys(), (id) => comparison.deletes({ type: 'USER', id })),
    ...of('DELETE_APPLICATION', applications.keys(), (id) => comparison.deletesApplication(id)),
    ...of('DELETE_GROUP', groups.keys(), (id) => comparison.deletes({ type: 'GROUP', id })),
    ...of('DELETE_ROLE', roles.keys(), (id) => comparison.deletes({ type: 'ROLE', id })),
  ];
}
