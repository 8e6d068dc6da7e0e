import type { HttpError } from '../errors/http-error.ts';

/** How long a server is taken to be of the same version. */
const REMEMBERED_MS = 600_000;

/** Calls that an upstream does not have, since it is of an older version. Shared by all operations. */
export class MissingCalls {
  readonly #known = new Map<string, { readonly refusal: HttpError; readonly until: number }>();

  /** Gives what the upstream said when this was asked for last; undefined if that is not known, or long ago. */
  refusalOf(route: string): HttpError | undefined {
    const known = this.#known.get(route);
    return known && known.until > performance.now() ? known.refusal : undefined;
  }

  /** Notes that the upstream has no such call. */
  note(route: string, refusal: HttpError): void {
    this.#known.set(route, { refusal, until: performance.now() + REMEMBERED_MS });
  }
}
