import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CountingProxy } from '../support/counting-proxy.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

let stack: Stack;
let proxy: CountingProxy;
/** Lets the calls to the API go that are held back. */
let letGo: () => void;

beforeAll(async () => {
  stack = await startStack({
    between: async (url) => {
      proxy = await CountingProxy.start(url);
      return proxy.url;
    },
  });
  await buildWorld(stack);
});
beforeEach(() => {
  const { promise, resolve } = Promise.withResolvers<void>();
  letGo = resolve;
  // The lists come at once, and what is read one by one is held back.
  proxy.onCall = ({ call }) => (call.endsWith('/permissions') ? promise : undefined);
});
afterAll(async () => {
  letGo();
  await stack.stop();
  await proxy.stop();
});

const REVIEW = '{ accessReview { isComplete findings { totalCount } } }';

function ask(query: string, accept: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${stack.admin}` },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
}

/** Reads a body until it has a match; gives all that came so far. */
async function readUntil(reader: ReadableStreamDefaultReader<string>, pattern: RegExp): Promise<string> {
  let text = '';
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended without ${pattern}: ${text}`);
    text += value;
  }
  return text;
}

function readerOf(response: Response): ReadableStreamDefaultReader<string> {
  const body = response.body?.pipeThrough(new TextDecoderStream());
  if (!body) throw new Error('no body');
  return body.getReader();
}

async function rest(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let text = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
  return text;
}

describe('the answer to long work', () => {
  test('begins at once where a stream is accepted, tells how far it is, and holds the result once', async () => {
    const response = await ask(REVIEW, 'text/event-stream');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).not.toBeNull();
    const reader = readerOf(response);
    const before = await readUntil(reader, /: \d+ of \d+ REST calls\n\n/);
    const [, done, known] = /: (\d+) of (\d+) REST calls/.exec(before) ?? [];
    // Four lists, who the caller is, and the configurations; of four users, two applications' users and more, the grants.
    expect(Number(done)).toBeGreaterThanOrEqual(4);
    expect(Number(known)).toBeGreaterThan(Number(done) + 4);
    expect(before).not.toContain('event:');
    letGo();
    const after = await rest(reader);
    const events = after.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
    expect(events).toEqual([
      expect.stringMatching(/^event: next\ndata: \{"data":\{"accessReview":\{"isComplete":true/),
      'event: complete\ndata:',
    ]);
  });

  test('is kept alive in the parts of a multipart response as well', async () => {
    const accept = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0';
    const response = await ask(REVIEW, accept);
    const reader = readerOf(response);
    await readUntil(reader, /\r\n\r\n\{\}\r\n--graphql/);
    letGo();
    expect(await rest(reader)).toMatch(/\{"payload":\{"data":\{"accessReview":\{.*--graphql--\r\n$/s);
  });

  test('is told with its errors, as every result', async () => {
    const response = await ask(
      '{ accessReview(keyAgeDays: -1) { csv } whatIf(changes: []) { isComplete } }',
      'text/event-stream',
    );
    letGo();
    expect(await response.text()).toMatch(
      /event: next\ndata: \{"errors":\[.*BAD_USER_INPUT.*"accessReview":null/,
    );
  });

  test('is JSON, all at once, for whoever takes JSON', async () => {
    letGo();
    const response = await ask(REVIEW, 'text/event-stream, application/json');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ data: { accessReview: { isComplete: true } } });
  });

  test('is not waited for when its client leaves: nothing more is asked upstream', async () => {
    proxy.calls.length = 0;
    const gone = new AbortController();
    const response = await ask(REVIEW, 'text/event-stream', gone.signal);
    const reader = readerOf(response);
    await readUntil(reader, /: \d+ of \d+ REST calls\n\n/);
    const made = proxy.calls.length;
    gone.abort();
    while (proxy.open(stack.admin) > 0) await new Promise((resolve) => setImmediate(resolve));
    letGo();
    await stack.data('{ viewer { id } }');
    expect(proxy.calls.length).toBe(made + 1);
  });
});

describe('an operation that is sent with the header Priority', () => {
  const GRANTS = '{ users(includeApplications: true) { nodes { id grants { access } } } }';

  /** Sends it, and lets what it reads one by one go when so many of these calls are under way. */
  async function send(priority: string, together: number): Promise<{ answer: unknown; most: number }> {
    proxy.calls.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.onCall = ({ call }) => {
      if (!call.endsWith('/permissions')) return;
      if (proxy.open(stack.admin) === together) resolve();
      return promise;
    };
    const response = await fetch(`${stack.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${stack.admin}`,
        priority,
      },
      body: JSON.stringify({ query: GRANTS }),
    });
    const answer: unknown = await response.json();
    return { answer, most: Math.max(...proxy.calls.map((made) => made.together)) };
  }

  test('u=7 is made within the share of long work, and answered the same', async () => {
    // Four people, and three applications.
    const hurried = await send('u=3, i', 7);
    expect(hurried.most).toBe(7);
    // Five percent of 64 connections.
    for (const priority of ['u=7', 'u=7, i', 'i, u=7', 'i,u=7']) {
      expect(await send(priority, 3)).toEqual({ answer: hurried.answer, most: 3 });
    }
  });

  test.each(['u=70', 'u=7.5', 'xu=7', 'u=6', 'u'])('%s is in as much of a hurry as any', async (priority) => {
    expect((await send(priority, 7)).most).toBe(7);
  });
});
