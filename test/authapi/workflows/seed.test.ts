import { afterAll, describe, expect, it } from 'vitest';
import { asList, asRecord } from '../support/answer.ts';
import { ENGINE, EngineUnderTest, HOUR, type Person, STORE } from './support/engine.ts';
import { expectDone } from './support/expectations.ts';

const engine = await EngineUnderTest.start({ seed: true });
afterAll(() => engine.stop());

const { record: all } = await engine.call('GET', `${ENGINE}/requests?filter=all&limit=100`);
const requests = asList(all['items']);

async function personOf(login: string): Promise<Person> {
  const { record } = engine.must(await engine.call('GET', `/api/users/${login}@example.com`), 200);
  return { id: String(record['id']), uuid: String(record['uuid']) };
}

/** Finds a sample request by its justification. */
function requestOf(justification: string): Record<string, unknown> {
  return asRecord(requests.find((request) => request['request_justification'] === justification));
}

/** Tells where a request stands: how many steps are approved, and what became of it. */
function standing(request: Record<string, unknown>): string {
  const approved = asList(request['steps']).filter((step) =>
    asList(step['approvers']).some(({ decision }) => decision === 'APPROVED'),
  );
  const end = request['target_role_revoked'] === true ? 'REVOKED' : request['status'];
  return `${end} after ${approved.length} of ${asList(request['steps']).length}`;
}

describe('the sample company', () => {
  it('has workflows with one, two and three steps', async () => {
    const { record } = await engine.call('GET', `${ENGINE}/workflows`);
    expect(asList(record['items']).map(({ name, steps }) => [name, asList(steps).length])).toEqual([
      ['Workflow operators', 1],
      ['Secrets audit', 2],
      ['Metadata managers', 2],
      ['Emergency administration', 3],
      ['On-call operations', 1],
      ['Leaving the access reviewers', 1],
    ]);
  });

  it('has requests in every state', () => {
    expect(requests.map((request) => [standing(request), request['grant_type']])).toEqual([
      ['WAITING after 0 of 1', 'PERMANENT'],
      ['WAITING after 1 of 2', 'TIME_RESTRICTED'],
      ['WAITING after 2 of 3', 'FLOATING'],
      ['APPROVED after 2 of 2', 'PERMANENT'],
      ['APPROVED after 2 of 2', 'TIME_RESTRICTED'],
      ['APPROVED after 2 of 2', 'FLOATING'],
      ['DENIED after 0 of 3', 'FLOATING'],
      ['REVOKED after 1 of 1', 'TIME_RESTRICTED'],
      ['WAITING after 0 of 1', 'PERMANENT'],
      ['WAITING after 0 of 1', 'TIME_RESTRICTED'],
    ]);
  });

  it('gave the roles that were approved, and took back what was revoked', async () => {
    expect(await engine.roles(await personOf('henrik'))).toEqual(['METADATA_MANAGER', 'USER']);
    expect(await engine.roles(await personOf('tomas'))).toEqual(['USER', 'secrets-auditor']);
    expect(await engine.roles(await personOf('yara'))).toEqual(['USER']);
    const { record } = await engine.call('GET', `${STORE}/users/${(await personOf('jonas')).uuid}/roles`);
    expect(asList(record['items'])).toContainEqual(
      expect.objectContaining({ name: 'secrets-auditor', grant_type: 'FLOATING', floating_length: 8 }),
    );
  });

  it('has the same ids in every store', async () => {
    const other = await EngineUnderTest.start({ seed: true });
    const { record } = await other.call('GET', `${ENGINE}/requests?filter=all&limit=100`);
    await other.stop();
    expect(asList(record['items']).map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
  });

  it('can go on: what waits is decided by people who are there', async () => {
    const [stefan, sam, nadia, keiko] = await Promise.all(['stefan', 'sam', 'nadia', 'keiko'].map(personOf));
    if (!stefan || !sam || !nadia || !keiko) throw new Error('People are missing');
    const first = String(requestOf('Helping support over the holidays')['id']);
    expect(await engine.list(stefan, 'active_approvals')).toContain(first);
    expectDone(await engine.decide(stefan, first, 'APPROVED'));
    expect(await engine.roles(sam)).toContain('workflow-operator');
    const second = String(requestOf('Which pipelines read secrets')['id']);
    expect(await engine.list(nadia, 'active_approvals')).toContain(second);
    expectDone(await engine.decide(nadia, second, 'APPROVED', 1));
    expect(await engine.roles(keiko)).toContain('secrets-auditor');
    engine.time += 8 * 24 * HOUR;
    expect(await engine.roles(keiko)).not.toContain('secrets-auditor');
  });
});
