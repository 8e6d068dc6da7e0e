import { Refusal } from './refusal.ts';

/** How long a role can be given for (contract section 17). */
export const GRANT_TYPES = ['PERMANENT', 'TIME_RESTRICTED', 'FLOATING'] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/**
 * When a role counts: always, between two times (epoch milliseconds), or for some hours from its first use, which a
 * floating window tells once it has begun.
 */
export type GrantWindow =
  | { readonly type: 'PERMANENT' }
  | { readonly type: 'TIME_RESTRICTED'; readonly start: number; readonly end: number }
  | { readonly type: 'FLOATING'; readonly hours: number; readonly start?: number; readonly end?: number };

/** What a workflow allows of grant windows; 0 is no bound. */
export interface GrantBounds {
  readonly grantTypes: readonly GrantType[];
  readonly maxTimeRestrictedDays: number;
  readonly maxFloatingHours: number;
}

/** What was said of a window, by whoever asks or decides. */
export interface WindowTerms {
  readonly type?: GrantType | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly hours?: number | undefined;
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** Makes a window of what was said, PERMANENT by default, or tells which bound it breaks (contract section 18). */
export function windowWithin(bounds: GrantBounds, terms: WindowTerms): GrantWindow | Refusal {
  const { type = 'PERMANENT' } = terms;
  if (!bounds.grantTypes.includes(type)) {
    const allowed = bounds.grantTypes.join(', ');
    return outOfBounds('grant_type', `must be one of ${allowed}, which the workflow allows, not ${type}`);
  }
  if (type === 'TIME_RESTRICTED') return timeRestricted(bounds, terms);
  if (type === 'FLOATING') return floating(bounds, terms);
  return { type };
}

/** Tells how long a floating window runs once it has started, in milliseconds. */
export function floatingLength(hours: number): number {
  return hours * HOUR;
}

function timeRestricted(
  { maxTimeRestrictedDays }: GrantBounds,
  { start, end }: WindowTerms,
): GrantWindow | Refusal {
  if (start === undefined) return missing('grant_start', 'TIME_RESTRICTED');
  if (end === undefined) return missing('grant_end', 'TIME_RESTRICTED');
  if (end <= start) return outOfBounds('grant_end', 'must be after grant_start');
  if (maxTimeRestrictedDays > 0 && end - start > maxTimeRestrictedDays * DAY) {
    return outOfBounds('grant_end', `must be at most ${maxTimeRestrictedDays} days after grant_start`);
  }
  return { type: 'TIME_RESTRICTED', start, end };
}

function floating({ maxFloatingHours }: GrantBounds, { hours }: WindowTerms): GrantWindow | Refusal {
  if (hours === undefined) return missing('floating_length', 'FLOATING');
  if (hours < 1) return outOfBounds('floating_length', 'must be at least 1 hour');
  if (maxFloatingHours > 0 && hours > maxFloatingHours) {
    return outOfBounds('floating_length', `must be at most ${maxFloatingHours} hours`);
  }
  return { type: 'FLOATING', hours };
}

function missing(property: string, type: GrantType): Refusal {
  return new Refusal(400, 'REQUIRED_VALUE_MISSING', `${property} is required for ${type}`, property);
}

function outOfBounds(property: string, message: string): Refusal {
  return new Refusal(400, 'VALUE_OUT_OF_BOUNDS', `${property} ${message}`, property);
}
