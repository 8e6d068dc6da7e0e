import { storedTarget } from '../../../access/facts/keys.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import type { GraphContext } from '../context.ts';
import { findReference } from '../find-reference.ts';
import type { GrantInput, Resolvers } from '../generated/graphql.ts';
import { pure } from '../kit/depends-on-parent.ts';
import { enumValueOrNull, enumValues } from '../kit/enum-value.ts';
import { mutate } from '../kit/mutation.ts';
import type { NodeType } from '../kit/node-id.ts';
import { type SubjectRef, targetKey, targetRef } from '../references.ts';
import { findGrantsOfUser } from './own-grants.ts';
import { findGrantsOf, type GrantRecord, grant, listGrantsOn, revoke } from './rest.ts';
import { subjectKey, subjectOf, subjectRef } from './subject.ts';
import { tagOf } from './tag.ts';

type EntityType = Exclude<NodeType, 'RoleWorkflow' | 'AccessRequest'>;

/** Kinds of target that are records of this graph. */
const ENTITY_TYPES: ReadonlyMap<string, EntityType> = new Map([
  ['APPLICATION', 'Application'],
  ['USER', 'User'],
  ['GROUP', 'Group'],
  ['ROLE', 'Role'],
  ['AUTH_CONFIG', 'GatewayAuthConfig'],
]);

const BODY_FIELDS = {
  subject: ['input', 'subject'],
  target: ['input', 'target'],
  access: ['input', 'access'],
};

/** Grants: of a subject, on a target, and the two writes. */
export const grantResolvers: Resolvers = {
  User: { grants: grantsOf },
  Group: { grants: grantsOf },
  Role: { grants: grantsOf },
  Grant: {
    id: pure(grantKey),
    subject: pure(({ subject }) => subjectRef(subject)),
    target: pure(({ target }) => targetRef(target.type, target.id)),
    access: pure(({ access }, _args, _context, info) => enumValues(access, info)),
    rawAccess: pure(({ access }) => [...new Set(access)]),
    viaTag: pure(({ viaTag }) => (viaTag ? tagOf(viaTag) : null)),
  },
  Target: {
    id: pure(targetKey),
    rawId: pure(({ id }) => id),
    type: pure(({ rawType }, _args, _context, info) => enumValueOrNull(rawType, info)),
    entity: ({ rawType, id }, _args, context, info) => {
      const type = ENTITY_TYPES.get(rawType);
      return type ? findReference(type, id, context, info) : null;
    },
    async grants({ rawType, id }, { access }, context) {
      const grants = await listGrantsOn(context.authorization, { type: rawType, id });
      return grants
        .filter((granted) => granted.access.length > 0 && (!access || granted.access.includes(access)))
        .sort((a, b) => compare(subjectName(a), subjectName(b)));
    },
  },
  Query: {
    subject(_, { by }, context, info) {
      const { __typename, id } = subjectOf(by);
      return findReference(__typename, id, context, info);
    },
    // Targets live elsewhere, and nothing tells whether there is one.
    target: (_, { by }) => targetRef(by.type, by.id),
  },
  Mutation: {
    grantPermissions: (_, { input }, context) => write(grant, input, context),
    removePermissions: (_, { input }, context) => write(revoke, input, context),
  },
};

function grantsOf(
  subject: SubjectRef,
  { targetType }: { readonly targetType?: string | null },
  context: GraphContext,
): Promise<readonly GrantRecord[] | null> {
  const key = subjectKey(subject);
  const found =
    key.type === 'USER' ? findGrantsOfUser(context, key.id) : findGrantsOf(context.authorization, key);
  if (!targetType) return found;
  return found.then((grants) => grants?.filter(({ target }) => target.type === targetType) ?? null);
}

function write(
  change: (client: RestClient, body: Omit<GrantRecord, 'viaTag'>) => Promise<void>,
  input: GrantInput,
  context: GraphContext,
) {
  return mutate(
    { input },
    async () => {
      const subject = subjectOf(input.subject);
      const { access } = input;
      const target = storedTarget(input.target);
      await change(context.authorization, { subject: subjectKey(subject), target, access });
      return { subject, target: targetRef(target.type, target.id) };
    },
    BODY_FIELDS,
  );
}

/** All that a grant says is in its key: as it was before a change, or would be, it is another one to a cache. */
function grantKey({ subject, target, viaTag, access }: GrantRecord): string {
  const key = targetKey({ rawType: target.type, id: target.id });
  const of = [subjectName({ subject }), key, viaTag ?? '', access.join()];
  return of.map(encodeURIComponent).join('|');
}

function subjectName({ subject }: Pick<GrantRecord, 'subject'>): string {
  return `${subject.type}:${subject.id}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
