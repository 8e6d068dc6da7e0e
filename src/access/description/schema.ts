import { z } from 'zod';
import { storedUserId } from '../change.ts';
import { TARGET_TYPES } from '../target-types.ts';

const id = z.string().min(1, 'must not be empty');
const ids = z.array(id).transform((all) => [...new Set(all)]);
const access = z
  .array(z.enum(['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE']))
  .transform((all) => [...new Set(all)]);

/** Lets `name:` alone stand for something of which nothing more is said. */
function described<T extends z.ZodType>(schema: T) {
  return z.record(
    id,
    z.preprocess((value) => value ?? {}, schema),
  );
}

const role = z.strictObject({ description: z.string().optional(), permissions: ids.optional() });

const group = z.strictObject({
  description: z.string().min(1, 'must not be empty').optional(),
  roles: ids.optional(),
  defaultAccess: z
    .partialRecord(z.enum(['WORKFLOW_DEF', 'TASK_DEF', 'WORKFLOW_SCHEDULE']), access)
    .optional(),
});

const user = z.strictObject({
  name: z.string().min(1, 'must not be empty').optional(),
  roles: ids.optional(),
  groups: ids.optional(),
  contact: z.record(z.string(), z.string()).optional(),
});

const application = z.strictObject({
  name: z.string().min(1, 'must not be empty').optional(),
  roles: ids.optional(),
  groups: ids.optional(),
  tags: z.record(id, z.string()).optional(),
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

const target = pair.transform(([kind, name], context) => {
  const type = TARGET_TYPES.find((known) => known === kind);
  if (type) return { type, id: name };
  context.addIssue(`expected a kind of target, one of ${TARGET_TYPES.join(', ')}, not ${kind}`);
  return z.NEVER;
});

const grant = z.strictObject({
  to: subject,
  on: target,
  access: access.refine(isNotEmpty, 'must not be empty'),
});

function isNotEmpty(list: readonly unknown[]): boolean {
  return list.length > 0;
}

/** What a description of access may hold. */
export const descriptionSchema = z.strictObject({
  roles: described(role).optional(),
  groups: described(group).optional(),
  users: described(user)
    .transform((users, context) => {
      const seen = new Set<string>();
      for (const name of Object.keys(users)) {
        const message = 'stands here twice: case does not count';
        if (seen.has(storedUserId(name))) context.addIssue({ code: 'custom', path: [name], message });
        seen.add(storedUserId(name));
      }
      return Object.fromEntries(Object.entries(users).map(([name, value]) => [storedUserId(name), value]));
    })
    .optional(),
  applications: described(application).optional(),
  grants: z.array(grant).optional(),
});

const MEMBERS: Readonly<Record<string, z.ZodObject>> = {
  roles: role,
  groups: group,
  users: user,
  applications: application,
  grants: grant,
};

/** Names what may stand at a place: the sections at the top, below that the members of what a section describes. */
export function membersAt(path: readonly (string | number)[]): readonly string[] {
  const section = path[0] === undefined ? descriptionSchema : MEMBERS[path[0]];
  return Object.keys(section?.shape ?? {});
}
