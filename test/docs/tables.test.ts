import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import { buildSchema, isEnumType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { addAccessCommands } from '../../src/cli/access/program.ts';
import { settingList } from '../../src/config/settings.ts';
import { readSdl } from '../../src/gateway/graph/sdl.ts';
import type { CallReason } from '../../src/gateway/upstream/client/observed-call.ts';
import type { CallClass } from '../../src/gateway/upstream/resilience/call-class.ts';
import { run } from '../cli/rolegraph.ts';
import { codesIn, readPage, root, tableOf } from './pages.ts';

const schema = buildSchema(readSdl());

/** Of each, the type says that it is one and that none is missing. */
const REASONS: Readonly<Record<CallReason, true>> = {
  READ: true,
  WRITE: true,
  SINGLE: true,
  LIST_INSTEAD_OF_SINGLES: true,
  SHARED: true,
  REPEATED: true,
};
const CLASSES: Readonly<Record<CallClass, true>> = {
  READ: true,
  IDEMPOTENT_BY_METHOD: true,
  IDEMPOTENT_BY_MEANING: true,
  KEYED_CREATE: true,
  NEVER_REPEATED: true,
  FLIP: true,
};

describe('the rows of a table are all that there is:', () => {
  test.each<[page: string, head: string, all: readonly string[]]>([
    ['docs/access.md', '| Warning | What is hidden | What follows |', valuesOf('AccessWarningCode')],
    ['docs/access.md', '| Finding | What it is |', valuesOf('AccessFindingKind')],
    ['docs/safe-changes.md', '| `status` | What it means | Send it again? |', valuesOf('AccessChangeStatus')],
    ['docs/operations.md', '| `reason` | Why the call was made |', Object.keys(REASONS)],
    ['docs/trust.md', '| Class | Calls | After a lost answer |', Object.keys(CLASSES)],
    [
      'docs/limits.md',
      '| Value | A listed id | A listed text | Any other text |',
      allowedOf('persistedOperations'),
    ],
    ['docs/deploy.md', '| File | What it says |', readdirSync(new URL('deploy/kubernetes/', root))],
  ])('%s, %s', (page, head, all) => {
    const rows = tableOf(readPage(page), head);
    expect(rows.flatMap(([first]) => codesIn(first)).sort()).toEqual([...all].sort());
  });

  test('docs/access.md, every rule with its file', () => {
    const rows = tableOf(readPage('docs/access.md'), '| Rule | Gives | File |');
    const rules = readdirSync(new URL('src/access/rules/', root));
    expect([...new Set(rows.flatMap((row) => codesIn(row[2])))].sort()).toEqual(rules.sort());
  });

  test('README.md, every command of --help', async () => {
    const { stdout } = await run(['--help']);
    const [, commands = ''] = stdout.split('Commands:\n');
    const names = [...commands.matchAll(/^ {2}(\w+)/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== 'help');
    const rows = tableOf(readPage('README.md'), '| Command | What it does |');
    const listed = rows.flatMap(([first]) =>
      codesIn(first).map((code) => code.replace('npx rolegraph ', '').split(' ')[0]),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(listed.sort()).toEqual(names.sort());
  });
});

test('docs/streams.md tells the defaults of the bounds on streams', () => {
  const rows = tableOf(readPage('docs/streams.md'), '| what | setting | default |');
  for (const [, setting, told = ''] of rows) {
    const [name = ''] = codesIn(setting);
    const found = settingList.find((one) => one.name === name);
    expect([name, amountOf(told)]).toEqual([name, found?.default]);
  }
});

test('docs/access-as-code.md lists the flags of its commands', () => {
  const program = new Command();
  addAccessCommands(program);
  const flags = program.commands.flatMap(({ options }) => options.map(({ long }) => long));
  const rows = tableOf(readPage('docs/access-as-code.md'), '| Flag | Environment | What it does |');
  expect(flags.length).toBeGreaterThan(3);
  expect(rows.map(([first]) => codesIn(first)[0]?.split(' ')[0]).sort()).toEqual([...new Set(flags)].sort());
});

function valuesOf(name: string): string[] {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`${name} is no enum`);
  return type.getValues().map((value) => value.name);
}

function allowedOf(name: string): string[] {
  return settingList.find((setting) => setting.name === name)?.allowed.split(', ') ?? [];
}

/** Reads `20,000`, `64 KiB` or `12 s` as the setting has it: an amount, bytes or milliseconds. */
function amountOf(text: string): number {
  const [, digits = '', unit = ''] = /^([\d,]+) ?(KiB|s)?/.exec(text) ?? [];
  return Number(digits.replaceAll(',', '')) * (unit === 'KiB' ? 1024 : unit === 's' ? 1000 : 1);
}
