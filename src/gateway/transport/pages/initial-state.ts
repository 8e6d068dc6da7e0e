import { CALLS_HEADER } from '../../operation/observation/upstream-trace-header.ts';

/** What every page begins with. */
export interface InitialStateOptions {
  /** The path below which the gateway is, with a slash at both ends. */
  readonly base: string;
  /** Whether links that were printed at the start give the pages their token. */
  readonly hasLinks: boolean;
  /** Whether operations that are sent from a page ask for the REST calls behind them. */
  readonly asksForCalls: boolean;
}

const HINT =
  'To begin with a token, open this page by its link: the gateway prints one at its start, which works once. Or paste a token: "npx rolegraph token USER" prints one.';

/** Writes what a page begins with: nothing of it is secret, so whoever asks for the page may see it. */
export function initialState({ base, hasLinks, asksForCalls }: InitialStateOptions) {
  return {
    base,
    /** What to do where the tab has no token. */
    hint: hasLinks ? HINT : null,
    headers: {
      Authorization: 'Bearer PASTE-A-TOKEN',
      ...(asksForCalls && { [CALLS_HEADER]: '1' }),
    },
  };
}

/** Writes JSON so that no text in it can end the script element that it is put into. */
export function asScriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** Writes a path so that it can stand in an attribute. */
export function asAttribute(path: string): string {
  return path.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
