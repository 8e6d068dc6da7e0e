import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingList } from '../../src/config/settings.ts';
import { codesIn, readPage, readPages, root } from './pages.ts';

const pages = readPages();

/** Variables that are no settings of a server: where the settings lie, and what the commands for access go by. */
const OTHER_VARIABLES = ['ROLEGRAPH_CONFIG', 'ROLEGRAPH_URL', 'ROLEGRAPH_TOKEN'];

/** The example of the README: a resource that somebody adds. */
const IMAGINED = /secrets/;

test('pages link to what is there, and to headings that are there', () => {
  const links = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ path, link })),
  );
  const local = links.filter(({ link }) => !/^https?:/.test(link));
  expect(local.length).toBeGreaterThan(30);
  expect(local.filter(({ path, link }) => !leadsSomewhere(path, link))).toEqual([]);
});

test('the map of the house names files and folders of the gateway that are there', () => {
  const named = codesIn(readPage('ARCHITECTURE.md').text).filter((code) =>
    /^(?!src|web|docs|test)[\w-]+\/[\w./-]*$/.test(code),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((code) => !existsSync(new URL(`src/gateway/${code}`, root)))).toEqual([]);
});

test('every page is linked from another', () => {
  const linked = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s#]+\.md)/g)].map(([, link = '']) => ({
      from: path,
      to: new URL(link, new URL(path, root)).pathname.slice(root.pathname.length),
    })),
  );
  const alone = pages.filter(
    ({ path }) => path.startsWith('docs/') && !linked.some(({ from, to }) => to === path && from !== path),
  );
  expect(alone.map(({ path }) => path)).toEqual([]);
});

test('pages name files and folders that are there', () => {
  const named = pages.flatMap(({ path, text }) =>
    codesIn(text.replace(/^```.*?^```/gms, ''))
      .filter((code) => /^(?:\.ci|src|test|schema|docs|deploy|dashboards|client|bench)\/[\w./-]*$/.test(code))
      .filter((code) => !IMAGINED.test(code))
      .map((code) => ({ path, code })),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ code }) => !existsSync(new URL(code, root)))).toEqual([]);
});

test('pages name variables that the configuration knows', () => {
  const known = new Set([...settingList.map(({ variable }) => variable), ...OTHER_VARIABLES]);
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bROLEGRAPH_[A-Z_]+[A-Z]\b(?!_…)/g)].map(([variable]) => ({ path, variable })),
  );
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter(({ variable }) => !known.has(variable))).toEqual([]);
});

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#', 2);
  const target = file === '' ? new URL(from, root) : new URL(file, new URL(from, root));
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return anchorsOf(target.pathname.slice(root.pathname.length)).includes(anchor);
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(path: string): string[] {
  return [...readPage(path).text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
