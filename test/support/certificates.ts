import { generate } from 'selfsigned';

/** A certificate with its key, PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that nobody trusts who was not told of it. */
export interface Authority extends Certificate {
  /** Certifies a server at these names and on 127.0.0.1, or a client. */
  issue(...names: string[]): Promise<Certificate>;
}

/** Makes an authority of its own for one test. */
export async function privateAuthority(name: string): Promise<Authority> {
  const own = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  return {
    cert: own.cert,
    key: own.private,
    async issue(...names) {
      const issued = await generate([{ name: 'commonName', value: names[0] ?? name }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          {
            name: 'subjectAltName',
            altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
          },
        ],
      });
      return { cert: issued.cert, key: issued.private };
    },
  };
}
