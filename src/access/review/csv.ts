import type { Finding } from './finding.ts';
import { findingInWords } from './in-words.ts';

const HEAD = [
  ...['kind', 'subject_type', 'subject', 'target_type', 'target', 'access', 'role', 'access_key', 'at'],
  'finding',
];

/**
 * Spreadsheets take what begins so for a formula (OWASP, "CSV Injection"), some of them also after blanks and what cannot
 * be seen: controls, zero-width characters, fillers, and the blank of Braille, which Unicode counts as a symbol.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-\p{Dash}@|%])/u;

/**
 * Writes findings as CSV (RFC 4180), a line each below a head. Every field is quoted, and one that a spreadsheet would
 * take for a formula has an apostrophe in front, which makes it text: names in an organisation are whatever somebody
 * chose to call things.
 */
export function csvOf(findings: readonly Finding[]): string {
  const lines = findings.map((finding) => {
    const { kind, subject, target, access, roleId, key, at } = finding;
    return [
      ...[kind, subject.type, subject.id, target?.type, target?.id, access.join(' ')],
      ...[roleId, key?.id, at?.toISOString(), findingInWords(finding)],
    ];
  });
  return [HEAD, ...lines].map((fields) => `${fields.map(quoted).join(',')}\r\n`).join('');
}

function quoted(field: string | null | undefined): string {
  const text = field ?? '';
  // Decomposed, a full-width or small character is the plain one, and a mark that was joined to it stands behind it.
  const isFormula = FORMULA.test(text.normalize('NFKD'));
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}
