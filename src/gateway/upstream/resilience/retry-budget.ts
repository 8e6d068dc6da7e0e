/** Repeats that a call pays for. */
const PER_CALL = 0.1;
/** What is there at the start, so that one of the first calls can be repeated at all. */
const AT_FIRST = 10;
/** Good times are not saved up for an outage. */
const MOST = 100;

/**
 * Keeps repeats within a tenth of the calls to one upstream: when everything fails, sending everything three times would
 * keep down what is trying to get up.
 */
export class RetryBudget {
  #tokens = AT_FIRST;
  #refusals = 0;

  /** How many repeats there was not enough for. */
  get refusals(): number {
    return this.#refusals;
  }

  /** Counts a call that is made for the first time. */
  earn(): void {
    if (this.#tokens < MOST) this.#tokens += PER_CALL;
  }

  /** Takes what one repeat costs; false if there is not enough. */
  spend(): boolean {
    if (this.#tokens < 1) {
      this.#refusals += 1;
      return false;
    }
    this.#tokens -= 1;
    return true;
  }
}
