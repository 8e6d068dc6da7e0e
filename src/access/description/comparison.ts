import { applicationIdOfUser, applicationUserId, type SubjectKey, type TargetKey } from '../facts/keys.ts';
import type { AccessState } from '../planning/access-state.ts';
import { newApplicationId, type PlannedChange } from '../planning/change.ts';
import { summaryOf } from '../planning/change-summary.ts';
import { faultOf } from '../planning/writing-rules.ts';
import type {
  AccessDescription,
  ApplicationDescription,
  DescribedSubject,
  DescriptionFault,
  GrantDescription,
} from './description.ts';

export interface DifferenceOptions {
  /** Whether what is not described is taken away, in the sections and members that are. */
  readonly prune?: boolean;
  /** Id of the user who asks: it is neither deleted nor stripped of ADMIN. */
  readonly caller?: string | null;
  /** Names of the permissions that roles may have; null or absent where nobody told. */
  readonly offered?: ReadonlySet<string> | null;
}

/** A described application and the id that it has, or goes by until it is created. */
export interface FoundApplication {
  readonly id: string;
  readonly key: string;
  readonly isNew: boolean;
  readonly described: ApplicationDescription;
}

type Path = DescriptionFault['path'];

/** A description beside what holds; collects what is wrong with the description. */
export class Comparison {
  readonly description: AccessDescription;
  readonly actual: AccessState;
  readonly prune: boolean;
  readonly faults: DescriptionFault[] = [];
  readonly spared: string[] = [];
  /** Where the grant of a subject on a target is described, by `grantKey`. */
  readonly grantPlaces = new Map<string, number>();
  /** The described applications. */
  readonly applications: readonly FoundApplication[];
  readonly #caller: string | null;
  readonly #byKey: ReadonlyMap<string, FoundApplication>;
  readonly #describedIds: ReadonlyMap<string, string>;

  constructor(description: AccessDescription, actual: AccessState, options: DifferenceOptions) {
    this.description = description;
    this.actual = actual;
    this.prune = options.prune ?? false;
    this.#caller = options.caller ?? null;
    this.applications = [...(description.applications ?? [])].flatMap(([key, described]) => {
      const found = this.#find(key, described);
      return found ? [found] : [];
    });
    this.#byKey = new Map(this.applications.map((application) => [application.key, application]));
    this.#describedIds = new Map(this.applications.map(({ id, key }) => [id, key]));
  }

  fault(path: Path, message: string): void {
    this.faults.push({ path, message });
  }

  /** Notes roles that do not exist, or that pruning would delete. What is held already may be of another server's making. */
  checkRoles(ids: readonly string[] | undefined, path: Path, held: readonly string[] = []): void {
    for (const [index, id] of (ids ?? []).entries()) {
      const isHeld = held.includes(id) && !this.actual.roles.has(id);
      if (!isHeld && !this.exists({ type: 'ROLE', id })) {
        this.fault([...path, index], `there is no role ${id}: describe it`);
      }
    }
  }

  /** Notes groups that do not exist, or that pruning would delete. */
  checkGroups(ids: readonly string[] | undefined, path: Path, held: readonly string[] = []): void {
    for (const [index, id] of (ids ?? []).entries()) {
      const isHeld = held.includes(id) && !this.actual.groups.has(id);
      if (!isHeld && !this.exists({ type: 'GROUP', id })) {
        this.fault([...path, index], `there is no group ${id}: describe it`);
      }
    }
  }

  /** Tells whether something will be there: it is described, or is there and stays. */
  exists(key: SubjectKey): boolean {
    const { actual, description } = this;
    const applicationId = key.type === 'USER' ? applicationIdOfUser(key.id) : null;
    if (applicationId !== null) return this.existsApplication(applicationId);
    const [table, section] = {
      USER: [actual.users, description.users] as const,
      GROUP: [actual.groups, description.groups] as const,
      ROLE: [actual.roles, description.roles] as const,
    }[key.type];
    return section?.has(key.id) === true || (table.has(key.id) && !this.deletes(key));
  }

  /** Tells the same of an application. */
  existsApplication(id: string): boolean {
    const isThere = this.actual.applications.has(id) && !this.deletesApplication(id);
    return isThere || this.#describedIds.has(id);
  }

