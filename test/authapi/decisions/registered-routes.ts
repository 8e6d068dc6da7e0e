import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { buildApp } from '../../../src/authapi/http/app.ts';
import { prepareAnswers } from '../../../src/authapi/http/prepared-answers.ts';
import { addRoutes } from '../../../src/authapi/routes/routes.ts';
import { openDatabase } from '../../../src/authapi/store/database.ts';
import { rememberIdentities } from '../../../src/authapi/store/identities.ts';
import { rememberClaims } from '../../../src/authapi/tokens/claims.ts';
import { newSigningKey } from '../../../src/authapi/tokens/signing-key.ts';

/** A route as it is registered: `POST /api/groups/:id/users`, and the JSON schema of its body. */
export interface RegisteredRoute {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
  readonly isOpen: boolean;
}

/** Lists every route of the embedded API that is no read, described or not: a new one is among them by itself. */
export async function registeredWrites(): Promise<RegisteredRoute[]> {
  const routes: RegisteredRoute[] = [];
  const database = openDatabase(':memory:');
  const signingKey = await newSigningKey();
  const app = buildApp({ host: '127.0.0.1' }, pino({ level: 'silent' }));
  app.addHook('onRoute', ({ method, url, schema }) => {
    for (const one of [method].flat()) {
      if (one === 'GET' || one === 'HEAD') continue;
      const isOpen = schema?.security?.every((scheme) => !('token' in scheme)) ?? false;
      routes.push({ name: `${one} ${url}`, method: one, path: url, body: schema?.body ?? undefined, isOpen });
    }
  });
  addRoutes(app, {
    database,
    findIdentity: rememberIdentities(database, Date.now),
    prepared: prepareAnswers(database, Date.now),
    signingKey,
    readClaims: rememberClaims(signingKey),
    now: Date.now,
    newId: randomUUID,
    oauthClient: null,
  });
  await app.ready();
  await app.close();
  database.close();
  return routes;
}
