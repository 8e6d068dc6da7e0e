/** A configuration that cannot be used; its message names every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(faults: readonly string[]) {
    super(faults.length === 1 ? faults[0] : `${faults.length} settings are wrong:\n  ${faults.join('\n  ')}`);
  }
}
