import type { RestCall } from './rest-call.ts';

/** Members of bodies that hold secrets (contract sections 2, 7 and 13). */
const SECRET_MEMBERS = new Set(['keySecret', 'secret', 'token', 'apiKeys', 'conductorToken', 'password']);

/** Lists the secrets that a call carries, in its headers and its body. */
export function secretsOf({ headers, body }: Pick<RestCall, 'headers' | 'body'>): string[] {
  const signed = [headers['x-authorization'], headers['authorization']?.replace(/^\w+ /, '')];
  return [...signed.filter((secret) => secret !== undefined), ...secretsIn(body)];
}

function secretsIn(body: string | null): string[] {
  if (body === null || !body.startsWith('{')) return [];
  const found: string[] = [];
  JSON.parse(body, (name, value: unknown) => {
    if (!SECRET_MEMBERS.has(name)) return value;
    found.push(...[value].flat().filter((one) => typeof one === 'string'));
    return value;
  });
  return found;
}
