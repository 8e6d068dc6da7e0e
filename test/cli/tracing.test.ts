import { expect, onTestFinished, test, vi } from 'vitest';
import { startCollector } from '../telemetry/collector.ts';
import { type Running, start } from './rolegraph.ts';

// Each test starts a process, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

const SERVE = ['serve', '--port', '0', '--authapi-port', '0', '--admin-port', 'off', '--data', ':memory:'];

async function serve(env: NodeJS.ProcessEnv): Promise<{ gateway: Running; url: string; token: string }> {
  const gateway = start(SERVE, env);
  onTestFinished(async () => void (await gateway.stop('SIGKILL')));
  const url = await gateway.printed(/GraphQL +(http:\S+)/);
  return { gateway, url, token: await gateway.printed(/\n {2}(ey\S+)/) };
}

async function ask(url: string, token: string, query: string, variables = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

test('what was traced is sent before the gateway ends, in protobuf, with neither a secret nor an id', async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const { gateway, url, token } = await serve({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=key-of-the-collector',
    OTEL_SERVICE_NAME: 'canary-service',
  });
  const query = `query Canary($id: ID!) {
    user(id: $id) { name groups { description } grants { target { id: rawId } } }
    group(id: "canary-written-out") { description }
    users(filter: { text: "canary-filter" }) { totalCount }
  }`;
  expect(await ask(url, token, query, { id: 'ada@example.com' })).toMatchObject({
    data: { user: { name: expect.any(String) } },
  });
  await ask(url, 'canary-token', query, { id: 'canary-unknown' });
  expect((await gateway.stop()).code).toBe(0);

  expect(collector.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
  const [request] = collector.requests;
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'x-api-key': 'key-of-the-collector',
  });
  for (const told of ['canary-service', 'query Canary', 'batch groups', '/api/users/{id}', 'UNAUTHENTICATED'])
    expect(request?.body).toContain(told);
  const secrets = [
    token,
    token.slice(0, 40),
    'canary-token',
    'canary-written-out',
    'canary-filter',
    'canary-unknown',
    'ada@example.com',
    'ada%40example.com',
    'Ada',
    'key-of-the-collector',
  ];
  for (const secret of secrets) expect(request?.body).not.toContain(secret);
  expect(request?.body).not.toMatch(/\/api\/[\w/{}]*\?/);
});

test('a sampler is taken from the environment', async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const { gateway, url, token } = await serve({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: 'always_off',
  });
  expect(await ask(url, token, '{ groups { totalCount } }')).toHaveProperty('data');
  expect((await gateway.stop()).code).toBe(0);
  expect(collector.requests).toEqual([]);
});

test('a collector that is away takes no answer with it, is told of in the log, and is not waited for long', async () => {
  const collector = await startCollector();
  await collector.close();
  const { gateway, url, token } = await serve({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  expect(await ask(url, token, '{ groups { totalCount } }')).toHaveProperty('data');
  const stopping = performance.now();
  const { code, stderr } = await gateway.stop();
  expect(code).toBe(0);
  expect(performance.now() - stopping).toBeLessThan(8000);
  expect(stderr).toContain('The last traces are lost');
});
