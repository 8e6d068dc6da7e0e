/** How large an organisation is to be. Grants go to users and groups in equal parts, spread evenly over the targets. */
export interface OrganisationSize {
  readonly users: number;
  readonly groups: number;
  readonly grants: number;
  readonly targets: number;
}

/** Calls the REST API as an administrator. */
export type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Calls that are under way at once while it is built. */
const AT_ONCE = 16;
const ROLES = 20;

export const userId = (n: number) => `user-${n}@example.com`;
export const groupId = (n: number) => `group-${n}`;

/** Builds an organisation over REST: every user is in two groups, every group holds a role, and all grants differ. */
export async function buildOrganisation(
  call: Call,
  { users, groups, grants, targets }: OrganisationSize,
): Promise<void> {
  await each(ROLES, (n) => call('POST', '/api/roles', { name: `role-${n}`, permissions: ['READ_TASK_DEF'] }));
  await each(groups, (n) =>
    call('PUT', `/api/groups/${groupId(n)}`, { description: 'One of many', roles: [`role-${n % ROLES}`] }),
  );
  await each(users, (n) =>
    call('PUT', `/api/users/${userId(n)}`, {
      name: `User ${n}`,
      roles: ['USER'],
      groups: [groupId(n % groups), groupId((n * 7 + 1) % groups)],
    }),
  );
  await each(grants, (n) => {
    const index = Math.floor(n / 2);
    const isForUser = n % 2 === 0;
    const round = Math.floor(index / (isForUser ? users : groups));
    return call('POST', '/api/auth/authorization', {
      subject: isForUser
        ? { type: 'USER', id: userId(index % users) }
        : { type: 'GROUP', id: groupId(index % groups) },
      target: { type: 'WORKFLOW_DEF', id: `flow-${(index + round * 41) % targets}` },
      access: ['READ', 'EXECUTE'],
    });
  });
}

async function each(count: number, make: (n: number) => Promise<unknown>): Promise<void> {
  const left = Array.from({ length: count }, (_, n) => n).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const n of left) await make(n);
    }),
  );
}
