import { AskError } from '../ask.ts';
import type { Place } from '../place.ts';
import { whoCanView, whyView } from './access-views.ts';
import { groupView, ownView, roleView, userView } from './subject-views.ts';
import type { View } from './view.ts';

/**
 * Asks for what a place shows.
 *
 * @returns null where there is no such user, group or role.
 * @throws {AskError} the gateway refuses, or cannot be reached.
 */
export function loadView(place: Place, signal: AbortSignal): Promise<View | null> {
  switch (place.kind) {
    case 'user':
      return userView(place.id, signal).catch(async (error: unknown) => {
        const own = error instanceof AskError && error.isForbidden ? await ownView(place.id, signal) : null;
        if (own) return own;
        throw error;
      });
    case 'group':
      return groupView(place.id, signal);
    case 'role':
      return roleView(place.id, signal);
    case 'target':
      return whoCanView(place.target, place.access, signal);
    case 'why':
      return whyView(place.user, place.target, place.access, signal);
  }
}
