import { type AccessFacts, listsOf, type TagFact } from '../facts/facts.ts';
import { applicationIdOfUser, applicationUserId } from '../facts/keys.ts';
import { type AccessState, grantKey } from './access-state.ts';
import { ApplicationTable } from './application-table.ts';

/**
 * Writes facts as a state that changes can be made to. Names and remarks that facts lack are null.
 *
 * @param applicationNames by id, as far as they are known.
 */
export function stateOf(facts: AccessFacts, applicationNames: ReadonlyMap<string, string>): AccessState {
  const state: AccessState = {
    users: new Map(),
    groups: new Map([...facts.groups].map(([id, group]) => [id, { ...group, description: null }])),
    roles: new Map(
      [...facts.roles].map(([id, role]) => [
        id,
        { ...role, description: null, isSystem: role.kind === 'SYSTEM' },
      ]),
    ),
    applications: new ApplicationTable(),
    grants: new Map(
      [...facts.grants.values()].flat().map((grant) => [grantKey(grant.subject, grant.target), grant]),
    ),
  };
  const tags = Map.groupBy(listsOf(facts).tags, ({ target }) => applicationUserId(target.id));
  for (const user of facts.users.values()) {
    const id = applicationIdOfUser(user.id);
    if (id === null) state.users.set(user.id, { ...user, name: null, contact: [] });
    else {
      const borne = (tags.get(user.id) ?? []).filter(({ target }) => target.type === 'APPLICATION');
      const name = applicationNames.get(id) ?? null;
      state.applications.set(id, { ...user, id, name, tags: borne.map(partsOf) });
    }
  }
  return state;
}

function partsOf({ tag, key }: TagFact): { readonly key: string; readonly value: string } {
  const end = key?.length ?? tag.indexOf(':');
  return { key: tag.slice(0, end), value: tag.slice(end + 1) };
}
