import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { run } from './rolegraph.ts';

const main = fileURLToPath(new URL('../../bin/rolegraph.js', import.meta.url));

let stack: Stack;
let folder: string;
let few: string;
let many: string;

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-removals-'));
  few = join(folder, 'few.yaml');
  many = join(folder, 'many.yaml');
  const keep = (count: number) => Array.from({ length: count }, (_, index) => `  g${index}:`).join('\n');
  await writeFile(few, `groups:\n${keep(10)}\n`);
  await writeFile(many, `groups:\n${keep(1)}\n`);
});
beforeEach(async () => {
  for (let index = 0; index < 12; index++) {
    await stack.call('PUT', `/api/groups/g${index}`, { description: `g${index}`, roles: [] });
  }
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

const env = () => ({ ROLEGRAPH_URL: stack.url, ROLEGRAPH_TOKEN: stack.admin });
const apply = (...args: string[]) => run(['apply', ...args], env());
const groupsLeft = async () => listAt(await stack.call('GET', '/api/groups')).length;

/** Runs a command on a terminal of its own, and types an answer as soon as it asks. */
async function onTerminal(answer: string, ...args: string[]) {
  const command = [process.execPath, main, 'apply', ...args].map((part) => `'${part}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...process.env, ...env() } });
  let shown = '';
  child.stdout.on('data', (chunk) => {
    const asked = shown.includes('go on: ');
    shown += chunk;
    if (!asked && shown.includes('go on: ')) child.stdin.write(answer);
  });
  const [code] = await once(child, 'close');
  return { code, shown };
}

describe('apply --prune takes nothing away that nobody has said to mean', () => {
  test('where there is no terminal to ask on, it wants --yes', async () => {
    const refused = await apply(few, '--prune');
    expect(refused).toMatchObject({
      code: 1,
      stderr:
        'rolegraph: 2 of 2 changes take something away, and there is no terminal to ask on: nothing was done. If it is meant, add --yes\n',
    });
    expect(refused.stdout).toContain('- delete group g10\n- delete group g11\n');
    expect(await groupsLeft()).toBe(12);
    expect(await apply(few, '--prune', '--yes')).toMatchObject({ code: 0 });
    expect(await groupsLeft()).toBe(10);
  });

  test('on a terminal it asks, and only yes is yes', async () => {
    for (const answer of ['no\n', 'y\n', '\n', '\u0003', '\u0004']) {
      const { code, shown } = await onTerminal(answer, few, '--prune');
      expect(shown).toContain('2 of 2 changes take something away. Type yes to go on: ');
      expect({ answer, code, left: await groupsLeft() }).toEqual({ answer, code: 1, left: 12 });
    }
    expect(await onTerminal('yes\n', few, '--prune')).toMatchObject({
      code: 0,
      shown: expect.stringContaining('Done: 2 of 2.'),
    });
    expect(await groupsLeft()).toBe(10);
  });

  test('more than --max-removals, ten by default, it does not even with --yes, and says how many there are', async () => {
    expect(await apply(many, '--prune', '--yes')).toMatchObject({
      code: 1,
      stderr:
        'rolegraph: 11 of 11 changes take something away, and at most 10 may: nothing was done. If all of it is meant, add --max-removals 11\n',
    });
    expect(await apply(few, '--prune', '--yes', '--max-removals', '1')).toMatchObject({ code: 1 });
    expect(await groupsLeft()).toBe(12);
    expect(await apply(many, '--prune', '--yes', '--max-removals', '11')).toMatchObject({ code: 0 });
    expect(await groupsLeft()).toBe(1);
  });

  test('a record that is written with less than it had is counted too', async () => {
    await stack.call('POST', '/api/roles', { name: 'odd', permissions: ['READ_USER', 'READ_ROLE'] });
    await stack.call('PUT', '/api/groups/g0', {
      description: 'g0',
      roles: [],
      defaultAccess: { TASK_DEF: ['READ', 'UPDATE'] },
    });
    await stack.call('PUT', '/api/users/eve', {
      name: 'Eve',
      roles: [],
      contactInformation: { a: '1', b: '2' },
    });
    const path = join(folder, 'less.yaml');
    const kept = Array.from({ length: 12 }, (_, index) => `  g${index}: {defaultAccess: {TASK_DEF: [READ]}}`);
    const described = [
      'roles: {odd: {permissions: [READ_USER]}}',
      'groups:',
      ...kept,
      'users: {eve: {contact: {a: "1"}}}',
    ];
    await writeFile(path, described.join('\n'));
    const { code, stderr } = await apply(path, '--prune');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(' of 14 changes') });
    expect(stderr).toContain('rolegraph: 3 of 14 changes take something away');
    expect(await stack.call('GET', '/api/roles/odd')).toMatchObject({ permissions: { length: 2 } });
  });

  test('what takes nothing away is made without a word', async () => {
    const path = join(folder, 'more.yaml');
    await writeFile(path, 'users: {fay: {name: Fay}}');
    expect(await apply(path)).toMatchObject({ code: 0, stderr: '' });
    expect(textAt(await stack.call('GET', '/api/users/fay'), 'name')).toBe('Fay');
  });

  test('a number that is none is refused before anything is asked', async () => {
    stack.rest.clear();
    const { code, stderr } = await apply(few, '--prune', '--max-removals', 'all');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('whole number') });
    expect(stack.rest.log).toEqual([]);
  });
});
