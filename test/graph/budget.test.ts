import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath, listAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack({ limits: { restCalls: 4 } });
await buildWorld(stack);
afterAll(() => stack.stop());

describe('the budget of REST calls', () => {
  test('is not felt by an operation that just fits', async () => {
    const document =
      '{ users { nodes { name } } groups { nodes { id } } roles { nodes { id } } viewer { id } }';
    expect(await stack.cost(document)).toHaveLength(4);
  });

  test('leaves what was read within it, and a typed error at each field past it', async () => {
    stack.rest.clear();
    const answer = await stack.query('{ users { nodes { name grants { access } } } }');
    const nodes = listAt(answer.data, 'users', 'nodes');
    expect(nodes).toEqual(['Ada', 'Bob', 'Cy', 'Dee'].map((name) => expect.objectContaining({ name })));
    expect(codesByPath(answer)).toEqual(['users.nodes.3.grants: UPSTREAM_BUDGET_EXCEEDED']);
    expect(nodes[0]).toHaveProperty('grants', expect.any(Array));
    expect(nodes[3]).toHaveProperty('grants', null);
    expect(stack.rest.log).toHaveLength(4);
  });

  test('sends nothing past it, however much is asked for', async () => {
    stack.rest.clear();
    const targets = ['a', 'b', 'c', 'd', 'e', 'f'];
    const grantsOn = (id: string) => `${id}: target(by: {type: DOMAIN, id: "${id}"}) { grants { access } }`;
    const document = `{ ${targets.map(grantsOn).join(' ')} }`;
    const answer = await stack.query(document);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(
      targets.slice(4).map(() => 'UPSTREAM_BUDGET_EXCEEDED'),
    );
    expect(stack.rest.log).toHaveLength(4);
  });

  test('covers all mutations of an operation together: one past it is not sent', async () => {
    stack.rest.clear();
    const write = (n: number) =>
      `m${n}: upsertGroup(id: "g${n}", input: {description: "x", defaultAccess: []}) { userErrors { code } }`;
    const answer = await stack.query(`mutation { ${[1, 2, 3, 4, 5].map(write).join(' ')} }`);
    expect(codesByPath(answer)).toEqual(['m5: UPSTREAM_BUDGET_EXCEEDED']);
    expect(stack.rest.log).toEqual([1, 2, 3, 4].map((n) => `PUT /api/groups/g${n}`));
  });

  test('is fresh for each operation', async () => {
    for (let turn = 0; turn < 3; turn++) {
      expect(
        await stack.cost('{ a: viewer { id } groups { totalCount } users { totalCount } }'),
      ).toHaveLength(3);
    }
  });
});
