/** The headers that sign a REST call; none where there is no token. */
export type SignedHeaders = Readonly<Record<string, string>>;

/** Who a REST call is made for: a way to sign it, and perhaps to sign in again. */
export interface Credential {
  headers(): Promise<SignedHeaders> | SignedHeaders;
  /**
   * Gets another token after the upstream refused the one in `refused`.
   * False if there is no way to: the refusal stands.
   */
  renew(refused: SignedHeaders): Promise<boolean> | boolean;
}

/** Names a whole credential. Two callers share nothing unless every header that signs for them is the same. */
export function keyOf(signed: SignedHeaders): string {
  return JSON.stringify(signed);
}