  /** Tells the same of what a grant is on; of what no list here holds, nobody knows. */
  existsTarget({ type, id }: TargetKey): boolean {
    if (type === 'APPLICATION') return this.existsApplication(id);
    return (type !== 'USER' && type !== 'GROUP' && type !== 'ROLE') || this.exists({ type, id });
  }

  /** Gives the subject that grants go by. One that does not exist may have grants too (contract section 11). */
  subject({ type, id }: DescribedSubject, path: Path): SubjectKey {
    if (type !== 'APPLICATION') return { type, id };
    return { type: 'USER', id: applicationUserId(this.#applicationId(id, path)) };
  }

  /** Gives the target that grants go by; an application may be named. */
  target({ type, id, isExact }: GrantDescription['on'], path: Path): TargetKey {
    return { type, id: type === 'APPLICATION' && !isExact ? this.#applicationId(id, path) : id };
  }

  /** Tells whether pruning deletes a subject, and its grants with it. */
  deletes({ type, id }: SubjectKey): boolean {
    if (!this.prune) return false;
    const { users, groups, roles } = this.description;
    const applicationId = type === 'USER' ? applicationIdOfUser(id) : null;
    if (applicationId !== null) return this.deletesApplication(applicationId);
    switch (type) {
      case 'USER':
        return users !== undefined && this.actual.users.has(id) && !users.has(id) && id !== this.#caller;
      case 'GROUP':
        return groups !== undefined && this.actual.groups.has(id) && !groups.has(id);
      case 'ROLE':
        return roles !== undefined && this.actual.roles.get(id)?.isSystem === false && !roles.has(id);
    }
  }

  /** Tells whether pruning deletes an application. */
  deletesApplication(id: string): boolean {
    return (
      this.prune &&
      this.description.applications !== undefined &&
      this.actual.applications.has(id) &&
      !this.#describedIds.has(id) &&
      applicationUserId(id) !== this.#caller
    );
  }

  /** Tells whether pruning deletes what a grant is on, and the grant with it. */
  deletesTarget({ type, id }: TargetKey): boolean {
    if (type === 'APPLICATION') return this.deletesApplication(id);
    return (type === 'USER' || type === 'GROUP' || type === 'ROLE') && this.deletes({ type, id });
  }

  /** Gives the key under which an application is described; its id if it is not. */
  applicationKey(id: string): string {
    return this.#describedIds.get(id) ?? id;
  }

  /** Leaves out what would lock the caller out of the rest of the work, and what nobody here can write; and says so. */
  spares(change: PlannedChange): boolean {
    const isRemoval = /^(?:REMOVE|DELETE)_/.test(change.kind);
    const why = this.#isOfCaller(change) ? 'it is you' : isRemoval ? faultOf(change) : null;
    if (why === null) return false;
    this.spared.push(`${summaryOf(change)}: ${why}`);
    return true;
  }

  #isOfCaller(change: PlannedChange): boolean {
    if (this.#caller === null || change.kind !== 'REMOVE_ROLE' || change.roleId !== 'ADMIN') return false;
    const { type, id } = change.holder;
    return type !== 'GROUP' && (type === 'APPLICATION' ? applicationUserId(id) : id) === this.#caller;
  }

  #find(key: string, described: ApplicationDescription): FoundApplication | null {
    if (this.actual.applications.has(key)) return { id: key, key, isNew: false, described };
    const name = described.name ?? key;
    const [found, ...others] = this.actual.applications.named(name);
    if (others.length > 0) {
      const ids = [found, ...others].map((application) => application?.id).join(', ');
      this.fault(
        ['applications', key],
        `several applications have this name, so put an id in its place: ${ids}`,
      );
      return null;
    }
    return { id: found?.id ?? newApplicationId(name), key, isNew: !found, described };
  }

  #applicationId(name: string, path: Path): string {
    const described = this.#byKey.get(name);
    if (described) return described.id;
    if (this.actual.applications.has(name)) return name;
    const [found, ...others] = this.actual.applications.named(name);
    if (others.length > 0) this.fault(path, `several applications have this name: put an id in its place`);
    return found?.id ?? name;
  }
}
