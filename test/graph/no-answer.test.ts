import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Watcher } from '../../src/gateway/changes/detection/watcher.ts';
import { type Inside, startInside } from '../changes/in-process.ts';
import { run } from '../cli/rolegraph.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { type Behaviour, json, MisbehavingServer, text } from '../upstream/misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, { workflowUrl: server.url });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const ADMIN = { name: 'ADMIN', type: 'system', permissions: [{ name: 'USER_MANAGEMENT' }] };
const AUDITOR = { name: 'auditor', type: 'custom', permissions: ['READ_WORKFLOW_DEF'] };
const USERS = [
  { id: 'ann', name: 'Ann', uuid: 'k-ann', roles: [ADMIN], groups: [{ id: 'eng' }] },
  { id: 'bob', name: 'Bob', uuid: 'k-bob', roles: [AUDITOR], groups: [] },
];
const ENG = { id: 'eng', description: 'Engineering', roles: [AUDITOR], defaultAccess: {} };
const APP = { id: 'shop', name: 'Shop', createdBy: 'ann', tags: [{ key: 'team', value: 'eng' }] };
const SHOP_USER = { id: 'app:shop', name: 'Shop', applicationUser: true, roles: [], groups: [] };
const ON_ORDERS = { target: { type: 'WORKFLOW_DEF', id: 'orders' }, access: ['READ'] };
const none = { grantedAccess: [] };

/** A small organisation, by the calls that tell it. */
const WORLD: Readonly<Record<string, unknown>> = {
  'GET /api/users?apps=true': [...USERS, SHOP_USER],
  'GET /api/users?apps=false': USERS,
  'GET /api/users/ann': USERS[0],
  'GET /api/users/bob': USERS[1],
  'GET /api/users/app:shop': SHOP_USER,
  'GET /api/groups': [ENG],
  'GET /api/groups/eng': ENG,
  'GET /api/groups/eng/users': [USERS[0]],
  'GET /api/roles': [ADMIN, AUDITOR],
  'GET /api/roles/auditor': AUDITOR,
  'GET /api/roles/system': { ADMIN },
  'GET /api/roles/custom': [AUDITOR],
  'GET /api/applications': [APP],
  'GET /api/applications/shop': APP,
  'GET /api/applications/shop/tags': APP.tags,
  'GET /api/applications/shop/accessKeys': [{ id: 'k1', status: 'ACTIVE', createdAt: 1 }],
  'GET /api/gateway/config/auth': [],
  'GET /api/users/ann/permissions': { grantedAccess: [ON_ORDERS] },
  'GET /api/users/bob/permissions': { grantedAccess: [ON_ORDERS] },
  'GET /api/users/app%3Ashop/permissions': none,
  'GET /api/users/app:shop/permissions': none,
  'GET /api/groups/eng/permissions': { grantedAccess: [ON_ORDERS] },
  'GET /api/auth/subjects/ROLE/ADMIN/grants': [],
  'GET /api/auth/subjects/ROLE/auditor/grants': [ON_ORDERS],
  'GET /api/auth/authorization/USER/ann?groupBy=subject': {},
  'GET /api/auth/authorization/ROLE/ADMIN?groupBy=subject': {},
  'GET /api/auth/authorization/ROLE/auditor?groupBy=subject': {},
  'GET /api/auth/authorization/TAG/team:eng?groupBy=subject': {},
  'GET /api/auth/authorization/USER/bob?groupBy=subject': {},
  'GET /api/auth/authorization/USER/app%3Ashop?groupBy=subject': {},
  'GET /api/auth/authorization/USER/app:shop?groupBy=subject': {},
  'GET /api/auth/authorization/GROUP/eng?groupBy=subject': {},
  'GET /api/auth/authorization/WORKFLOW_DEF/orders?groupBy=subject': {
    'USER:ann': ['READ'],
    'USER:bob': ['READ'],
    'GROUP:eng': ['READ'],
    'ROLE:auditor': ['READ'],
  },
  'GET /api/auth/authorization/APPLICATION/shop?groupBy=subject': { 'USER:bob': ['READ'] },
  'GET /api/auth/authorization/TAG/team%3Aeng?groupBy=subject': { 'GROUP:eng': ['READ'] },
  'GET /api/users/bob/checkPermissions?type=WORKFLOW_DEF&id=orders': { READ: true },
  'GET /api/token/userInfo': USERS[0],
  'GET /workflow-engine/api/v1/workflows?limit=50&offset=0': { count: 1, items: [{ id: 'w' }] },
  'GET /workflow-engine/api/v1/requests?filter=all&limit=50&offset=0': { count: 1, items: [{ id: 'q' }] },
  'GET /workflow-engine/api/v1/requests?filter=all&limit=100&offset=0': { count: 1, items: [{ id: 'q' }] },
  'GET /role-store/api/v1/users/k-ann/roles': { count: 0, items: [] },
  'GET /role-store/api/v1/users/k-bob/roles': { count: 0, items: [] },
};

function answerAll(but: Readonly<Record<string, Behaviour>> = {}): void {
  server.reset();
  for (const [call, body] of Object.entries(WORLD)) server.on(call, json(body));
  for (const [call, answer] of Object.entries(but)) server.on(call, answer);
}

