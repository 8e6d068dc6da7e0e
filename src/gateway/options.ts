import type { Logger } from 'pino';
import type { ChangesOptions } from './changes/changes.ts';
import type { ServiceKey } from './credentials/service.ts';
import type { WorkflowServiceKey } from './credentials/workflow-service.ts';
import type { AdmissionLimits } from './operation/admission/admission.ts';
import type { PersistedOperationsOptions } from './operation/admission/persisted-operations/persisted-operations.ts';
import type { PointLimitsOptions } from './operation/admission/rate-limit/point-limits.ts';
import type { Observer } from './operation/observation/observed-operation.ts';
import type { StreamLimits } from './subscriptions/limits.ts';
import type { AdminOptions } from './telemetry/admin/admin-server.ts';
import type { LoggedOperations } from './telemetry/log/operation-log.ts';
import type { ClaimPageToken } from './transport/pages/page-token.ts';
import type { UpstreamProxy, UpstreamTls } from './upstream/connection/opener.ts';

/** Everything `startGateway` needs; complete and already checked (see `src/config`). */
export interface GatewayOptions extends PointLimitsOptions {
  /** Interface to listen on. */
  readonly host: string;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** Base URL of the authorization API, with or without a trailing `/api`. */
  readonly authorizationUrl: string;
  /** How the gateway connects to it; left out: directly, trusting whom Node trusts. */
  readonly authorizationConnection?: UpstreamConnection;
  /** Key pair the gateway signs in with for operations that carry no token of their own; null: it never does. */
  readonly serviceKey: ServiceKey | null;
  /** Base URL of the role-workflow engine; null: there is none, and the fields that need it say so. */
  readonly workflowUrl: string | null;
  /** How the gateway connects to the engine. */
  readonly workflowConnection?: UpstreamConnection;
  /** What the gateway signs in to the engine with for operations that carry no token; null: it never does. */
  readonly workflowServiceKey: WorkflowServiceKey | null;
  /** Origins, besides Apollo Sandbox, that browsers may call from. */
  readonly corsOrigins: readonly string[];
  /** Whether there is a page to explore with at `/`. */
  readonly landingPage: boolean;
  /** Whether there is GraphiQL at `/explorer`; left out: there is not. */
  readonly explorer?: boolean;
  /** Whether there is the console at `/console`; left out: there is not. */
  readonly console?: boolean;
  /** Whether clients may introspect the schema, and are told what they may have meant. */
  readonly introspection: boolean;
  /** Whether the graph is served as a subgraph of Apollo Federation 2; left out: it is not. */
  readonly federation?: boolean;
  /** Gives the pages a token for the key of a link; null or left out: they begin without one. */
  readonly claimPageToken?: ClaimPageToken | null;
  /** How changes are kept, to be followed; without it they are not, and nothing is read for it. */
  readonly changes?: ChangesOptions | null;
  /** Where operators look; null or left out: nowhere. */
  readonly admin?: AdminOptions | null;
  /** Who else looks at operations. */
  readonly observers?: readonly Observer[];
  /** Which operations get a line in the log; left out: none. */
  readonly logOperations?: LoggedOperations;
  /** Whether clients may ask for the REST calls behind their operations; left out: they may not. */
  readonly tellCalls?: boolean;
  /** Milliseconds in which a gateway that is told to stop goes on, so that balancers notice that it is not ready. */
  readonly drainMs?: number;
  readonly limits: GatewayLimits;
  /** Hosts, besides those of `host` and `publicUrl`, that requests may name; `*.example.com` and `*` stand for many. */
  readonly allowedHosts?: readonly string[];
  /** The URL below which clients find everything, in front of all proxies; null or left out: where the gateway listens. */
  readonly publicUrl?: string | null;
  /** Whether long answers and files of pages are compressed for clients that ask for it; left out: they are not. */
  readonly compression?: boolean;
  /** Addresses and networks of proxies in front, whose `Forwarded` and `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly persistedOperations: PersistedOperationsOptions;
  /** Bounds on streams that differ from the usual ones. */
  readonly streams?: Partial<StreamLimits>;
  readonly logger: Logger;
  /** The time in epoch milliseconds, by which a granted role counts as ended. */
  readonly now?: () => number;
}

/** What a TLS connection to an upstream proves and trusts, and the proxy on the way. */
export interface UpstreamConnection {
  readonly tls?: UpstreamTls;
  readonly proxy?: UpstreamProxy | null;
}

/** What of these can be changed while the gateway runs, without it ending a request, a stream or a connection. */
export type ReloadableOptions = Pick<
  GatewayOptions,
  | 'corsOrigins'
  | 'logOperations'
  | 'tellCalls'
  | 'drainMs'
  | 'persistedOperations'
  | 'streams'
  | 'rateLimit'
  | 'signInLimit'
> & {
  readonly limits: ReloadableLimits;
};

/** Bounds that are looked at anew for each operation. The others are those of connections, pools and memories that stand. */
export type ReloadableLimits = AdmissionLimits &
  Pick<
    GatewayLimits,
    'restCalls' | 'callMs' | 'operationMs' | 'longRestCalls' | 'longOperationMs' | 'repeats'
  >;

/** Bounds on one operation. Times in milliseconds, sizes in bytes. */
export interface GatewayLimits extends AdmissionLimits {
  /** Longest a client's request body may be. */
  readonly requestBytes: number;
  /** Time within which the headers of a request must arrive. */
  readonly headersMs: number;
  /** Time within which a whole request must arrive. */
  readonly requestMs: number;
  /** Longest an upstream's answer may be, after decompression. */
  readonly responseBytes: number;
  /** REST calls one operation may make. */
  readonly restCalls: number;
  /** Time a connection to an upstream may take to be made. */
  readonly connectMs: number;
  /** Time one attempt of a REST call may take. */
  readonly callMs: number;
  /** Time one operation may take. */
  readonly operationMs: number;
  /** REST calls one operation may make that does long work. */
  readonly longRestCalls: number;
  /** Time such an operation may take. */
  readonly longOperationMs: number;
  /** Times a REST call is sent again at most, where that is safe. */
  readonly repeats: number;
  /** Time for which an upstream that keeps failing is left alone; 0: it never is. */
  readonly pauseMs: number;
  /**
   * Bytes of answers of one upstream that are remembered, so that equal ones are not parsed again, and characters of lists
   * that are kept, to be written again; 0 for none.
   */
  readonly memoryBytes: number;
  /** Whether operations with the same credential share a read that is under way. */
  readonly shareReads: boolean;
  /** Connections kept to one upstream, and REST calls under way to it at once. */
  readonly connections: number;
  /** Percent of them that all long work together may use at once. */
  readonly longWorkShare: number;
  /** REST calls that may wait for one of those. */
  readonly queuedCalls: number;
}
