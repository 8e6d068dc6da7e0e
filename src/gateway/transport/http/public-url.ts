/** Where clients reach the gateway, in front of whatever proxies there are. */
export interface PublicUrl {
  /** E.g. `https://api.example.com`; null where it is not told. */
  readonly origin: string | null;
  /** The path below which everything is found, with a slash at both ends: `/`, `/rolegraph/`. */
  readonly base: string;
}

/** Reads the setting `publicUrl`; without it, everything is found at the root of wherever the gateway is asked. */
export function publicUrlOf(setting: string | null | undefined): PublicUrl {
  if (!setting) return { origin: null, base: '/' };
  const { origin, pathname } = new URL(setting);
  return { origin, base: `${pathname.replace(/\/$/, '')}/` };
}

/** Takes the base off the front of a request's URL: some proxies do so themselves, some do not. */
export function withoutBase(url: string, base: string): string {
  const prefix = base.slice(0, -1);
  if (!url.startsWith(prefix)) return url;
  const rest = url.slice(prefix.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}
