import type { PreparedAnswers } from './http/prepared-answers.ts';
import type { Database } from './store/database.ts';
import type { FindIdentity } from './store/identities.ts';
import type { ReadClaims } from './tokens/claims.ts';
import type { SigningKey } from './tokens/signing-key.ts';

/** The OAuth client that alone may sign users in to the workflow engine. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

/** What every route works with. */
export interface AuthApiContext {
  readonly database: Database;
  readonly findIdentity: FindIdentity;
  /** Lists and records as they were last written; the store is asked each time whether they still hold. */
  readonly prepared: PreparedAnswers;
  readonly signingKey: SigningKey;
  readonly readClaims: ReadClaims;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** Null: any client may sign users in (contract section 16). */
  readonly oauthClient: OAuthClient | null;
  /** A new UUID. */
  readonly newId: () => string;
}
