import type { ExecutionResult } from 'graphql';

/** Fields of `Subscription` that show how something is, and not what happened to it. */
const LIVE = new Set([
  'userUpdated',
  'groupUpdated',
  'grantsUpdated',
  'accessRequestUpdated',
  'accessRequestsToDecide',
]);

/**
 * Knows what one stream sent last, so that a live view is sent again only when its answer is another: events of such
 * a view say that its answer may have changed. Whoever executes the events of a stream asks it of each result.
 */
export class LiveAnswers {
  readonly #isLive: boolean;
  #last: string | null = null;

  /** @param field the subscription's field, without its alias. */
  constructor(field: string) {
    this.#isLive = LIVE.has(field);
  }

  /** Tells whether a result is to be sent; it then counts as sent. */
  isNews(result: ExecutionResult): boolean {
    if (!this.#isLive) return true;
    const { data, errors } = result;
    const text = JSON.stringify([data, errors?.map(({ path, message }) => [path, message])]);
    const isNews = text !== this.#last;
    this.#last = text;
    return isNews;
  }
}