const ORDERS = '{ type: WORKFLOW_DEF, id: "orders" }';
const HOLDERS =
  '{ people { totalCount } applications { totalCount } groups { totalCount } roles { totalCount } warnings { code } }';

/** What somebody asks who wants to know who may do what. */
const QUESTIONS: Readonly<Record<string, string>> = {
  whoCan: `{ whoCan(target: ${ORDERS}, access: READ) ${HOLDERS} }`,
  'whoCan of an application': `{ whoCan(target: { type: APPLICATION, id: "shop" }, access: READ) ${HOLDERS} }`,
  explain: `{ explain(user: "bob", target: ${ORDERS}, access: READ) { decision warnings { code } } }`,
  can: `{ can(checks: [{ user: "bob", target: ${ORDERS}, access: READ }]) { isAllowed } }`,
  'effective permissions':
    '{ user(id: "ann") { effectivePermissions { totalCount nodes { access } warnings { code } } } }',
  compare:
    '{ compare(a: { user: "ann" }, b: { user: "bob" }) { isEnough onlyA { access } warnings { code } } }',
  whatIf: '{ whatIf(changes: [{ deleteGroup: "eng" }]) { differences { totalCount } warnings { code } } }',
  'the review': '{ accessReview { findings { totalCount } warnings { code } } }',
  'the description': '{ accessDescription }',
  'a plan': '{ accessPlan(description: "users: {}", prune: true) { changes { kind } } }',
  'lists and counts':
    '{ users { totalCount } groups { totalCount } roles { totalCount } applications { totalCount } roleWorkflows { totalCount } accessRequests { totalCount } gatewayAuthConfigs { id } }',
  links:
    '{ group(id: "eng") { members { totalCount } grants { access } } role(id: "auditor") { holders { totalCount } grants { access } } application(by: { id: "shop" }) { tags { key } accessKeys { id } } }',
};

const NO_ANSWERS: readonly [string, Behaviour][] = [
  ['200 without a body', text('', 'application/json')],
  ['204', (response) => void response.writeHead(204).end()],
  ['null', json(null)],
];

const warnings = (answer: string) => [...answer.matchAll(/"code":"(\w+_HIDDEN)"/g)].map(([, code]) => code);

describe.each(Object.entries(QUESTIONS))('%s', (_, question) => {
  test.each(
    NO_ANSWERS,
  )('fails or warns, and never says less, where any list or record is %s', async (_what, answer) => {
    answerAll();
    const whole = await gateway.send(question);
    expect(whole.errors).toEqual([]);
    const calls = [...new Set(server.log)];
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      answerAll({ [call]: answer });
      const { errors, text: told } = await gateway.send(question);
      const isTold =
        errors.some(({ extensions }) => extensions['code'] === 'UPSTREAM_INVALID_RESPONSE') ||
        warnings(told).some((code) => !warnings(whole.text).includes(code));
      expect({ call, isTold }).toEqual({ call, isTold: true });
    }
  });
});

describe('rolegraph export', () => {
  const rolegraph = () => run(['export'], { ROLEGRAPH_URL: `${gateway.url}/graphql`, ROLEGRAPH_TOKEN: 't' });

  test.each([
    'GET /api/users?apps=true',
    'GET /api/users/bob/permissions',
  ])('writes nothing, and says why, where %s gives no answer', async (call) => {
    answerAll();
    const whole = await rolegraph();
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('bob');
    answerAll({ [call]: text('', 'application/json') });
    const { code, stdout, stderr } = await rolegraph();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('cannot be read');
  }, 60_000);
});

describe('the watcher', () => {
  const FEED = 'subscription { accessChanges { kind action } }';
  const LISTS = Object.keys(WORLD).filter((call) =>
    /apps=true|groups$|roles$|applications$|permissions$|grants$|accessKeys$|requests/.test(call),
  );

  async function watched(tell: (inside: Inside, watcher: Watcher) => Promise<void>): Promise<void> {
    const inside = startInside(server.url, {
      changes: { watch: { everyMs: 1000, calls: 100 }, backlog: 10_000 },
    });
    try {
      await tell(inside, inside.watch('t', 't'));
    } finally {
      await inside.stop();
    }
  }

  test.each(
    NO_ANSWERS,
  )('tells of nobody that it is gone, nor that it came, where lists are %s', async (_, answer) => {
    answerAll();
    server
      .on(
        'GET /workflow-engine/api/v1/workflows?limit=100&offset=0',
        json({ count: 1, items: [{ id: 'w' }] }),
      )
      .on('GET /api/gateway/config/auth', json([{ id: 'c' }]));
    await watched(async (inside, watcher) => {
      await watcher.round();
      const feed = await inside.follow(FEED, 't');
      for (const call of LISTS) {
        const good = json(WORLD[call]);
        server.on(call, answer);
        await watcher.round();
        server.on(call, good);
        await watcher.round();
      }
      server.on('GET /api/users?apps=true', json([...USERS, SHOP_USER, { id: 'zoe' }]));
      await watcher.round();
      expect((await feed.atLeast(1)).map(({ accessChanges }) => accessChanges)).toEqual([
        { kind: 'USER', action: 'CREATED' },
      ]);
      expect(inside.logged.map(({ list }) => list)).toContain('USER');
      await feed.stop();
    });
  });
});
