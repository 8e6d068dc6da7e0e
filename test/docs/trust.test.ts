import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/trust.md', root), 'utf8');
/** The tables' rows, without their heads. */
const rows = page.split('\n').filter((line) => /^\| (?!---|Fault |Attack |Class |`[A-Z_]+` )/.test(line));

describe('docs/trust.md', () => {
  test('has rows, and each names at least one test', () => {
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([]);
  });

  test('names only tests that there are', () => {
    const missing = rows.flatMap(namedIn).filter(({ file, words }) => !namesOf(file).includes(words));
    expect(missing).toEqual([]);
  });
});

/** Finds `` `file`: words of a name `` in the last column, several divided by semicolons. */
function namedIn(row: string): { readonly file: string; readonly words: string }[] {
  const column = row.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '';
  return [...column.matchAll(/`(test\/[^`]+)`: ([^;]+)/g)].map(([, file = '', words = '']) => ({
    file,
    words: words.trim(),
  }));
}

/** The texts of a file of tests, one a line: their names are among them. Empty where there is no such file. */
function namesOf(file: string): string {
  try {
    const text = readFileSync(new URL(file, root), 'utf8');
    return [...text.matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , name]) => name).join('\n');
  } catch {
    return '';
  }
}
