/** An application together with the user it acts as. */
export interface ApplicationState {
  readonly id: string;
  readonly name: string | null;
  readonly roleIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** Applications by id, which are found by their names as fast, however many there are. */
export class ApplicationTable extends Map<string, ApplicationState> {
  readonly #byName = new Map<string | null, Map<string, ApplicationState>>();

  constructor(applications: Iterable<ApplicationState> = []) {
    super();
    for (const application of applications) this.set(application.id, application);
  }

  override set(id: string, application: ApplicationState): this {
    this.#forget(id);
    const same = this.#byName.get(application.name) ?? new Map<string, ApplicationState>();
    this.#byName.set(application.name, same.set(id, application));
    return super.set(id, application);
  }

  override delete(id: string): boolean {
    this.#forget(id);
    return super.delete(id);
  }

  override clear(): void {
    this.#byName.clear();
    super.clear();
  }

  /** Gives those of a name; names need not be unique (contract section 4). */
  named(name: string): readonly ApplicationState[] {
    return [...(this.#byName.get(name)?.values() ?? [])];
  }

  #forget(id: string): void {
    const known = this.get(id);
    if (known) this.#byName.get(known.name)?.delete(id);
  }
}
