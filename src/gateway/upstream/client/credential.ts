import type { HttpError } from '../errors/http-error.ts';

/** The headers that sign a REST call; none where there is no token. */
export type SignedHeaders = Readonly<Record<string, string>>;

/** Who a REST call is made for: a way to sign it, and perhaps to sign in again. */
export interface Credential {
  headers(): Promise<SignedHeaders> | SignedHeaders;
  /**
   * Gets another token after the upstream refused the one in `refused`; left out where there never is a way to.
   * False if there is none now: the refusal stands. Throws what is to be told in its place.
   */
  renew?(refused: SignedHeaders, refusal: HttpError): Promise<boolean> | boolean;
}
