import { textAt } from './graphql-answer.ts';
import type { Stack } from './start-stack.ts';

/** Ids and tokens of what `buildWorld` made that a test cannot know beforehand. */
export interface World {
  /** Application created by Ada: tags team:payments and tier:gold, roles WORKER and release-manager. */
  readonly billing: string;
  /** Application created by Bob: tag team:logistics, no roles. */
  readonly shipping: string;
  /** The access key of billing. */
  readonly key: { readonly id: string; readonly secret: string };
  /** Tokens by first name: Ada is an ADMIN, Bob a USER through himself, Cy has nothing but through groups. */
  readonly token: { readonly ada: string; readonly bob: string; readonly cy: string; readonly dee: string };
}

/**
 * Builds a small organisation through REST calls.
 *
 * | user | roles | groups |
 * | --- | --- | --- |
 * | ada@example.com | ADMIN | eng |
 * | bob@example.com | USER, release-manager | eng, ops |
 * | cy@example.com | | eng |
 * | dee@example.com | WORKER | |
 *
 * Groups: eng (METADATA_API), ops (release-manager), empty. Grants: see the end of the function.
 */
export async function buildWorld(stack: Stack): Promise<World> {
  const put = (path: string, body: unknown) => stack.call('PUT', `/api${path}`, body);
  const post = (path: string, body?: unknown, token?: string) =>
    stack.call('POST', `/api${path}`, body, token);

  await post('/roles', {
    name: 'release-manager',
    description: 'Runs releases',
    permissions: ['EXECUTE_WORKFLOW_DEF', 'READ_WORKFLOW_DEF', 'READ_TASK_DEF'],
  });
  await post('/roles', { name: 'auditor', permissions: ['READ_AUTH_CONFIG'] });
  await put('/groups/eng', {
    description: 'Engineering',
    roles: ['METADATA_API'],
    defaultAccess: { WORKFLOW_DEF: ['EXECUTE', 'READ'] },
  });
  await put('/groups/ops', { description: 'Operations', roles: ['release-manager'] });
  await put('/groups/empty', { description: 'Nobody yet', roles: [] });
  await put('/users/ada@example.com', {
    name: 'Ada',
    roles: ['ADMIN'],
    groups: ['eng'],
    contactInformation: { slack: '@ada', email: 'ada@example.com' },
  });
  await put('/users/bob@example.com', {
    name: 'Bob',
    roles: ['USER', 'release-manager'],
    groups: ['eng', 'ops'],
  });
  await put('/users/cy@example.com', { name: 'Cy', roles: [], groups: ['eng'] });
  await put('/users/dee@example.com', { name: 'Dee', roles: ['WORKER'] });

  const token = {
    ada: await stack.as('ada@example.com'),
    bob: await stack.as('bob@example.com'),
    cy: await stack.as('cy@example.com'),
    dee: await stack.as('dee@example.com'),
  };
  const billing = textAt(await post('/applications', { name: 'billing' }, token.ada), 'id');
  const shipping = textAt(await post('/applications', { name: 'shipping' }, token.bob), 'id');
  await put(`/applications/${billing}/tags`, [
    { key: 'tier', value: 'gold' },
    { key: 'team', value: 'payments' },
  ]);
  await put(`/applications/${shipping}/tags`, [{ key: 'team', value: 'logistics' }]);
  await post(`/applications/${billing}/roles/WORKER`);
  await post(`/applications/${billing}/roles/release-manager`);
  const key = await post(`/applications/${billing}/accessKeys`);
  await post('/gateway/config/auth', {
    id: 'shop-gateway',
    applicationId: billing,
    authenticationType: 'API_KEY',
    apiKeys: ['first-api-key', 'second-api-key'],
    conductorToken: 'the-conductor-token',
    tokenInWorkflowInput: true,
  });

  const grant = (subject: string, target: string, ...access: string[]) =>
    post('/auth/authorization', { subject: reference(subject), target: reference(target), access });
  await grant('USER bob@example.com', 'WORKFLOW_DEF orders', 'READ', 'EXECUTE');
  await grant('GROUP eng', 'WORKFLOW_DEF orders', 'READ');
  await grant('ROLE release-manager', 'WORKFLOW_DEF orders', 'UPDATE', 'READ');
  await grant('USER bob@example.com', 'GROUP ops', 'READ');
  await grant('USER cy@example.com', 'TAG team:payments', 'READ');
  await grant('USER cy@example.com', `APPLICATION ${shipping}`, 'READ');
  await grant('GROUP ops', 'ROLE release-manager', 'UPDATE');
  await grant('GROUP ops', 'AUTH_CONFIG shop-gateway', 'READ');
  await grant('GROUP ops', 'USER bob@example.com', 'READ');
  stack.rest.clear();
  return { billing, shipping, key: { id: textAt(key, 'id'), secret: textAt(key, 'secret') }, token };
}

function reference(text: string): { readonly type: string; readonly id: string } {
  const [type = '', id = ''] = text.split(' ');
  return { type, id };
}
