import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FINDING_KINDS } from '../../../src/access/review/finding.ts';
import { type CutProxy, startCutProxy } from '../../support/cut-proxy.ts';
import { at, listAt, textAt } from '../../support/graphql-answer.ts';
import { type Stack, startStack } from '../../support/start-stack.ts';

const FIELDS = `findings(first: 1000) { totalCount nodes { kind summary subject { __typename id } target { rawType id: rawId }
  access role { id } accessKey { id } paths { steps { summary } } } }`;

describe.each(['that lists the grants of roles', 'that does not'])('on an installation %s', (which) => {
  let stack: Stack;
  let proxy: CutProxy | undefined;

  beforeAll(async () => {
    stack = await startStack({
      between: async (apiUrl) => {
        proxy = await startCutProxy(apiUrl);
        if (which === 'that does not') proxy.hide(/^\/api\/auth\/subjects\/ROLE\//);
        return proxy.url;
      },
    });
    const grant = (subject: string, target: string, ...access: string[]) => {
      const key = (text: string) => ({ type: text.split(' ')[0], id: text.split(' ')[1] });
      return stack.call('POST', '/api/auth/authorization', {
        subject: key(subject),
        target: key(target),
        access,
      });
    };
    await stack.call('POST', '/api/roles', { name: 'auditor', permissions: [] });
    await stack.call('PUT', '/api/groups/watch', { description: 'Watch', roles: ['auditor'] });
    await stack.call('PUT', '/api/groups/empty', { description: 'Empty', roles: [] });
    await stack.call('PUT', '/api/users/ann', { name: 'Ann', roles: ['ADMIN'], groups: ['watch'] });
    const application = textAt(await stack.call('POST', '/api/applications', { name: 'deployer' }), 'id');
    await stack.call('POST', `/api/applications/${application}/roles/METADATA_MANAGER`);
    const key = textAt(await stack.call('POST', `/api/applications/${application}/accessKeys`), 'id');
    await stack.call('POST', `/api/applications/${application}/accessKeys/${key}/status`);
    await grant('USER ann', 'WORKFLOW_DEF orders', 'READ'); // The role of ann's group gives it, too.
    await grant('ROLE auditor', 'WORKFLOW_DEF orders', 'READ');
    await grant('USER nobody', 'WORKFLOW_DEF orders', 'READ');
    await grant('USER ann', 'GROUP gone', 'READ');
    await grant('ROLE gone', 'GROUP gone', 'READ');
    await grant('USER nobody', 'GROUP gone', 'READ');
    await grant('GROUP lost', 'APPLICATION lost', 'READ');
    await grant('USER ann', 'APPLICATION lost', 'UPDATE');
  });
  afterAll(async () => {
    await stack.stop();
    await proxy?.stop();
  });

  test.each(
    FINDING_KINDS,
  )('a review for %s gives exactly what a review of all kinds gives of it', async (kind) => {
    const review = (args: string) => stack.data(`{ accessReview(${args}) { ${FIELDS} } }`);
    const all = listAt(await review('keyAgeDays: 0'), 'accessReview', 'findings', 'nodes');
    const part = listAt(await review(`keyAgeDays: 0, kinds: [${kind}]`), 'accessReview', 'findings', 'nodes');
    expect(part).toEqual(all.filter((finding) => at(finding, 'kind') === kind));
    const planted = [
      'DANGLING_SUBJECT',
      'DANGLING_TARGET',
      'REDUNDANT_GRANT',
      'EMPTY_GROUP',
      'ADMINISTRATOR',
    ];
    if (planted.includes(kind)) expect(part).not.toEqual([]);
  });
});
