/** What the REST API was asked, as `GET /api/users/ann@example.com?…`, percent-decoded to be read. */
export interface RestLog {
  /** Calls since the last `clear()`, in the order in which they arrived. */
  readonly log: readonly string[];
  /** The same calls sorted, for those that run side by side. */
  readonly sorted: readonly string[];
  clear(): void;
}

/** Makes a log together with the hook that fills it. */
export function createRestLog(): { readonly rest: RestLog; readonly record: (call: string) => void } {
  const calls: string[] = [];
  const rest: RestLog = {
    get log() {
      return [...calls];
    },
    get sorted() {
      return calls.toSorted();
    },
    clear() {
      calls.length = 0;
    },
  };
  return { rest, record: (call) => calls.push(decodeURIComponent(call)) };
}
