import type { IncomingMessage } from 'node:http';
import { hostOf } from './host-names.ts';
import { type HostRule, type HostRuleOptions, hostRule } from './host-rule.ts';
import { OnceEach } from './once-each.ts';

export interface HostGuardOptions extends HostRuleOptions {
  /** Finds hosts that proxies in front name; they count where any host is allowed besides the server's own. */
  readonly forwardedHosts?: (request: IncomingMessage) => readonly string[];
  readonly logger: { warn(details: object, message: string): void };
}

/** What a client is told whose request names another host; with status 421 (RFC 9110, section 15.5.20). */
export const MISDIRECTED =
  'This server does not answer to the host that the request names. If it should, allow that host: --allowed-hosts, ROLEGRAPH_ALLOWED_HOSTS, or allowedHosts in the configuration file.';

/** The longest host that is worth a line; names have 253 characters at most. */
const LONGEST_SHOWN = 260;

/** Knows which requests name a host that a server answers to, and writes a line for each host that it does not. */
export class HostGuard {
  readonly #rule: HostRule;
  readonly #forwardedHosts: (request: IncomingMessage) => readonly string[];
  readonly #logger: HostGuardOptions['logger'];
  readonly #told = new OnceEach();

  constructor({ forwardedHosts = () => [], logger, ...rule }: HostGuardOptions) {
    this.#rule = hostRule(rule);
    this.#forwardedHosts = rule.allowedHosts?.length ? forwardedHosts : () => [];
    this.#logger = logger;
  }

  /** Whether a request is for this server. One of HTTP/1.0 need not name a host, and no browser sends such a one. */
  admits(request: IncomingMessage): boolean {
    const { url = '', headers, socket } = request;
    const { host } = headers;
    if (host !== undefined && !this.#rule(host, socket)) return this.#refuse(host);
    // A request may name its host in full in its first line, where it wins over the header.
    const named = url.startsWith('/') || url === '*' ? [] : [authorityOf(url)];
    for (const other of [...named, ...this.#forwardedHosts(request)]) {
      if (!this.#rule(other, socket)) return this.#refuse(other);
    }
    return true;
  }

  #refuse(host: string): false {
    const shown = hostOf(host) ?? host.slice(0, LONGEST_SHOWN);
    if (this.#told.take(shown)) {
      this.#logger.warn(
        { host: shown },
        'A request was refused with 421, since this server does not answer to the host that it names; if it should, add it to allowedHosts (--allowed-hosts)',
      );
    }
    return false;
  }
}

function authorityOf(url: string): string {
  return /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url;
}
