import { UnconfiguredError } from './errors/unconfigured-error.ts';
import type { Upstream } from './upstream.ts';

/**
 * Stands in for an upstream that nobody configured: every call fails with an {@link UnconfiguredError}, at the fields
 * that needed it.
 *
 * @param remedy what to configure, as a sentence.
 */
export function unconfiguredUpstream(name: string, remedy: string): Upstream {
  return {
    name,
    send: async () => {
      throw new UnconfiguredError(name, remedy);
    },
    close: async () => {},
  };
}
