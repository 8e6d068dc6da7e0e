import { Client, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { connectorWithin } from './connector.ts';

/** What a TLS connection to an upstream proves, and takes for proof. PEM texts. */
export interface UpstreamTls {
  /** Certificates of the authorities that are trusted, in place of those that Node trusts. */
  readonly ca?: string | undefined;
  /** The certificate that the gateway shows, with those that lead to its authority. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the server's certificate must have; else the host of the URL. */
  readonly servername?: string | undefined;
}

/** An HTTP proxy on the way to an upstream. */
export interface UpstreamProxy {
  /** Its URL, with user and password if it asks for them. */
  readonly url: string;
  /** Hosts that are reached without it, as in `NO_PROXY`. */
  readonly except: string;
}

/** How connections to one server are made, and how long an answer may be. */
export interface ConnectOptions {
  /** Milliseconds in which a connection must stand: a server that is up accepts it, a host that drops packets never does. */
  readonly connectMs: number;
  /** Most bytes of one answer. */
  readonly responseBytes: number;
  readonly tls?: UpstreamTls | undefined;
  readonly proxy?: UpstreamProxy | null | undefined;
}

/** One connection, which may still have to be made. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  /** Ends it at once, even while it is being made. */
  cut(): void;
}

/**
 * Makes what opens single connections to a server, directly or through a proxy.
 *
 * @param origin of the server, such as `https://conductor.example.com`.
 */
export function opener(
  origin: string,
  { connectMs, responseBytes, tls = {}, proxy }: ConnectOptions,
): () => Connection {
  const options = {
    pipelining: 1,
    // One call at a time is answered soonest by HTTP/1.1.
    allowH2: false,
    // Deadlines belong to the call and the operation, which end it from outside.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: responseBytes,
  };
  const connectorOf = connectorWithin(connectMs, tls);
  if (!proxy) {
    return () => {
      let cutSocket = () => {};
      const connect = connectorOf((cut) => {
        cutSocket = cut;
      });
      const dispatcher = new Client(origin, { ...options, connect });
      return {
        dispatcher,
        cut() {
          void dispatcher.destroy();
          cutSocket();
        },
      };
    };
  }
  const { url, except } = proxy;
  const proxied = {
    ...options,
    connections: 1,
    httpProxy: url,
    httpsProxy: url,
    noProxy: except,
    connect: connectorOf(() => {}),
    connectTimeout: connectMs,
    requestTls: tls,
  };
  return () => {
    const dispatcher = new EnvHttpProxyAgent(proxied);
    return { dispatcher, cut: () => void dispatcher.destroy() };
  };
}
