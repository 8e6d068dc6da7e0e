import { z } from 'zod';
import {
  applicationIdOfUser,
  applicationUserId,
  type SubjectKey,
  type TargetKey,
} from '../../access/facts/keys.ts';
import { type AccessState, addGrantTo, emptyState } from '../../access/planning/access-state.ts';
import type { Ask, GatewayFault } from './gateway-client.ts';

/** Records of one page. The grants of each cost the gateway one REST call, so a page stays far below its limits. */
const PAGE = 100;

const id = z.object({ id: z.string() });
const ids = z.array(id).transform((links) => links.map((link) => link.id));
const permissions = z
  .array(z.object({ names: z.array(z.string()) }))
  .transform((all) => all.flatMap(({ names }) => names));
const grants = z
  .array(
    z.object({
      target: z.object({ rawType: z.string(), id: z.string() }),
      rawAccess: z.array(z.string()),
      viaTag: z.object({ key: z.string() }).nullable(),
    }),
  )
  .nullish();

const user = id.extend({
  name: z.string().nullable(),
  roles: ids,
  groups: ids,
  contact: z.array(z.object({ kind: z.string(), value: z.string() })),
  grants,
});
const group = id.extend({
  description: z.string().nullable(),
  roles: ids,
  defaultAccess: z.array(z.object({ rawTargetType: z.string(), rawAccess: z.array(z.string()) })),
  grants,
});
const role = id.extend({ description: z.string().nullable(), kind: z.string(), permissions, grants });
const application = id.extend({
  name: z.string().nullable(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
});

const GRANTS = 'grants @include(if: $withGrants) { target { rawType id: rawId } rawAccess viaTag { key } }';
const USERS = `query ($first: Int, $after: String, $withGrants: Boolean!) {
  page: users(includeApplications: true, first: $first, after: $after) {
    nodes { id name roles { id } groups { id } contact { kind value } ${GRANTS} }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;
const GROUPS = `query ($first: Int, $after: String, $withGrants: Boolean!) {
  page: groups(first: $first, after: $after) {
    nodes { id description roles { id } defaultAccess { rawTargetType rawAccess } ${GRANTS} }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;
const ROLES = `query ($first: Int, $after: String, $withGrants: Boolean!) {
  page: roles(first: $first, after: $after) {
    nodes { id description kind permissions { names } ${GRANTS} }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;
const APPLICATIONS = `query ($first: Int, $after: String) {
  page: applications(first: $first, after: $after) {
    nodes { id name tags { key value } }
    pageInfo { hasNextPage endCursor } totalCount
  }
}`;

/** What is told while it takes long: what is read, how much of it, and how much there is. */
export type Progress = (what: string, done: number, total: number) => void;

/**
 * Reads all that holds from a gateway, page by page.
 *
 * @param withGrants whether grants matter; they take one REST call for each user, group, role and application.
 */
export async function readState(ask: Ask, withGrants: boolean, progress: Progress): Promise<AccessState> {
  const state = emptyState();
  const pages = <T extends z.ZodType>(
    what: string,
    document: string,
    node: T,
    variables: object = { withGrants },
  ) => readPages(ask, document, variables, node, (done, total) => progress(what, done, total));
  const keep = (subject: SubjectKey, of: z.output<typeof grants>) => keepGrants(state, subject, of ?? []);

  for await (const one of pages('applications', APPLICATIONS, application, {})) {
    state.applications.set(one.id, { ...one, roleIds: [], groupIds: [] });
  }
  for await (const one of pages('users', USERS, user)) {
    const { name, roles: roleIds, groups: groupIds } = one;
    const applicationId = applicationIdOfUser(one.id);
    const known = applicationId === null ? undefined : state.applications.get(applicationId);
    if (known) state.applications.set(known.id, { ...known, roleIds, groupIds });
    else if (applicationId === null) {
      const contact = one.contact.map(({ kind, value }) => [kind, value] as const);
      state.users.set(one.id, { id: one.id, name, roleIds, groupIds, contact });
    }
    keep({ type: 'USER', id: known ? applicationUserId(known.id) : one.id }, one.grants);
  }
  for await (const one of pages('groups', GROUPS, group)) {
    const { description, roles: roleIds } = one;
    const defaultAccess = one.defaultAccess.map((entry) => ({
      targetType: entry.rawTargetType,
      access: entry.rawAccess,
    }));
    state.groups.set(one.id, { id: one.id, description, roleIds, defaultAccess });
    keep({ type: 'GROUP', id: one.id }, one.grants);
  }
  for await (const one of pages('roles', ROLES, role)) {
    const { description, kind, permissions: names } = one;
    state.roles.set(one.id, { id: one.id, description, permissions: names, isSystem: kind === 'SYSTEM' });
    keep({ type: 'ROLE', id: one.id }, one.grants);
  }
  return state;
}

async function* readPages<T extends z.ZodType>(
  ask: Ask,
  document: string,
  variables: object,
  node: T,
  progress: (done: number, total: number) => void,
): AsyncGenerator<z.output<T>> {
  const shape = z.object({
    page: z.object({
      nodes: z.array(node),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      totalCount: z.int(),
    }),
  });
  let after: string | null = null;
  for (let done = 0; ; ) {
    const page = { ...variables, first: PAGE, after };
    const answer: z.output<typeof shape> = await ask(document, page, shape, isMissingCall);
    const { nodes, pageInfo, totalCount } = answer.page;
    yield* nodes;
    done += nodes.length;
    progress(done, totalCount);
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

/** Not every server lists the grants of a role (contract section 11); `readGrantsOn` finds those on a target. */
function isMissingCall({ path, extensions }: GatewayFault): boolean {
  return (
    ['grants', 'permissionCatalog'].includes(String(path?.at(-1))) &&
    [404, 405].includes(extensions?.upstreamStatus ?? 0)
  );
}

const offered = z.object({ permissionCatalog: z.array(z.object({ names: z.array(z.string()) })).nullable() });

const ON_TARGET = `query ($type: TargetType!, $id: ID!) {
  target(by: { type: $type, id: $id }) { grants { subject { __typename id } rawAccess } }
}`;
const onTarget = z.object({
  target: z.object({
    grants: z.array(
      z.object({
        subject: z.object({ __typename: z.enum(['User', 'Group', 'Role']), id: z.string() }),
        rawAccess: z.array(z.string()),
      }),
    ),
  }),
});
const SUBJECT_TYPES = { User: 'USER', Group: 'GROUP', Role: 'ROLE' } as const;

/** Adds the grants on one target to a state. */
export async function readGrantsOn(target: TargetKey, state: AccessState, ask: Ask): Promise<void> {
  const answer = await ask(ON_TARGET, target, onTarget);
  for (const { subject, rawAccess: access } of answer.target.grants) {
    addGrantTo(state, {
      subject: { type: SUBJECT_TYPES[subject.__typename], id: subject.id },
      target,
      access,
    });
  }
}

/** Keeps direct grants; one through a tag is another grant, on the tag. */
function keepGrants(
  state: AccessState,
  subject: SubjectKey,
  all: NonNullable<z.output<typeof grants>>,
): void {
  for (const { target: found, rawAccess: access, viaTag } of all) {
    if (viaTag === null)
      addGrantTo(state, { subject, target: { type: found.rawType, id: found.id }, access });
  }
}

/** Reads the names of the permissions that roles may have; null where the installation does not tell. */
export async function readOffered(ask: Ask): Promise<ReadonlySet<string> | null> {
  const answer = await ask('{ permissionCatalog { names } }', {}, offered, isMissingCall);
  return answer.permissionCatalog && new Set(answer.permissionCatalog.flatMap(({ names }) => names));
}
