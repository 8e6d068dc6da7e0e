import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { writeSecretFile } from './secret-file.ts';

/** The one algorithm that tokens are signed with and accepted in. */
export const ALGORITHM = 'EdDSA';

/** The pair that signs and checks tokens. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

const FILE = 'signing-key.json';

/** Makes a signing key that lives in memory only. */
export async function newSigningKey(): Promise<SigningKey> {
  return await generateKeyPair(ALGORITHM, { extractable: true });
}

/** Reads the signing key of a data folder; null where there is none yet. */
export async function findSigningKey(data: string): Promise<SigningKey | null> {
  const path = join(data, FILE);
  if (!existsSync(path)) return null;
  try {
    const { d, ...publicJwk }: JWK = JSON.parse(readFileSync(path, 'utf8'));
    if (d === undefined) throw new Error('it holds no private part');
    return { privateKey: await importKey({ ...publicJwk, d }), publicKey: await importKey(publicJwk) };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The signing key ${path} cannot be read (${cause}); delete it to get a new one: old tokens end`,
    );
  }
}

/** Reads the signing key of a data folder or, on its first start, makes one and keeps it there. */
export async function ensureSigningKey(data: string): Promise<SigningKey> {
  const kept = await findSigningKey(data);
  if (kept !== null) return kept;
  const made = await newSigningKey();
  writeSecretFile(join(data, FILE), JSON.stringify(await exportJWK(made.privateKey)));
  return made;
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error('it is not a key pair');
  return key;
}
