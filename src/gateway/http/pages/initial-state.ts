import { CALLS_HEADER } from '../../observation/tell-calls.ts';

/** What the pages send requests with until somebody types something else. */
export interface InitialHeaders {
  /** A token that works, or null for none. */
  readonly token: string | null;
  /** Whether operations that are sent from a page ask for the REST calls behind them. */
  readonly asksForCalls?: boolean;
}

/** Writes those headers for the page's header editor, with a placeholder where there is no token. */
export function initialHeaders({ token, asksForCalls = false }: InitialHeaders): Record<string, string> {
  return {
    Authorization: `Bearer ${token ?? 'PASTE-A-TOKEN'}`,
    ...(asksForCalls && { [CALLS_HEADER]: '1' }),
  };
}

/** Writes JSON so that no text in it can end the script element that it is put into. */
export function asScriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
