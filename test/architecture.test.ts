import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

/** A source file: its path below `src`, its text, and what it imports (paths below `src`, or package names). */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const root = fileURLToPath(new URL('../src', import.meta.url));
/** Matches `import … from '…'`, `export … from '…'`, `import '…'` and `import('…')`. */
const importPattern = /(?:^(?:import|export)\s[^;']*?\bfrom\s+|^import\s+|\bimport\()'([^']+)'/gm;

const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) =>
  path.replaceAll(sep, '/'),
);
const sources = paths
  .filter((path) => path.endsWith('.ts') && !path.startsWith('gateway/graph/generated/'))
  .map(readSource);

/** Rooms of the gateway, from top to bottom: each may use those below it. */
const GATEWAY = [
  'server.ts',
  'schema.ts',
  'options.ts',
  'telemetry',
  'federation',
  'transport',
  'subscriptions',
  'operation',
  'changes',
  'graph',
  'credentials',
  'upstream',
];

/** Rooms of the access engine, from top to bottom. */
const ACCESS = ['description', 'review', 'answers', 'planning', 'rules', 'facts'];

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const specifiers = [...text.matchAll(importPattern)].map(([, name = '']) => name);
  const imports = specifiers.map((name) =>
    name.startsWith('.') ? relative(root, join(root, dirname(path), name)).replaceAll(sep, '/') : name,
  );
  return { path, text, imports };
}

/** Lists `file → import` wherever a file below `from` imports something that `forbidden` names. */
function violations(from: RegExp, forbidden: (imported: string, path: string) => boolean): string[] {
  return sources
    .filter(({ path }) => from.test(path))
    .flatMap(({ path, imports }) =>
      imports.filter((name) => forbidden(name, path)).map((name) => `${path} → ${name}`),
    );
}

/** Lists the files whose text matches, apart from those below `except`. */
function filesWith(pattern: RegExp, except: RegExp = /^$/): string[] {
  return sources.filter(({ path, text }) => !except.test(path) && pattern.test(text)).map(({ path }) => path);
}

/** Code generated from the SDL names the types behind it, wherever they are: it is the joint between the two. */
function isGenerated(path: string): boolean {
  return path.startsWith('gateway/graph/generated/');
}

/** Lists files that come back to themselves by what they import. */
function circles(): string[] {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (trail.includes(path) || done.has(path)) return;
    for (const next of importsOf.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of importsOf.keys()) visit(path, []);
  return found;
}

describe('rooms', () => {
  test.each([
    ['gateway/', GATEWAY],
    ['access/', ACCESS],
  ])('of %s are all in their order, and imports only point down', (half, order) => {
    const room = (path: string) =>
      path.startsWith(half) ? path.slice(half.length).split('/')[0] : undefined;
    const rooms = new Set(sources.flatMap(({ path }) => room(path) ?? []));
    expect([...rooms].sort()).toEqual([...order].sort());
    const upwards = (imported: string, path: string) => {
      const [from, to] = [room(path), room(imported)];
      return from !== undefined && to !== undefined && order.indexOf(to) < order.indexOf(from);
    };
    const inside = new RegExp(`^${half}`);
    expect(violations(inside, (name) => room(name) !== undefined).length).toBeGreaterThan(100);
    expect(violations(inside, (name, path) => !isGenerated(name) && upwards(name, path))).toEqual([]);
  });

  test('are few enough to be seen at once', () => {
    expect(GATEWAY.length).toBeLessThanOrEqual(12);
  });

  test('hold no files that import each other, however far around', () => {
    expect(circles()).toEqual([]);
  });
});

describe('imports', () => {
  test('are found in both halves, so that the rules below mean something', () => {
    const gateway = violations(/^gateway\//, (name) => name.startsWith('gateway/'));
    const api = violations(/^authapi\//, (name) => name.startsWith('authapi/'));
    expect(Math.min(gateway.length, api.length)).toBeGreaterThan(3);
  });

  test('never go from the gateway to the embedded API, nor back', () => {
    expect(violations(/^gateway\//, (name) => name.startsWith('authapi/'))).toEqual([]);
    expect(violations(/^authapi\//, (name) => name.startsWith('gateway/'))).toEqual([]);
  });

  test('of a rest.ts name only the REST client and its own folder', () => {
    const allowed = (name: string, path: string) =>
      !name.includes('gateway/') ||
      name.startsWith('gateway/upstream/') ||
      name.startsWith(`${dirname(path)}/`);
    expect(violations(/^gateway\/graph\/[^/]+\/rest\.ts$/, (name, path) => !allowed(name, path))).toEqual([]);
  });

  test('of the database driver stay in the store, the journal and what both share', () => {
    expect(
      violations(/^(?!authapi\/store\/|gateway\/changes\/|sqlite\/)/, (name) => name === 'node:sqlite'),
    ).toEqual([]);
  });

  test('of packages name what is installed in production', () => {
    const isInstalled = (name: string) =>
      /^(node:|access\/|cli\/|config\/|gateway\/|authapi\/|http\/|sqlite\/|logger\.ts|release\.ts)/.test(
        name,
      ) ||
      Object.keys(packageJson.dependencies).some((known) => name === known || name.startsWith(`${known}/`));
    expect(violations(/^/, (name) => !isInstalled(name))).toEqual([]);
  });

  test('of OpenTelemetry stay in one folder, which is loaded only where traces are exported', () => {
    const isTelemetry = (name: string) => name.startsWith('@opentelemetry/');
    expect(violations(/^gateway\/telemetry\/tracing\//, isTelemetry)).not.toEqual([]);
    expect(violations(/^(?!gateway\/telemetry\/tracing\/)/, isTelemetry)).toEqual([]);
    expect(filesWith(/^import (?!type)[^;]*\/tracing\//m, /^gateway\/telemetry\/tracing\//)).toEqual([]);
  });

  test('of the access engine name nothing but the engine, so that it stays free of I/O', () => {
    const allowed = (name: string) => name.startsWith('access/') || ['yaml', 'zod'].includes(name);
    expect(violations(/^access\//, (name) => !allowed(name))).toEqual([]);
    expect(violations(/^authapi\//, (name) => name.startsWith('access/'))).toEqual([]);
  });

  test('of the servers know neither the command line nor the configuration', () => {
    const isOutside = (name: string) => /^(cli|config)\//.test(name);
    expect(violations(/^(gateway|authapi)\//, isOutside)).toEqual([]);
  });
});

describe('source files', () => {
  test('read the environment nowhere but in the configuration', () => {
    expect(filesWith(/\bprocess\.env\b|\benv\b.*from 'node:process'/, /^config\//)).toEqual([]);
  });

  test('of routes and guards leave transactions to authentication, which decides again inside', () => {
    expect(filesWith(/\.transaction\(/, /^authapi\/(?!routes|guards)|^(?!authapi)/)).toEqual([]);
  });

  test('export by name', () => {
    expect(filesWith(/^export default\b|\bas default\b/m)).toEqual([]);
  });

  test('stay within 250 lines', () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > 250);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('lie in folders with a name of their own', () => {
    const vague = /(^|\/)(common|shared|utils?|helpers?|managers?)(\/|\.ts$)/;
    expect(paths.filter((path) => vague.test(path))).toEqual([]);
  });

  test('are no index that only passes exports on', () => {
    const indexes = sources.filter(({ path }) => /(^|\/)index\.ts$/.test(path));
    expect(indexes.filter(({ text }) => !/^(?!export .* from|import|\s*$|\/)/m.test(text))).toEqual([]);
  });
});
