import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../src/gateway/server.ts';
import { ADMISSION, ADMISSION_LIMITS } from '../support/admission-limits.ts';
import { readAnswer } from '../support/graphql-answer.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { startWaveProxy, type Wave, type WaveProxy } from '../support/wave-proxy.ts';
import { buildWorld, type World } from '../support/world.ts';

let stack: Stack;
let world: World;
let proxy: WaveProxy;
let gateway: Gateway;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
  proxy = await startWaveProxy(stack.apiUrl);
  gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    authorizationUrl: proxy.url,
    serviceKey: null,
    workflowUrl: proxy.url,
    workflowServiceKey: null,
    corsOrigins: [],
    introspection: true,
    ...ADMISSION,
    limits: {
      ...ADMISSION_LIMITS,
      requestBytes: 65_536,
      responseBytes: 1_048_576,
      restCalls: 500,
      // A wave that stays incomplete fails soon.
      connectMs: 1_000,
      callMs: 2_000,
      repeats: 0,
      pauseMs: 0,
      queuedCalls: 1_000,
      ...LONG_WORK_LIMITS,
      operationMs: 4_000,
      memoryBytes: 0,
      shareReads: false,
      connections: 64,
    },
    logger: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await gateway.stop();
  await proxy.stop();
  await stack.stop();
});

/** Runs an operation that must need these waves: calls of one wave go out together, and none goes out too early. */
async function expectWaves(document: string, ...waves: readonly Wave[]): Promise<void> {
  proxy.expect(...waves);
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.admin}` },
    body: JSON.stringify({ query: document }),
  });
  const { errors } = readAnswer(response.status, await response.json());
  expect({ errors, unexpected: proxy.unexpected, left: proxy.left }).toEqual({
    errors: [],
    unexpected: [],
    left: [],
  });
}

const grantsOf = (name: string) => `GET /api/users/${name}@example.com/permissions`;

describe('an operation takes as many round trips as its data depend on each other', () => {
  test('one for a record, and for what is selected on it and needs its id only', () =>
    expectWaves(
      '{ group(id: "eng") { description members { nodes { id name } } grants { target { id: rawId } } } }',
      ['GET /api/groups/eng', 'GET /api/groups/eng/users', 'GET /api/groups/eng/permissions'],
    ));

  test('two for a group, its members, and what each was granted', () =>
    expectWaves(
      '{ group(id: "eng") { description members { nodes { name grants { target { id: rawId } access } } } } }',
      ['GET /api/groups/eng', 'GET /api/groups/eng/users'],
      ['ada', 'bob', 'cy'].map(grantsOf),
    ));

  test('two for all groups with their members', () =>
    expectWaves(
      '{ groups { nodes { members { nodes { name } } } } }',
      ['GET /api/groups'],
      ['GET /api/groups/empty/users', 'GET /api/groups/eng/users', 'GET /api/groups/ops/users'],
    ));

  test('one for an application with its keys, roles and tags', () =>
    expectWaves(
      `{ application(by: {id: "${world.billing}"}) { name accessKeys { id } roles { id } tags { key } } }`,
      [
        `GET /api/applications/${world.billing}`,
        `GET /api/applications/${world.billing}/accessKeys`,
        `GET /api/applications/${world.billing}/tags`,
        `GET /api/users/app:${world.billing}`,
      ],
    ));

  test('one for all roles and their holders, since both come from lists', () =>
    expectWaves('{ roles { nodes { id holders { nodes { id } } } } }', [
      'GET /api/roles',
      'GET /api/groups',
      'GET /api/users?apps=true',
    ]));

  test('one for users and their requests, two for what waits for the caller', () =>
    expectWaves(
      '{ users { nodes { requests { totalCount } } } viewer { requestsToDecide { totalCount } } }',
      [
        'GET /api/users?apps=false',
        'GET /api/token/userInfo',
        'GET /role-store/api/v1/users/current',
        'GET /workflow-engine/api/v1/requests?filter=all&limit=100&offset=0',
      ],
      ['GET /workflow-engine/api/v1/requests?filter=active_approvals&limit=50&offset=0'],
    ));

  test('one for several records, whatever their kinds', () =>
    expectWaves(
      '{ user(id: "ada@example.com") { name } group(id: "ops") { description } role(id: "USER") { description } }',
      ['GET /api/users/ada@example.com', 'GET /api/groups/ops', 'GET /api/roles/USER'],
    ));

  test('two for a target, who may act on it, and their names', () =>
    expectWaves(
      '{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants { subject { displayName } } } }',
      ['GET /api/auth/authorization/WORKFLOW_DEF/orders?groupBy=subject'],
      ['GET /api/groups/eng', 'GET /api/roles/release-manager', 'GET /api/users/bob@example.com'],
    ));
});

describe('reading early', () => {
  test('finds what fragments select, on the type that is read', () =>
    expectWaves(
      `{ subject(by: {group: "ops"}) { displayName ...more } }
       fragment more on Subject { ... on Group { members { totalCount } } ... on User { grants { access } } }`,
      ['GET /api/groups/ops', 'GET /api/groups/ops/users'],
    ));

  test('leaves alone what a directive may take out', () =>
    expectWaves('{ group(id: "ops") { description members @skip(if: true) { totalCount } } }', [
      'GET /api/groups/ops',
    ]));

  test('reads under the id as the upstream keeps it', () =>
    expectWaves('{ user(id: "ADA@Example.com") { name grants { access } } }', [
      'GET /api/users/ada@example.com',
      grantsOf('ada'),
    ]));
});
