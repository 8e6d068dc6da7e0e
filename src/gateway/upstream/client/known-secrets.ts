import { LRUCache } from 'lru-cache';
import { inLowerCase, spellingsOf } from './secret-spellings.ts';

/** What stands where a secret stood, as in the log. */
const HIDDEN = '[hidden]';
/** Of a sentence of an upstream; a stack trace does not fit. */
const LONGEST_SENTENCE = 400;
/** How far a secret that begins in the sentence is looked for. */
const LONGEST_LOOK = 4096;
/** So much of a secret is as good as all of it. */
const TELLING_PART = 12;
/** A shorter one is a word that sentences hold as well. */
const SHORTEST_PART_OF_A_WORD = 8;
const SHORTEST = 3;
/** Secrets that went by lately, at a time. */
const MOST = 1000;
/** For which an upstream may still speak of a secret that it made. */
const KEPT_MS = 10 * 60_000;

/**
 * The secrets that no word of an upstream may carry on: those that the gateway is configured with, and those that it was
 * given lately. Upstreams quote requests where they dislike them.
 */
export class KnownSecrets {
  readonly #configured: readonly string[];
  readonly #recent = new LRUCache<string, readonly string[]>({ max: MOST, ttl: KEPT_MS });

  constructor(configured: readonly string[] = []) {
    this.#configured = configured.flatMap(spellingsOf);
  }

  /**
   * Notes a secret that came from an upstream.
   *
   * @param keptMs how long it is known, in milliseconds.
   */
  add(secret: string, keptMs = KEPT_MS): void {
    this.#recent.set(secret, spellingsOf(secret), { ttl: keptMs });
  }

  /**
   * Cuts secrets out of what an upstream says, and all that is longer than a sentence.
   *
   * @param own secrets of the call that was answered, of which parts are looked for too: upstreams shorten what they quote.
   */
  sentence(text: string, own: readonly string[]): string {
    const looked = text.slice(0, LONGEST_LOOK);
    const lower = inLowerCase(looked);
    const isHidden = new Uint8Array(looked.length);
    for (const secret of this.#configured) hide(isHidden, lower, secret);
    for (const spellings of this.#recent.values()) {
      for (const spelling of spellings) hide(isHidden, lower, spelling);
    }
    for (const spelling of own.flatMap(spellingsOf)) {
      hide(isHidden, lower, spelling);
      hideParts(isHidden, lower, spelling);
    }
    return written(looked.slice(0, LONGEST_SENTENCE), isHidden);
  }
}

/** Marks each place where a whole secret stands. */
function hide(isHidden: Uint8Array, text: string, secret: string): void {
  if (secret.length < SHORTEST) return;
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    const end = at + secret.length;
    const isWord = !isLetter(text[at - 1]) && !isLetter(text[end]);
    if (secret.length >= SHORTEST_PART_OF_A_WORD || isWord) isHidden.fill(1, at, end);
  }
}

/** Marks each place that stands in the secret too and is long enough to tell. */
function hideParts(isHidden: Uint8Array, text: string, secret: string): void {
  if (secret.length <= TELLING_PART) return;
  const last = Math.min(text.length, LONGEST_SENTENCE + TELLING_PART) - TELLING_PART;
  for (let at = 0; at <= last; at += 1) {
    const end = at + TELLING_PART;
    if (secret.includes(text.slice(at, end))) isHidden.fill(1, at, end);
  }
}

function written(text: string, isHidden: Uint8Array): string {
  let told = '';
  for (let at = 0; at < text.length; at += 1) {
    if (!isHidden[at]) told += text[at];
    else if (at === 0 || !isHidden[at - 1]) told += HIDDEN;
  }
  return told;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
