import { readdirSync, readFileSync } from 'node:fs';

/** The top of the repository. */
export const root = new URL('../../', import.meta.url);

/** A page for people, with its path from the top of the repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Reads a page. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(new URL(path, root), 'utf8') };
}

/** Reads every page that somebody wrote; what is generated from the schema is left out. */
export function readPages(): Page[] {
  const docs = readdirSync(new URL('docs/', root)).filter(
    (name) => name.endsWith('.md') && name !== 'schema.md',
  );
  const bench = readdirSync(new URL('bench/', root)).filter((name) => name.endsWith('.md'));
  const paths = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'client/README.md',
    ...docs.map((name) => `docs/${name}`),
    ...bench.map((name) => `bench/${name}`),
  ];
  return paths.map(readPage);
}

/** The rows of the table below a head, each as the text of its columns. Throws where there is no such table. */
export function tableOf({ path, text }: Page, head: string): string[][] {
  const lines = text.split('\n');
  const start = lines.indexOf(head);
  if (start < 0) throw new Error(`${path} has no table with the head ${head}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((column) => column.trim()),
  );
}

/** What is marked as code in a text. */
export function codesIn(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
