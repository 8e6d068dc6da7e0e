import { GraphQLError } from 'graphql';
import { badUserInput } from '../../graph/kit/errors.ts';
import type { Journal } from './journal.ts';

const CURSOR = /^change:([\w-]+):(\d+)$/;

/** Writes the mark of a place in a journal, as clients keep it. */
export function cursorOf(journal: Journal, place: number): string {
  return Buffer.from(`change:${journal.id}:${place}`).toString('base64url');
}

/**
 * Reads the place of a mark.
 *
 * @throws {GraphQLError} `BAD_USER_INPUT` for anything that `cursorOf` did not write; `CURSOR_EXPIRED`, with the oldest
 *   mark that can be used as `beginAt`, where changes after it are no longer kept, or were kept in another journal.
 */
export function placeOf(journal: Journal, cursor: string): number {
  const [, id, digits] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id === undefined || digits === undefined)
    throw badUserInput('This cursor was not made by this endpoint.');
  const place = Number(digits);
  const { floor, last, isCopy } = journal;
  // Another replica may have told of changes that are still on their way to this one.
  if (id === journal.id && place >= floor && (isCopy || place <= last)) return place;
  throw new GraphQLError(
    'Changes after this cursor are no longer known. Read again what you need, and go on from `beginAt`, or without a cursor.',
    { extensions: { code: 'CURSOR_EXPIRED', beginAt: cursorOf(journal, floor) } },
  );
}
