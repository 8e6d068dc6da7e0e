import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startAuthApi } from '../../src/authapi/server.ts';
import { createLogger } from '../../src/logger.ts';
import { canariesIn, plantCanaries } from '../support/canaries.ts';
import { textsIn } from '../support/texts-in.ts';
import { GatewayUnderTest } from './gateway-under-test.ts';

const data = mkdtempSync(join(tmpdir(), 'rolegraph-secrets-'));
const journal = mkdtempSync(join(tmpdir(), 'rolegraph-secrets-journal-'));
const apiLog: string[] = [];
const api = await startAuthApi({
  host: '127.0.0.1',
  port: 0,
  data,
  seed: false,
  logger: createLogger('trace', { write: (line) => void apiLog.push(line) }),
});
if (!api.adminKey) throw new Error('the administrator has no key');
const { keyId, keySecret: adminSecret } = api.adminKey;
const gateway = await GatewayUnderTest.start(api.url, {
  workflowUrl: api.url,
  serviceKey: { keyId, keySecret: adminSecret },
  logLevel: 'trace',
  logOperations: 'all',
  tellCalls: true,
  admin: { host: '127.0.0.1', port: 0 },
  changes: {
    file: join(journal, 'changes.db'),
    history: { rows: 1000, ageMs: 3_600_000 },
    backlog: 10,
    watch: null,
  },
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
  for (const folder of [data, journal]) rmSync(folder, { recursive: true });
});

test('a secret appears once: in the answer that creates it, and in no log, error, header, metric, file or later answer', async () => {
  const { canaries, answered } = await plantCanaries(gateway, keyId, adminSecret);
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const operationLog = gateway.logged.filter(({ msg }) => msg === 'operation');
  const places = {
    'an answer': answered,
    'a log': [JSON.stringify(gateway.logged), ...apiLog],
    metrics: [metrics],
    'the journal of changes': textsIn(journal),
    'the database': textsIn(data),
  };
  // Each place has something in it, or finding nothing there would tell nothing.
  expect(answered.length).toBeGreaterThan(40);
  expect(answered.join('')).toContain('"restCalls"');
  expect(operationLog.length).toBeGreaterThan(20);
  expect(metrics).toMatch(/^rolegraph_operations_total.* [1-9]/m);
  expect(places['the journal of changes'].join('')).toContain('APPLICATION');
  expect(places['the database'].join('').length).toBeGreaterThan(10_000);
  expect(canariesIn(places, canaries, 'the database')).toEqual([]);
});
