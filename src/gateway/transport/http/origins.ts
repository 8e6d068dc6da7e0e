import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { OnceEach } from '../../../http/once-each.ts';
import type { ForwardedAddress } from './forwarded-address.ts';

/** Apollo Sandbox calls from here when it is opened on Apollo's own site. */
export const SANDBOX_ORIGIN = 'https://studio.apollographql.com';

export interface OriginsOptions {
  /** Origins that are configured now. */
  readonly corsOrigins: () => readonly string[];
  /** Where clients reach the gateway; null where that is not told. */
  readonly publicOrigin: string | null;
  readonly forwardedOf: (request: IncomingMessage) => ForwardedAddress;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Knows the pages of which origins may call: our own, Apollo Sandbox, and those that are configured. */
export class Origins {
  readonly #options: OriginsOptions;
  readonly #told = new OnceEach();

  constructor(options: OriginsOptions) {
    this.#options = options;
  }

  /** Whether a page of another origin may read the answer to its request. */
  mayRead(request: IncomingMessage): boolean {
    return this.#isListed(request) || (this.isOwn(request) ? false : this.#refuse(request));
  }

  /**
   * Whether a stream may be opened for the page that asks. Browsers let every page open WebSockets to everywhere, so
   * unlike with plain requests it is for us to refuse. Our own pages may, and programs, which send no origin.
   */
  mayStream(request: IncomingMessage): boolean {
    return this.#isListed(request) || this.isOwn(request) || this.#refuse(request);
  }

  #isListed({ headers: { origin } }: IncomingMessage): boolean {
    const asked = originOf(origin);
    if (asked === null) return false;
    return asked === SANDBOX_ORIGIN || this.#options.corsOrigins().some((known) => originOf(known) === asked);
  }

  /**
   * Whether the page comes from where the request goes to, or there is none. Without a proxy that tells, TLS may end in
   * front of us.
   */
  isOwn(request: IncomingMessage): boolean {
    const { origin, host = '' } = request.headers;
    if (origin === undefined) return true;
    const asked = URL.parse(originOf(origin) ?? '');
    if (!asked) return false;
    const { publicOrigin, forwardedOf } = this.#options;
    if (publicOrigin !== null && asked.host === new URL(publicOrigin).host)
      return asked.origin === publicOrigin;
    const { hosts, scheme } = forwardedOf(request);
    if (scheme !== null && asked.protocol !== `${scheme}:`) return false;
    return [host, ...hosts].some((name) => asked.origin === originOf(`${asked.protocol}//${name}`));
  }

  #refuse({ headers: { origin } }: IncomingMessage): false {
    if (origin !== undefined && this.#told.take(origin.slice(0, LONGEST_SHOWN))) {
      this.#options.logger.warn(
        { origin: origin.slice(0, LONGEST_SHOWN) },
        'A page of this origin was refused; if it should be allowed, add its origin to corsOrigins (--cors-origins)',
      );
    }
    return false;
  }
}

const LONGEST_SHOWN = 260;

/** Writes an origin as browsers do: small letters, no default port, names in ASCII. Null for what is none. */
function originOf(text: string | undefined): string | null {
  return text !== undefined && /^https?:\/\/[^/?#@\\]+$/i.test(text)
    ? (URL.parse(text)?.origin ?? null)
    : null;
}
