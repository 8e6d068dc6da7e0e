import {
  ACCESSES,
  type Access,
  type AccessFacts,
  accessesOf,
  type FactLists,
  factsOf,
  type GrantFact,
  type GroupFact,
  type OwnershipFact,
  type RoleFact,
  type TagFact,
  type UserFact,
} from '../../../access/facts/facts.ts';
import { type SubjectKey, storedUserId, type TargetKey } from '../../../access/facts/keys.ts';
import { ShapeError } from '../../upstream/errors/shape-error.ts';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { findGrantsOf, type GrantRecord, listGrantsOn } from '../grants/rest.ts';
import type { GroupRecord } from '../groups/rest.ts';

/** Facts in lists whose length is known. */
export interface GatheredLists extends FactLists {
  readonly users: readonly UserFact[];
  readonly groups: readonly GroupFact[];
  readonly roles: readonly RoleFact[];
  readonly grants: readonly GrantFact[];
  readonly tags: readonly TagFact[];
  readonly ownerships: readonly OwnershipFact[];
}

/** Refusals that mean: this installation does not list the grants of roles, or not for this caller. */
const NOT_LISTED = new Set([403, 404, 405]);

/**
 * Gathers the facts for one question through the loaders, so that within an operation every call is made once, however
 * many questions need it. Each method reads what its name says; what has been read can be asked for at any time.
 */
export class Gathering {
  readonly #context: GraphContext;
  readonly #users: UserFact[] = [];
  readonly #groups: GroupFact[] = [];
  readonly #roles: RoleFact[] = [];
  readonly #grants: GrantFact[] = [];
  readonly #tags: TagFact[] = [];
  readonly #ownerships: OwnershipFact[] = [];
  readonly #hidden = new Set<AccessWarningCode>();

  constructor(context: GraphContext) {
    this.#context = context;
  }

  /** What the installation was found not to show. */
  get hidden(): ReadonlySet<AccessWarningCode> {
    return this.#hidden;
  }

  /** Gives what was gathered so far, in order. */
  facts(): AccessFacts {
    return factsOf(this.lists());
  }

  /** Gives what was gathered so far, as it came. */
  lists(): GatheredLists {
    return {
      users: this.#users,
      groups: this.#groups,
      roles: this.#roles,
      grants: this.#grants,
      tags: this.#tags,
      ownerships: this.#ownerships,
    };
  }

  /** Reads all users, those of applications among them: one call. */
  async allUsers(): Promise<void> {
    for (const user of await this.#context.loaders.users.listWithApplications()) this.#users.push(user);
  }

  /** Reads all groups: one call. */
  async allGroups(): Promise<void> {
    for (const group of await this.#context.loaders.groups.list()) this.#groups.push(groupFact(group));
  }

  /** Reads all roles: one call. */
  async allRoles(): Promise<void> {
    for (const role of await this.#context.loaders.roles.list()) this.#roles.push(role);
  }

  /** Reads the applications that the caller may read, with their tags and creators: one call. */
  async allApplications(): Promise<void> {
    for (const { id, createdBy, tags } of await this.#context.loaders.applications.list()) {
      const target: TargetKey = { type: 'APPLICATION', id };
      if (createdBy) this.#ownerships.push({ target, userId: storedUserId(createdBy) });
      for (const { key, value } of tags ?? []) this.#tags.push({ target, tag: `${key}:${value}`, key });
    }
  }

  /** Reads a user, without what it has through others. False: there is none. */
  async userItself(id: string): Promise<boolean> {
    const user = await this.#context.loaders.users.load(id);
    if (user) this.#users.push(user);
    return user !== null;
  }

  /**
   * Reads all that gives a subject access, and all roles and applications. False: there is no such subject.
   *
   * A user: itself, its grants, and two calls for each group and one for each role that it has by whatever way.
   */
  async allAbout(subject: SubjectKey): Promise<boolean> {
    const [exists] = await Promise.all([
      this.#allThrough(subject),
      this.grantsTo(subject),
      this.allRoles(),
      this.allApplications(),
    ]);
    return exists;
  }

  /**
   * Reads who was granted what on a target: one call. For an application its tags and creator too, one call for all, and
   * one for each tag.
   */
  async allOn(target: TargetKey): Promise<void> {
    await Promise.all([this.grantsOn(target), target.type === 'APPLICATION' && this.#tagsOf(target.id)]);
  }

  async #allThrough({ type, id }: SubjectKey): Promise<boolean> {
    const { loaders } = this.#context;
    if (type === 'ROLE') return (await loaders.roles.list()).some((role) => role.id === id);
    if (type === 'GROUP') {
      const group = await loaders.groups.load(id);
      if (!group) return false;
      this.#groups.push(groupFact(group));
      await this.#grantsToRoles(group.roleIds);
      return true;
    }
    const user = await loaders.users.load(id);
    if (!user) return false;
    this.#users.push(user);
    await Promise.all([
      this.#grantsToRoles(user.roleIds),
      ...user.groupIds.map(async (groupId) => {
        const group: SubjectKey = { type: 'GROUP', id: groupId };
        await Promise.all([this.#allThrough(group), this.grantsTo(group)]);
      }),
    ]);
    return true;
  }

  async #grantsToRoles(roleIds: readonly string[]): Promise<void> {
    await Promise.all(roleIds.map((id) => this.grantsTo({ type: 'ROLE', id })));
  }

  /** Reads what was granted to a subject itself: one call. For a role it may be hidden. */
  async grantsTo(subject: SubjectKey): Promise<void> {
    try {
      const grants = await findGrantsOf(this.#context.authorization, subject);
      for (const grant of grants ?? []) this.#keep(grant);
    } catch (error) {
      const isHidden =
        subject.type === 'ROLE' && error instanceof UpstreamError && NOT_LISTED.has(error.status ?? 0);
      if (!isHidden) throw error;
      this.#hidden.add('ROLE_GRANTS_HIDDEN');
    }
  }

  /** Reads who was granted what on a target itself: one call. */
  async grantsOn(target: TargetKey): Promise<void> {
    const grants = await listGrantsOn(this.#context.authorization, target);
    for (const grant of grants) this.#keep(grant);
  }

  async #tagsOf(applicationId: string): Promise<void> {
    await this.allApplications();
    const applications = await this.#context.loaders.applications.list();
    const application = applications.find(({ id }) => id === applicationId);
    if (!application) this.#hidden.add('APPLICATIONS_HIDDEN');
    const tags = application?.tags ?? [];
    await Promise.all(tags.map(({ key, value }) => this.grantsOn({ type: 'TAG', id: `${key}:${value}` })));
  }

  /** An entry that came through a tag tells two facts: what was granted on the tag, and what bears it. */
  #keep({ subject, target, access, viaTag }: GrantRecord): void {
    if (viaTag !== null) this.#tags.push({ target, tag: viaTag });
    const on = viaTag === null ? target : { type: 'TAG', id: viaTag };
    this.#grants.push({ subject, target: on, access: accesses(access) });
  }
}

function groupFact({ id, roleIds, defaultAccess }: GroupRecord): GroupFact {
  return {
    id,
    roleIds,
    defaultAccess: defaultAccess.map(({ targetType, access }) => ({ targetType, access: accesses(access) })),
  };
}

/** @throws {ShapeError} for an unknown word: a view of rights must not quietly drop one. */
function accesses(words: readonly string[]): readonly Access[] {
  try {
    return accessesOf(words);
  } catch (cause) {
    throw new ShapeError(`one of ${ACCESSES.join(', ')}`, cause);
  }
}
