import type { SignedHeaders } from './credential.ts';

/** What signs the calls of one caller, written out once for all of them. */
export class Signature {
  /** As the credential gave them. */
  readonly signed: SignedHeaders;
  /** Headers of a call without a body. */
  readonly bodiless: SignedHeaders;
  /** Headers of a call with a body. */
  readonly withBody: SignedHeaders;
  /** Names the whole credential. Two callers share nothing unless every header that signs for them is the same. */
  readonly key: string;

  constructor(signed: SignedHeaders) {
    this.signed = signed;
    this.bodiless = { accept: 'application/json', ...signed };
    this.withBody = { ...this.bodiless, 'content-type': 'application/json' };
    this.key = JSON.stringify(signed);
  }
}
