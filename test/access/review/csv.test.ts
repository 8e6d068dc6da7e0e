import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../src/access/review/csv.ts';
import { finding } from '../../../src/access/review/finding.ts';

/** Gives the third field of the only finding's line: the id of its subject, as it is written. */
function written(id: string): string {
  const csv = csvOf([finding('EMPTY_GROUP', { subject: { type: 'GROUP', id } })]);
  const start = csv.indexOf('"EMPTY_GROUP","GROUP","') + '"EMPTY_GROUP","GROUP","'.length;
  return csv.slice(start, start + id.length + 1);
}

const INVISIBLE = {
  nothing: '',
  'a blank': ' ',
  'a tab': '\t',
  'a carriage return': '\r',
  'a line feed': '\n',
  'a control character': '\u0001',
  'a no-break space': '\u00a0',
  'a soft hyphen': '\u00ad',
  'a grapheme joiner': '\u034f',
  'a Hangul filler': '\u3164',
  'an ideographic space': '\u3000',
  'a zero-width space': '\u200b',
  'a mark of direction': '\u202e',
  'a word joiner': '\u2060',
  'a byte-order mark': '\ufeff',
  'a variation selector': '\ufe0f',
  'a tag character': '\u{e0020}',
  'a Braille blank': '\u2800',
  'a private character': '\ue000',
  'several of them': ' \u200b\t\u2060 ',
};
const STARTS = '=+-@|%＝＋－＠％｜﹦﹢﹣﹫⁺⁻⁼₊₋−–—≠';

describe('no field of a CSV begins what a spreadsheet takes for a formula', () => {
  test.each(Object.entries(INVISIBLE))('behind %s', (_, prefix) => {
    const ids = [...STARTS].map((start) => `${prefix}${start}1+1`);
    expect(ids.map(written)).toEqual(ids.map((id) => `'${id}`));
  });

  test.each(['\tops', '\rops', '\nops'])('nor with %j, whatever comes then', (id) => {
    expect(written(id)).toBe(`'${id}`);
  });
});

test.each(['ops', '1=1', 'a+b', '\u200bops', 'é=1', '日本', '#x', '"=1"'])('%j is text as it is', (id) => {
  expect(csvOf([finding('EMPTY_GROUP', { subject: { type: 'GROUP', id } })])).toContain(
    `"GROUP","${id.replaceAll('"', '""')}",`,
  );
});
