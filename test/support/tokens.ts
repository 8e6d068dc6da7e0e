import { type Token, tokenOf } from '../../src/gateway/credentials/token.ts';

/** Takes a word for a token, which it must be. */
export function tokenFor(word: string): Token {
  const token = tokenOf(word);
  if (!token) throw new Error(`${word} is no token`);
  return token;
}
