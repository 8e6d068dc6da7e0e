import type { StreamEndCode } from './stream-end.ts';

/** Something that lasts only as long as its caller's token, and the gateway: a stream, or a socket. */
export interface Held {
  end(code: StreamEndCode): void;
}

/** Holds a stream's place while it is opened, so that limits count it and no end passes it by. */
export class Place implements Held {
  #held: Held | null = null;
  #end: StreamEndCode | null = null;

  /** Puts there what the place was for. It ends at once if it was to end before. */
  fill(held: Held): void {
    this.#held = held;
    if (this.#end) held.end(this.#end);
  }

  end(code: StreamEndCode): void {
    this.#end ??= code;
    this.#held?.end(code);
  }
}
