import type { RestClient } from '../upstream/client.ts';
import { path } from '../upstream/path.ts';
import { object, text } from '../upstream/shape.ts';

/** What signing in takes (contract section 2). */
export interface TokenRequest {
  readonly keyId: string;
  readonly keySecret: string;
  /** Seconds; undefined for the server's own choice. */
  readonly expiration: number | undefined;
}

/** Signs in with an access key. */
export function generateToken(
  client: RestClient,
  body: TokenRequest,
): Promise<{ readonly token: string; readonly expiresInSeconds: number | null }> {
  return client.write(
    'POST',
    path`/api/token`,
    (answer) => {
      const { token, expiresIn } = object(answer, 'token answer');
      return {
        token: text(token, 'token'),
        // A token without end has a negative time, which is no time to tell.
        expiresInSeconds: typeof expiresIn === 'number' && expiresIn >= 0 ? expiresIn : null,
      };
    },
    body,
  );
}
