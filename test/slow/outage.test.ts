import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChaosProxy } from '../support/chaos-proxy.ts';
import { codesByPath, type GraphQLAnswer, listAt, textAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';

const SEED = 20261124;
const EVERY_MS = 10;
const OUTAGE_MS = 2000;
/** The default of `pauseMs`: how long the breaker stays open. */
const OPEN_MS = 1000;

/** Only the authorization API fails: the proxy lets the calls to the workflow engine pass. */
let proxy: ChaosProxy;
const stack = await startStack({
  between: async (apiUrl) => {
    proxy = await ChaosProxy.start(apiUrl, SEED);
    return proxy.url;
  },
});
/** Callers with different tokens share no read, so that every request is a call. */
const callers: string[] = [];
beforeAll(async () => {
  await stack.call('PUT', '/api/groups/eng', { description: 'Engineering', roles: [] });
  for (let n = 0; n < 20; n += 1) {
    await stack.call('PUT', `/api/users/u${n}`, { name: 'U', roles: ['ADMIN'] });
    callers.push(await stack.as(`u${n}`));
  }
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});

interface Sample {
  /** How many requests were sent before it. */
  readonly place: number;
  readonly sentAt: number;
  readonly at: number;
  readonly answer: GraphQLAnswer;
}

test(`503 for ${OUTAGE_MS} ms at 100 requests/s (seed ${SEED})`, async () => {
  const reads: Sample[] = [];
  const writes: Sample[] = [];
  const open: Promise<void>[] = [];
  const start = performance.now();
  const outageFrom = start + 500;
  const outageTo = outageFrom + OUTAGE_MS;
  let place = 0;
  let firstInOutage = 0;
  const ask = async (document: string, token: string | undefined, samples: Sample[]) => {
    const own = place;
    place += 1;
    const sentAt = performance.now();
    const answer = await stack.query(document, token === undefined ? {} : { token });
    samples.push({ place: own, sentAt, at: performance.now(), answer });
  };
  for (let n = 0; performance.now() < outageTo + 3 * OPEN_MS; n += 1) {
    const now = performance.now();
    if (now >= outageTo) proxy.apply();
    else if (now >= outageFrom) {
      firstInOutage ||= n;
      proxy.apply({ route: / \/api\//, fault: { kind: 'status', status: 503 } });
    }
    const token = callers[n % callers.length];
    // Every tenth request writes, and creates something that must not be there twice.
    open.push(
      n % 10 === 9
        ? ask(
            `mutation { createApplication(input: { name: "app-${n}" }) { userErrors { code } } }`,
            token,
            writes,
          )
        : ask('{ group(id: "eng") { description } roleWorkflows { nodes { id } } }', token, reads),
    );
    await pause(Math.max(0, start + (n + 1) * EVERY_MS - performance.now()));
  }
  await Promise.all(open);

  const opened = reads.find(({ answer }) => codesByPath(answer).includes('group: UPSTREAM_UNAVAILABLE'));
  const inVain = (opened?.place ?? Infinity) - firstInOutage;
  const openAfter = (opened?.at ?? Infinity) - outageFrom;
  const openedAt = opened?.at ?? Infinity;
  const whileOpen = reads.filter(({ sentAt, at }) => sentAt > openedAt && at < outageTo);
  const refused = proxy.journal.filter(({ call, fault }) => call.startsWith('GET /api/') && fault !== null);
  const success = reads.find(({ sentAt, answer }) => sentAt > outageTo && answer.errors.length === 0);
  const goodAfter = (success?.at ?? Infinity) - outageTo;
  const applications = listAt(await stack.call('GET', '/api/applications')).map((one) => textAt(one, 'name'));
  const created = applications.filter((name) => name.startsWith('app-'));
  const acknowledged = writes.filter(({ answer }) => answer.errors.length === 0);
  process.stdout.write(
    `outage: ${reads.length + writes.length} requests; breaker open ${Math.round(openAfter)} ms and ${inVain} requests after the first 503; ` +
      `${refused.length} reads were sent in vain; first success ${Math.round(goodAfter)} ms after the last 503; ` +
      `${created.length} applications for ${acknowledged.length} acknowledged creations\n`,
  );

  // Half a second at this rate is 50 requests; what is counted does not depend on how fast the machine is.
  expect(inVain).toBeLessThan(50);
  expect(refused.length).toBeLessThan(50);
  expect(whileOpen.length).toBeGreaterThan(50);
  // The field that needs the upstream is null with its code, and the one that does not is answered.
  for (const { answer } of whileOpen) {
    expect(codesByPath(answer)).toEqual([expect.stringMatching(/^group: UPSTREAM_(UNAVAILABLE|ERROR)$/)]);
    expect(answer.data).toEqual({ group: null, roleWorkflows: { nodes: [] } });
  }
  // The breaker let go at that time at the latest; a second at this rate is 100 requests.
  const refusedLate = reads.filter(
    ({ sentAt, answer }) => sentAt > outageTo + OPEN_MS && answer.errors.length > 0,
  );
  expect(refusedLate.length).toBeLessThan(100);
  expect(success).toBeDefined();
  // Once it is used again, it is used by all.
  const later = reads.filter(({ sentAt }) => sentAt > (success?.at ?? Infinity));
  expect(later.length).toBeGreaterThan(20);
  for (const { answer } of later) expect(answer.errors).toEqual([]);
  expect(created).toHaveLength(acknowledged.length);
  expect(new Set(created).size).toBe(created.length);
  for (const { answer } of writes) {
    for (const code of codesByPath(answer)) {
      expect(code).toMatch(/^createApplication: (UPSTREAM_ERROR|UPSTREAM_UNAVAILABLE)$/);
    }
  }
});
