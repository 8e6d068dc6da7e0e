/** A raw value and where it was written, for messages. */
export interface Found {
  readonly value: unknown;
  /** E.g. `environment variable ROLEGRAPH_PORT`, `flag --port`, `rolegraph.yaml:3:7`. */
  readonly where: string;
}

/** What one source of settings holds: raw values by setting name, and names it does not know. */
export interface Source {
  readonly found: ReadonlyMap<string, Found>;
  readonly faults: readonly string[];
}
