import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { type Flags, loadConfig } from '../../src/config/load.ts';
import type { SettingName } from '../../src/config/settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string, name = 'rolegraph.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function flags(values: Partial<Record<SettingName, unknown>>, config?: string): Flags {
  const entries = Object.entries(values) as [SettingName, unknown][];
  return {
    config,
    values: new Map(entries.map(([name, value]) => [name, { value, where: `flag --${name}` }])),
  };
}

function refusal(given: Flags, env: NodeJS.ProcessEnv = {}): string {
  try {
    loadConfig(given, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error('The configuration was taken');
}

describe('the sources', () => {
  test('without any, the defaults hold and the result is frozen', () => {
    const config = loadConfig(flags({}), {});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4000, authapiPort: 8080, introspection: true });
    expect(config).toMatchObject({
      authorizationUrl: null,
      serviceKeySecret: null,
      seed: null,
      corsOrigins: [],
    });
    expect(config.data).toBe(resolve('.rolegraph'));
    expect(Object.isFrozen(config) && Object.isFrozen(config.corsOrigins)).toBe(true);
  });

  test('origins are kept as browsers write them', () => {
    const env = { ROLEGRAPH_CORS_ORIGINS: 'HTTPS://App.Example.com:443, http://b\u00fccher.example:8080' };
    const corsOrigins = ['https://app.example.com', 'http://xn--bcher-kva.example:8080'];
    expect(loadConfig(flags({}), env)).toMatchObject({ corsOrigins });
  });

  test('a flag wins over the environment, that over the file, that over the default', async () => {
    const path = await file('port: 1\nhost: 127.0.0.2\nlogLevel: warn\n');
    const env = { ROLEGRAPH_PORT: '2', ROLEGRAPH_HOST: '127.0.0.3', ROLEGRAPH_CONFIG: path };
    expect(loadConfig(flags({ port: '3' }), env)).toMatchObject({
      port: 3,
      host: '127.0.0.3',
      logLevel: 'warn',
      authapiPort: 8080,
    });
  });

  test('JSON is read like YAML, and a list like a comma-separated variable', async () => {
    const origins = ['https://a.example', 'http://localhost:3000'];
    const path = await file(
      JSON.stringify({ corsOrigins: origins, seed: false }, null, '\t'),
      'rolegraph.json',
    );
    expect(loadConfig(flags({}, path), {})).toMatchObject({ corsOrigins: origins, seed: false });
    const env = { ROLEGRAPH_CORS_ORIGINS: origins.join(', '), ROLEGRAPH_SEED: '0' };
    expect(loadConfig(flags({}), env)).toMatchObject({ corsOrigins: origins, seed: false });
  });

  test('an empty variable counts as unset, and other programs’ variables are left alone', () => {
    expect(loadConfig(flags({}), { ROLEGRAPH_PORT: '', PORT: 'x' }).port).toBe(4000);
  });

  test(':memory: stays what it is, a folder becomes absolute', () => {
    expect(loadConfig(flags({ data: ':memory:' }), {}).data).toBe(':memory:');
    expect(loadConfig(flags({ data: 'here' }), {}).data).toBe(resolve('here'));
  });
});

describe('in production', () => {
  const NODE = { NODE_ENV: 'production' };
  const real = { authorizationUrl: 'https://conductor.example.com' };
  const closed = {
    production: true,
    introspection: false,
    landingPage: false,
    explorer: false,
    console: false,
  };
  const open = { production: false, introspection: true, landingPage: true, explorer: true, console: true };

  test('strangers are told as little as possible, unless it is switched on', () => {
    expect(loadConfig(flags(real), NODE)).toMatchObject(closed);
    expect(loadConfig(flags({ production: true }), {})).toMatchObject(closed);
    expect(loadConfig(flags({ ...real, introspection: true }), NODE)).toMatchObject({
      ...closed,
      introspection: true,
    });
    expect(loadConfig(flags({ ...real, landingPage: true }), NODE)).toMatchObject({
      ...closed,
      landingPage: true,
    });
  });

  test('is not where the embedded API is tried, nor where Node is told nothing', () => {
    for (const [given, env] of [
      [{}, NODE],
      [real, {}],
      [{ ...real, production: false }, NODE],
    ] as const) {
      expect(loadConfig(flags(given), env)).toMatchObject(open);
    }
  });
});

