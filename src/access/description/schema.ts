import { z } from 'zod';
import { storedTarget, storedUserId } from '../facts/keys.ts';
import type { GrantDescription, UserDescription } from './description.ts';

const id = z.string().min(1, 'must not be empty');
const words = z.array(id).transform((all) => [...new Set(all)]);

/** Objects have members that nobody wrote; these have none. */
function members<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (value instanceof Map ? Object.assign(Object.create(null), Object.fromEntries(value)) : value),
    schema,
  );
}

/** Lets `name:` alone stand for something of which nothing more is said. */
function described<T extends z.ZodType>(schema: T) {
  return z.map(
    id,
    z.preprocess((value) => value ?? new Map(), members(schema)),
  );
}

/** Reads one of two shapes, so that what is wrong is told of the one that was meant. */
function either<T>(isFirst: (value: unknown) => boolean, first: z.ZodType<T>, second: z.ZodType<T>) {
  return z.unknown().transform((value, context): T => {
    const result = (isFirst(value) ? first : second).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ ...issue });
    return z.NEVER;
  });
}

const role = z.strictObject({ description: z.string().optional(), permissions: words.optional() });

const group = z.strictObject({
  description: z.string().optional(),
  roles: words.optional(),
  defaultAccess: z.map(id, words).optional(),
});

const user = z.strictObject({
  name: z.string().optional(),
  roles: words.optional(),
  groups: words.optional(),
  contact: z.map(z.string(), z.string()).optional(),
});

const application = z.strictObject({
  name: z.string().optional(),
  roles: words.optional(),
  groups: words.optional(),
  tags: z
    .map(
      z.string(),
      either(
        Array.isArray,
        z.array(z.string()).min(1, 'must not be empty'),
        z.string().transform((value) => [value]),
      ),
    )
    .optional(),
});

const SUBJECT_TYPES = { user: 'USER', group: 'GROUP', role: 'ROLE', application: 'APPLICATION' } as const;

/** Splits at the first colon, for ids have colons too (contract section 11). */
const pair = z.string().transform((text, context) => {
  const colon = text.indexOf(':');
  if (colon > 0 && colon < text.length - 1) return [text.slice(0, colon), text.slice(colon + 1)] as const;
  context.addIssue('expected a kind and an id with a colon between, such as group:ops');
  return z.NEVER;
});

const subject = pair.transform(([kind, name], context) => {
  const type = Object.entries(SUBJECT_TYPES).find(([known]) => known === kind)?.[1];
  if (type) return { type, id: type === 'USER' ? storedUserId(name) : name };
  context.addIssue(`expected user:…, group:…, role:… or application:…, not ${kind}:…`);
  return z.NEVER;
});

const target = either<GrantDescription['on']>(
  (value) => value instanceof Map,
  members(z.strictObject({ type: id, id })).transform(({ type, id: name }) => ({
    ...storedTarget({ type, id: name }),
    isExact: true,
  })),
  pair.transform(([type, name]) => storedTarget({ type, id: name })),
);

const grant = z.strictObject({
  to: subject,
  on: target,
  access: words.refine((all) => all.length > 0, 'must not be empty'),
});

const description = z.strictObject({
  roles: described(role).optional(),
  groups: described(group).optional(),
  users: described(user)
    .transform((users, context) => {
      const stored = new Map<string, UserDescription>();
      for (const [name, one] of users) {
        const message = 'stands here twice: case does not count';
        if (stored.has(storedUserId(name))) context.addIssue({ code: 'custom', path: [name], message });
        stored.set(storedUserId(name), one);
      }
      return stored;
    })
    .optional(),
  applications: described(application).optional(),
  grants: z.array(members(grant)).optional(),
});

/** What a description of access may hold. */
export const descriptionSchema = members(description);

const MEMBERS: ReadonlyMap<unknown, z.ZodObject> = new Map<unknown, z.ZodObject>([
  ['roles', role],
  ['groups', group],
  ['users', user],
  ['applications', application],
  ['grants', grant],
  [undefined, description],
]);

/** Names what may stand at a place: the sections at the top, below that the members of what a section describes. */
export function membersAt(path: readonly (string | number)[]): readonly string[] {
  return Object.keys(MEMBERS.get(path[0])?.shape ?? {});
}
