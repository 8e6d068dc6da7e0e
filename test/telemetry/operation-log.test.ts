import { expect, onTestFinished, test } from 'vitest';
import type { LoggedOperations } from '../../src/gateway/telemetry/log/operation-log.ts';
import { startStack } from '../support/start-stack.ts';

/** Starts a stack and gives the lines that it has written for operations. */
async function stackThatLogs(logOperations: LoggedOperations) {
  const stack = await startStack({ gateway: { logOperations } });
  onTestFinished(() => stack.stop());
  const lines = (): Record<string, unknown>[] =>
    stack.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');
  return { stack, lines };
}

test('every operation gets one line that tells its cost, the first time and when it is known', async () => {
  const { stack, lines } = await stackThatLogs('all');
  for (let i = 0; i < 3; i += 1)
    await stack.data('query Everybody { users { totalCount } groups { totalCount } }');
  await stack.query('query Wrong { nonsense }');
  expect(lines()).toHaveLength(4);
  for (const line of lines().slice(0, 3)) {
    expect(line).toMatchObject({ operation: 'Everybody', type: 'query', outcome: 'ok', restCalls: 2 });
    expect(line).not.toHaveProperty('codes');
    expect(line['ms']).toBeGreaterThan(0);
    expect(line['requestId']).toMatch(/^[\w-]{36}$/);
  }
  expect(lines()[3]).toMatchObject({ outcome: 'failed', restCalls: 0, codes: ['GRAPHQL_VALIDATION_FAILED'] });
});

test('where failed operations are asked for, only those with an error get a line', async () => {
  const { stack, lines } = await stackThatLogs('failed');
  await stack.data('{ users { totalCount } }');
  await stack.query('{ users { totalCount } }', { token: 'nonsense' });
  expect(lines()).toMatchObject([{ operation: null, outcome: 'partial', codes: ['UNAUTHENTICATED'] }]);
});

test('where none are asked for there is no line', async () => {
  const { stack, lines } = await stackThatLogs('none');
  await stack.query('{ users { totalCount } }', { token: 'nonsense' });
  expect(lines()).toEqual([]);
});

test('no line holds a variable, an id, a token, or more than 64 characters of a name', async () => {
  const { stack, lines } = await stackThatLogs('all');
  const name = `Q${'x'.repeat(5000)}`;
  await stack.query(
    `query ${name} ($id: ID!) { user(id: $id) { name } group(id: "written-out") { description } }`,
    {
      variables: { id: 'ann@example.com' },
    },
  );
  const [line] = lines();
  expect(line).toMatchObject({ operation: name.slice(0, 64), restCalls: 2 });
  for (const secret of ['ann@example.com', 'written-out', stack.admin]) {
    expect(JSON.stringify(line)).not.toContain(secret);
  }
});
