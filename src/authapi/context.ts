import type { Database } from './store/database.ts';
import type { SigningKey } from './tokens/signing-key.ts';

/** What every route works with. */
export interface AuthApiContext {
  readonly database: Database;
  readonly signingKey: SigningKey;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
}
