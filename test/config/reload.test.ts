import { expect, test } from 'vitest';
import { reloadableOptions } from '../../src/cli/gateway.ts';
import { loadConfig } from '../../src/config/load.ts';
import { reloaded } from '../../src/config/reload.ts';
import { settingList } from '../../src/config/settings.ts';

const read = (env: NodeJS.ProcessEnv) => loadConfig({ values: new Map() }, env);

test('what can be changed while the gateway runs is taken, and the rest named and left as it is', () => {
  const current = read({ ROLEGRAPH_PORT: '4000', ROLEGRAPH_DOCUMENT_DEPTH: '20' });
  const next = read({
    ROLEGRAPH_PORT: '5000',
    ROLEGRAPH_DOCUMENT_DEPTH: '5',
    ROLEGRAPH_CORS_ORIGINS: 'https://a.example',
  });
  const { config, changed, needRestart } = reloaded(current, next);
  expect(changed).toEqual(['corsOrigins', 'documentDepth']);
  expect(needRestart).toEqual(['port']);
  expect(config).toEqual({ ...current, documentDepth: 5, corsOrigins: ['https://a.example'] });
  expect(Object.isFrozen(config)).toBe(true);
});

test('a configuration that says the same changes nothing', () => {
  const env = { ROLEGRAPH_CORS_ORIGINS: 'https://a.example', ROLEGRAPH_TRUSTED_PROXIES: '10.0.0.0/8' };
  expect(reloaded(read(env), read(env))).toMatchObject({ changed: [], needRestart: [] });
});

/** Another value than the default, for the settings that are no numbers. */
const OTHERS: Readonly<Record<string, unknown>> = {
  corsOrigins: ['https://a.example'],
  tellCalls: false,
  logOperations: 'all',
  persistedOperations: 'log',
};

test('every setting that is said to be reloadable reaches a running gateway', () => {
  const config = read({});
  const unread = settingList
    .filter(({ reloadable, name }) => reloadable && name !== 'logLevel' && name !== 'persistedOperationsFile')
    .filter(({ name }) => {
      const value = OTHERS[name] ?? Number(config[name]) + 1;
      const options = (other: object) => JSON.stringify(reloadableOptions({ ...config, ...other }));
      return options({}) === options({ [name]: value });
    });
  expect(unread.map(({ name }) => name)).toEqual([]);
});
