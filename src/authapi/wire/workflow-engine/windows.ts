import { type Static, Type } from '@sinclair/typebox';
import type { GrantWindow, WindowTerms } from '../../policy/requests/grant-window.ts';
import { epochOf, Time, timeOf } from './times.ts';
import { GrantTypeName } from './workflows.ts';

/** The four fields that say when a role counts. */
export const windowFields = {
  grant_type: Type.Optional(GrantTypeName),
  grant_start: Type.Optional(Time),
  grant_end: Type.Optional(Time),
  floating_length: Type.Optional(Type.Integer({ description: 'Hours from the first use' })),
};

const WindowBody = Type.Object(windowFields);

/** Reads what was said of a window. Throws 400 for what is no time. */
export function termsOfBody(body: Static<typeof WindowBody>): WindowTerms {
  return {
    type: body.grant_type,
    start: epochOf(body.grant_start, 'grant_start'),
    end: epochOf(body.grant_end, 'grant_end'),
    hours: body.floating_length,
  };
}

/** Writes a window: its type, and only the fields that mean something for it. */
export function windowAnswer(window: GrantWindow): Static<typeof WindowBody> {
  if (window.type === 'PERMANENT') return { grant_type: window.type };
  const { type, start, end } = window;
  return {
    grant_type: type,
    ...(type === 'FLOATING' && { floating_length: window.hours }),
    ...(start !== undefined && { grant_start: timeOf(start) }),
    ...(end !== undefined && { grant_end: timeOf(end) }),
  };
}
