import type { IncomingHttpHeaders } from 'node:http';

/** Urgency 7 of RFC 9218, "background": its default is 3, and browsers send 0 to 5. */
const BACKGROUND = /(?:^|[,\s])u=7(?![\w.])/;

/** Tells whether a client says that it is in no hurry, by the header `Priority: u=7`. */
export function isBackground({ priority }: IncomingHttpHeaders): boolean {
  return priority !== undefined && BACKGROUND.test(String(priority));
}
