import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Logger } from 'pino';
import type { AuthApiContext, OAuthClient } from './context.ts';
import { ensureAdministrator } from './first-start.ts';
import { buildApp } from './http/app.ts';
import { describeRoutes } from './http/openapi.ts';
import { prepareAnswers } from './http/prepared-answers.ts';
import type { App } from './http/typed-app.ts';
import { addRoutes } from './routes/routes.ts';
import { loadSampleOrganisation } from './seed/seed.ts';
import { databasePath } from './store/data-folder.ts';
import { openDatabase } from './store/database.ts';
import { rememberIdentities } from './store/identities.ts';
import { keepRoleWindowsTidy } from './store/role-window-tidying.ts';
import { syncSystemRoles } from './store/roles.ts';
import { getUser } from './store/users.ts';
import { rememberClaims } from './tokens/claims.ts';
import { issueToken } from './tokens/issue.ts';
import { ensureSigningKey, newSigningKey } from './tokens/signing-key.ts';

/** Where the embedded authorization API listens and keeps what it knows. */
export interface AuthApiOptions {
  /** Interface to listen on, e.g. 127.0.0.1. */
  readonly host: string;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** Hosts, besides that one, that requests may name; `*.example.com` and `*` stand for many. */
  readonly allowedHosts?: readonly string[];
  /** Data folder, made when missing; `:memory:` keeps the store and the signing key in memory. */
  readonly data: string;
  /** Whether to load the sample organisation into a store that never had it. */
  readonly seed: boolean;
  readonly logger: Logger;
  /** The only OAuth client that may sign users in to the workflow engine; absent: any may. */
  readonly oauthClient?: OAuthClient;
  /** The time in epoch milliseconds. */
  readonly now?: () => number;
  /** Called with method and raw URL, e.g. `GET /api/groups/eng?x=1`, whenever a request arrives. */
  readonly onRequest?: (call: string) => void;
}

/** A running authorization API. */
export interface AuthApi {
  /** Base URL without `/api`. */
  readonly url: string;
  /** The administrator's key, on the first start of a store only. */
  readonly adminKey: { readonly keyId: string; readonly keySecret: string } | null;
  /** Signs a token for any known user; throws where there is none with that id. */
  issueToken(userId: string): Promise<string>;
  /** Finishes the requests under way, for five seconds at most, and closes the store. */
  stop(): Promise<void>;
}

/** Starts the embedded authorization API; throws when the port or the store cannot be had. */
export async function startAuthApi(options: AuthApiOptions): Promise<AuthApi> {
  const context = await openContext(options);
  const { database, signingKey, now } = context;
  try {
    database.transaction(() => syncSystemRoles(database, context.newId));
    const adminKey = ensureAdministrator(context, options.data);
    if (options.seed && loadSampleOrganisation(database, now()) === 'store in use') {
      options.logger.warn('the sample organisation was not loaded: the store already holds people or roles');
    }
    const app = buildApp(options, options.logger);
    observe(app, options);
    await describeRoutes(app);
    addRoutes(app, context);
    const stopTidying = keepRoleWindowsTidy(database, now, (error) =>
      options.logger.warn({ err: error }, 'ended role windows were not removed; they do not count anyway'),
    );
    app.addHook('onClose', async () => {
      stopTidying();
      database.close();
    });
    const url = await app.listen({ host: options.host, port: options.port });
    return {
      url,
      adminKey,
      issueToken: async (userId) => {
        const { id, uuid } = getUser(database, userId);
        return await issueToken(signingKey, { id, uuid, keyId: null }, now());
      },
      stop: async () => await app.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function openContext({ data, now = Date.now, oauthClient }: AuthApiOptions): Promise<AuthApiContext> {
  if (data !== ':memory:') mkdirSync(data, { recursive: true, mode: 0o700 });
  const signingKey = data === ':memory:' ? await newSigningKey() : await ensureSigningKey(data);
  const database = openDatabase(databasePath(data), now);
  return {
    database,
    findIdentity: rememberIdentities(database, now),
    prepared: prepareAnswers(database, now),
    signingKey,
    readClaims: rememberClaims(signingKey),
    now,
    newId: randomUUID,
    oauthClient: oauthClient ?? null,
  };
}

function observe(app: App, { onRequest }: AuthApiOptions): void {
  app.addHook('onRequest', (request, _reply, done) => {
    onRequest?.(`${request.method} ${request.raw.url}`);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    request.log.debug({ method, route: routeOptions.url, status: reply.statusCode, ms }, 'request served');
    done();
  });
}
