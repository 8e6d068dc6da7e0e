import { isEnumType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DescriptionError } from '../../../src/access/description/description-error.ts';
import { difference } from '../../../src/access/description/difference.ts';
import { readDescription } from '../../../src/access/description/read.ts';
import { TARGET_TYPES } from '../../../src/access/facts/target-types.ts';
import { emptyState } from '../../../src/access/planning/access-state.ts';
import { buildSchema } from '../../../src/gateway/schema.ts';

/** Reads a description, compares it with nothing, and gives what is wrong. */
function faultsOf(text: string): readonly string[] {
  try {
    const { description, fail } = readDescription(text, 'access.yaml');
    return fail(difference(description, emptyState(), { prune: true }).faults).faults;
  } catch (error) {
    if (error instanceof DescriptionError) return error.faults;
    throw error;
  }
}

describe('what is wrong with a description is told with line, column, and what is allowed', () => {
  test.each([
    [
      'a key that is no text, where it stands',
      'users:\n  ann: {name: Ann}\n  null: {name: No}',
      '3:3: a key must be text: put it in quotes',
    ],
    [
      'a user who is nowhere',
      'grants:\n  - {to: "user:nobody", on: "TASK_DEF:a", access: [READ]}',
      '2:6: grants[0].to: there is no user nobody: describe it',
    ],
    [
      'a group that is nowhere',
      'grants:\n  - {to: "group:nope", on: "TASK_DEF:a", access: [READ]}',
      '2:6: grants[0].to: there is no group nope: describe it',
    ],
    [
      'an application that is nowhere',
      'grants:\n  - {to: "application:typo", on: "TASK_DEF:a", access: [READ]}',
      '2:6: grants[0].to: there is no application typo: describe it',
    ],
    [
      'a section',
      'rolls: {}',
      '1:1: rolls: is not known here; allowed: roles, groups, users, applications, grants',
    ],
    [
      'a member',
      'users:\n  ann:\n    rolls: []',
      '3:5: users.ann.rolls: is not known here; allowed: name, roles, groups, contact',
    ],
    [
      'a number',
      'users:\n  ann:\n    name: 12',
      '3:5: users.ann.name: expected string, received number: put it in quotes',
    ],
    [
      'a text for a list',
      'groups: {ops: {roles: USER}}',
      '1:16: groups.ops.roles: expected array, received string',
    ],
    [
      'an access',
      'grants:\n  - to: user:ann\n    on: TASK_DEF:a\n    access: [READ, RUN]',
      '4:20: grants[0].access[1]: expected one of "CREATE"|"READ"|"UPDATE"|"EXECUTE"|"DELETE"',
    ],
    [
      'no access',
      'grants:\n  - {to: "user:ann", on: "TASK_DEF:a", access: []}',
      '2:40: grants[0].access: must not be empty',
    ],
    [
      'a subject',
      'grants: [{to: "team:a", on: "TASK_DEF:a", access: [READ]}]',
      '1:11: grants[0].to: expected user:…, group:…, role:… or application:…, not team:…',
    ],
    [
      'a subject without a kind',
      'grants: [{to: ann, on: "TASK_DEF:a", access: [READ]}]',
      '1:11: grants[0].to: expected a kind and an id with a colon between, such as group:ops',
    ],
    [
      'a user twice',
      'users:\n  ann: {}\n  Ann: {}',
      '3:3: users.Ann: stands here twice: case does not count',
    ],
    ['a key twice', 'users:\n  ann: {}\n  ann: {}', '3:3: Map keys must be unique'],
    ['no YAML', 'users: [', '1:9: Flow sequence'],
    [
      'a role that is nowhere',
      'users:\n  ann:\n    roles: [a, b]',
      '3:13: users.ann.roles[0]: there is no role a: describe it',
    ],
    [
      'a group that is nowhere',
      'users: {ann: {groups: [ops]}}',
      '1:24: users.ann.groups[0]: there is no group ops',
    ],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(text)[0]).toContain(`access.yaml:${fault}`);
  });

  test('all of it at once, in the order of the lines', () => {
    const faults = faultsOf('users:\n  ann: {name: 1}\n  bob: {name: 2}\nrolls: {}');
    expect(faults.map((fault) => fault.split(':')[1])).toEqual(['2', '3', '4']);
  });

  test('aliases that multiply are refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`,
    );
    expect(faultsOf(`a0: &a0 [x]\n${levels.join('\n')}`)[0]).toMatch(/alias/i);
  });
});

describe('what would take longer the more there is of it is refused:', () => {
  test.each([
    ['lists within lists', '['.repeat(100_000), 'more than 32 maps and lists within each other'],
    ['maps within maps', '{a: '.repeat(100_000), 'more than 32 maps and lists within each other'],
    ['lists in one line', '- '.repeat(100_000), 'more than 32 maps and lists within each other'],
    ['keys of keys', '? '.repeat(100_000), 'more than 32 maps and lists within each other'],
    ['aliases', `users: &a {}\nx: [${'*a, '.repeat(101)}]`, 'more than 100 aliases'],
    [
      'aliases of long lists',
      `users: &a [${'1,'.repeat(20_000)}]\nx: [*a, *a, *a, *a, *a]`,
      'aliases make it too long',
    ],
    ['another version of YAML', '%YAML 1.1\n---\nusers: !!omap []', 'leave out the lines that begin with %'],
    ['a second document', 'users: {}\n---\nusers: {}', 'more than one document'],
  ])('%s', (_, text, fault) => {
    const limits = { characters: 1_000_000, tokens: 100_000 };
    const read = () => readDescription(text, 'access.yaml', limits);
    expect(read).toThrow(fault);
  });

  test('of very many faults the first are told, and how many more there are', () => {
    const faults = faultsOf(': :\n'.repeat(20_000));
    expect(faults).toHaveLength(21);
    expect(faults[20]).toMatch(/^and \d+ more$/);
    const unknown = faultsOf(Array.from({ length: 5000 }, (_, n) => `k${n}: 1`).join('\n'));
    expect(unknown.slice(0, 2)).toEqual([
      expect.stringContaining('access.yaml:1:1: k0'),
      expect.stringContaining('access.yaml:2:1: k1'),
    ]);
    expect(unknown[20]).toBe('and 4980 more');
  });
});

test('a fault that quotes a long name is told in a few lines, with its place and what is allowed', () => {
  const names = Array.from({ length: 25 }, (_, n) => `  ? ${'k'.repeat(9000)}${n}\n  : { nope: 1 }\n`);
  const faults = faultsOf(`users:\n${names.join('')}`);
  expect(faults).toHaveLength(21);
  expect(faults.join('\n').length).toBeLessThan(12_000);
  expect(faults[0]).toMatch(/^access\.yaml:3:\d+: users\.kkk.+ … k+0\.nope.*is not known here; allowed: /);
});

test('a name alone describes something of which nothing more is said; an empty file describes nothing', () => {
  expect(readDescription('groups:\n  ops:\nusers:\n  Ann:', 'f').description).toEqual({
    groups: new Map([['ops', {}]]),
    users: new Map([['ann', {}]]),
  });
  expect(readDescription('', 'f').description).toEqual({});
});

test('the kinds of targets are those of the schema', () => {
  const type = buildSchema().getType('TargetType');
  expect(isEnumType(type) && type.getValues().map(({ name }) => name)).toEqual(TARGET_TYPES);
});
