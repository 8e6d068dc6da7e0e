/**
 * Reads what the server wrote into the page: the headers that requests start with, a token that works among them where
 * the gateway has one to give.
 */
export function initialHeaders(): Readonly<Record<string, string>> {
  const state: unknown = JSON.parse(document.getElementById('initial-state')?.textContent ?? 'null');
  if (typeof state !== 'object' || state === null || !('headers' in state)) return {};
  const { headers } = state;
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
