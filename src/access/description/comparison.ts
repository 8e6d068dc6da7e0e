import type { AccessState } from '../access-state.ts';
import {
  applicationIdOfUser,
  applicationUserId,
  newApplicationId,
  type PlannedChange,
  type SubjectKey,
  type TargetKey,
} from '../change.ts';
import { summaryOf } from '../change-summary.ts';
import type {
  AccessDescription,
  ApplicationDescription,
  DescribedSubject,
  DescriptionFault,
} from './description.ts';

export interface DifferenceOptions {
  /** Whether what is not described is taken away, in the sections and members that are. */
  readonly prune?: boolean;
  /** Id of the user who asks: it is neither deleted nor stripped of ADMIN. */
  readonly caller?: string | null;
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
  /** The described applications. */
  readonly applications: readonly FoundApplication[];
  readonly #caller: string | null;
  readonly #byKey: ReadonlyMap<string, FoundApplication>;
  readonly #describedIds: ReadonlySet<string>;

  constructor(description: AccessDescription, actual: AccessState, options: DifferenceOptions) {
    this.description = description;
    this.actual = actual;
    this.prune = options.prune ?? false;
    this.#caller = options.caller ?? null;
    this.applications = Object.entries(description.applications ?? {}).flatMap(([key, described]) => {
      const found = this.#find(key, described);
      return found ? [found] : [];
    });
    this.#byKey = new Map(this.applications.map((application) => [application.key, application]));
    this.#describedIds = new Set(this.applications.map(({ id }) => id));
  }

  fault(path: Path, message: string): void {
    this.faults.push({ path, message });
  }

  /** Notes roles that do not exist, or that pruning would delete. */
  checkRoles(ids: readonly string[] | undefined, path: Path): void {
    const { roles } = this.description;
    for (const [index, id] of (ids ?? []).entries()) {
      const actual = this.actual.roles.get(id);
      const survives = actual && (actual.isSystem || !this.prune || !roles);
      if (!survives && !has(roles, id)) this.fault([...path, index], `there is no role ${id}: describe it`);
    }
  }

  /** Notes groups that do not exist, or that pruning would delete. */
  checkGroups(ids: readonly string[] | undefined, path: Path): void {
    const { groups } = this.description;
    for (const [index, id] of (ids ?? []).entries()) {
      const survives = this.actual.groups.has(id) && (!this.prune || !groups);
      if (!survives && !has(groups, id)) this.fault([...path, index], `there is no group ${id}: describe it`);
    }
  }

  /** Gives the subject that grants go by. One that does not exist may have grants too (contract section 11). */
  subject({ type, id }: DescribedSubject, path: Path): SubjectKey {
    if (type !== 'APPLICATION') return { type, id };
    return { type: 'USER', id: applicationUserId(this.#applicationId(id, path)) };
  }

  /** Gives the target that grants go by; an application may be named. */
  target({ type, id }: TargetKey, path: Path): TargetKey {
    return { type, id: type === 'APPLICATION' ? this.#applicationId(id, path) : id };
  }

  /** Tells whether pruning deletes a subject, and its grants with it. */
  deletes({ type, id }: SubjectKey): boolean {
    if (!this.prune) return false;
    const { users, groups, roles } = this.description;
    const applicationId = type === 'USER' ? applicationIdOfUser(id) : null;
    if (applicationId !== null) return this.deletesApplication(applicationId);
    switch (type) {
      case 'USER':
        return users !== undefined && this.actual.users.has(id) && !has(users, id) && id !== this.#caller;
      case 'GROUP':
        return groups !== undefined && this.actual.groups.has(id) && !has(groups, id);
      case 'ROLE':
        return roles !== undefined && this.actual.roles.get(id)?.isSystem === false && !has(roles, id);
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

  /** Leaves out what would lock the caller out of the rest of the work, and says so. */
  spares(change: PlannedChange): boolean {
    if (this.#caller === null || change.kind !== 'REMOVE_ROLE' || change.roleId !== 'ADMIN') return false;
    const { type, id } = change.holder;
    if ((type === 'APPLICATION' ? applicationUserId(id) : id) !== this.#caller || type === 'GROUP')
      return false;
    this.spared.push(`${summaryOf(change)}: it is you`);
    return true;
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

/** Tells whether something is described, by a key of its own. */
export function has(section: Readonly<Record<string, unknown>> | undefined, id: string): boolean {
  return section !== undefined && Object.hasOwn(section, id);
}
