import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/gateway/graph/kit/error-codes.ts';

const page = new URL('../../docs/errors.md', import.meta.url);
const gateway = new URL('../../src/gateway/', import.meta.url);

/** Codes of `userErrors`, which are data and an enum of the schema. */
const OF_USER_ERRORS = ['INVALID_INPUT', 'ALREADY_EXISTS', 'CONFLICT'];
/** What a call is made for, which looks like a code. */
const CALL_REASONS = ['LIST_INSTEAD_OF_SINGLES'];
const NO_ERROR_CODES = [...OF_USER_ERRORS, ...CALL_REASONS];

// `-u` writes the page anew.
test('docs/errors.md lists every code with its meaning and whether to try again', async () => {
  const text = await readFile(page, 'utf8');
  const section = /(<!-- codes: .*? -->\n).*?(<!-- end of codes -->)/s;
  expect(text).toMatch(section);
  const current = text.replace(section, (_, start, end) => `${start}\n${table()}\n${end}`);
  await expect(current).toMatchFileSnapshot(page.pathname);
});

describe('no code is used that the page does not know', () => {
  const paths = readdirSync(gateway, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('generated') && path !== 'error-codes.ts')
    .sort();
  /** Lines that give a code, and lines of tables from a status to a code. */
  const giving = /\bcode(?::| =)|^\s+[45]\d\d: '/;
  const codes = /'([A-Z]+(?:_[A-Z]+)+|FORBIDDEN|CANCELLED)'/g;

  test('in the source of the gateway', () => {
    const unknown: string[] = [];
    let found = 0;
    for (const path of paths) {
      const lines = readFileSync(new URL(path, gateway), 'utf8')
        .split('\n')
        .filter((line) => giving.test(line));
      for (const [, code = ''] of lines.join('\n').matchAll(codes)) {
        found += 1;
        if (!(code in ERROR_CODES) && !NO_ERROR_CODES.includes(code)) unknown.push(`${path}: ${code}`);
      }
    }
    expect(unknown).toEqual([]);
    expect(found).toBeGreaterThan(15);
  });

  test('by Apollo Server', () => {
    expect(Object.keys(ERROR_CODES)).toEqual(expect.arrayContaining(Object.values(ApolloServerErrorCode)));
  });
});

function table(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { meaning, retry }]) => `| \`${code}\` | ${meaning} | ${retry} |\n`,
  );
  return `| Code | What happened | Try again? |\n| --- | --- | --- |\n${rows.join('')}`;
}