describe('what is refused', () => {
  test.each<[SettingName, unknown, string]>([
    ['port', '65536', 'an integer from 0 to 65535'],
    ['port', '', 'an integer'],
    ['port', true, 'an integer'],
    ['callMs', '1.5', 'an integer from 1 to 600000 (milliseconds)'],
    ['restCalls', 0, 'an integer from 1 to 100000'],
    ['host', 'not a host', 'a host name or an IP address'],
    ['authorizationUrl', 'conductor.example.com', 'an http or https URL'],
    ['authorizationUrl', 'ftp://conductor.example.com', 'an http or https URL'],
    ['workflowUrl', 'https://x.example/?a=b', 'without credentials, query or fragment'],
    ['corsOrigins', '*', 'origins such as'],
    ['corsOrigins', 'https://a.example/path', 'origins such as'],
    ['corsOrigins', 'https://a.example/', 'origins such as'],
    ['corsOrigins', 'null', 'origins such as'],
    ['publicUrl', 'api.example.com', 'an http or https URL'],
    ['publicUrl', 'https://api.example.com/graphql', 'without /graphql'],
    ['publicUrl', 'https://api.example.com/a//b', 'an http or https URL'],
    ['publicUrl', 'https://api.example.com/?a', 'an http or https URL'],
    ['allowedHosts', 'https://api.example.com', 'host names and addresses without ports'],
    ['allowedHosts', 'api.example.com:443', 'host names and addresses without ports'],
    ['allowedHosts', 'a,,b', 'host names and addresses without ports'],
    ['compression', 'gzip', 'true or false'],
    ['introspection', 'perhaps', 'true or false'],
    ['logLevel', 'loud', 'trace, debug, info, warn, error, fatal, silent'],
    ['data', '', 'a folder'],
  ])('%s = %j, with the flag, the value and what is allowed', (name, value, allowed) => {
    const message = refusal(flags({ [name]: value }));
    expect(message).toContain(`${name} (flag --${name}) is ${JSON.stringify(value)}; allowed: `);
    expect(message).toContain(allowed);
  });

  test('a list of operations that is to be kept to, and is not named', () => {
    expect(refusal(flags({ persistedOperations: 'id-only' }))).toContain(
      'persistedOperationsFile (ROLEGRAPH_PERSISTED_OPERATIONS_FILE) is missing',
    );
    expect(refusal(flags({ trustedProxies: '10.0.0.0/8,10.0.0.0/33' }))).toContain('trustedProxies');
  });

  test('all faults at once', () => {
    const message = refusal(flags({ port: 'x' }), { ROLEGRAPH_CALL_MS: 'soon' });
    expect(message).toContain('2 settings are wrong');
    expect(message).toContain('callMs (environment variable ROLEGRAPH_CALL_MS) is "soon"');
  });

  test('a value in a file, with its line and column', async () => {
    const path = await file('# comment\nhost: 127.0.0.1\nport: none\n');
    expect(refusal(flags({}, path))).toContain(`port (${path}:3:1) is "none"`);
  });

  test('unknown variables and names in a file, with what was probably meant', async () => {
    expect(refusal(flags({}), { ROLEGRAPH_PROT: '1' })).toContain('did you mean ROLEGRAPH_PORT?');
    const path = await file('prot: 1\n');
    expect(refusal(flags({}, path))).toContain(`${path}:1:1: unknown setting prot: did you mean port?`);
    const other = await file('somethingElseEntirely: 1\n');
    expect(refusal(flags({}, other))).toContain('known are host, port,');
  });

  test('a file that is missing, broken, repeats a name or is no mapping', async () => {
    expect(refusal(flags({}, join(folder, 'none.yaml')))).toContain('cannot be read (ENOENT)');
    const broken = await file('port: [1\n');
    expect(refusal(flags({}, broken))).toMatch(/rolegraph\.yaml:\d+:\d+: /);
    const twice = await file('port: 1\nport: 2\n');
    expect(refusal(flags({}, twice))).toContain('rolegraph.yaml:2:1: Map keys must be unique');
    const list = await file('- port\n');
    expect(refusal(flags({}, list))).toContain('write one "name: value" a line');
  });

  test('half a service key pair, and its secret is never repeated', async () => {
    const half = refusal(flags({}), { ROLEGRAPH_SERVICE_KEY_SECRET: 'hunter2' });
    expect(half).toContain('serviceKeyId (ROLEGRAPH_SERVICE_KEY_ID) is missing');
    const path = await file('serviceKeyId: key\nserviceKeySecret: [hunter2]\n');
    const wrong = refusal(flags({}, path));
    expect(wrong).toContain('serviceKeySecret');
    expect(half + wrong).not.toContain('hunter2');
  });

  test('a part of what signing in to the workflow engine takes, with all that is missing', () => {
    const part = refusal(flags({}), {
      ROLEGRAPH_WORKFLOW_OAUTH_CLIENT_ID: 'client',
      ROLEGRAPH_WORKFLOW_API_CLIENT_SECRET: 'hunter2',
    });
    expect(part).toContain('workflowOauthClientSecret (ROLEGRAPH_WORKFLOW_OAUTH_CLIENT_SECRET) is missing');
    expect(part).toContain('workflowApiClientId (ROLEGRAPH_WORKFLOW_API_CLIENT_ID) is missing');
    expect(part).not.toContain('hunter2');
  });

  test('a URL with credentials, without repeating them', () => {
    const message = refusal(flags({ authorizationUrl: 'https://ann:hunter2@x.example' }));
    expect(message).toContain('"https://***@x.example"');
    expect(message).not.toContain('hunter2');
  });
});
