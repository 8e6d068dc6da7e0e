import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectEmpty, expectError } from '../support/expectations.ts';
import { must, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const UNKNOWN = '7d0e0000-0000-4000-8000-00000000dead';

async function tagged(...tags: object[]) {
  const path = `/applications/${await make.application()}/tags`;
  must(await api.call('PUT', path, { body: tags }));
  return path;
}

async function tagsAt(path: string) {
  const { list } = must(await api.call('GET', path));
  return list.toSorted((a, b) => String(a['key']).localeCompare(String(b['key'])));
}

const team = { key: 'team', value: 'core' };
const stage = { key: 'stage', value: 'live' };

describe('setting tags', () => {
  it('starts with none', async () => {
    expect(await tagsAt(`/applications/${await make.application()}/tags`)).toEqual([]);
  });

  it('merges: other keys stay', async () => {
    const path = await tagged(team);
    expectEmpty(await api.call('PUT', path, { body: [stage] }));
    expect(await tagsAt(path)).toEqual([stage, team]);
  });

  it('replaces the value of the same key', async () => {
    const path = await tagged(team, stage);
    must(await api.call('PUT', path, { body: [{ key: 'team', value: 'edge' }] }));
    expect(await tagsAt(path)).toEqual([stage, { key: 'team', value: 'edge' }]);
  });

  it('keeps everything when given none', async () => {
    const path = await tagged(team);
    must(await api.call('PUT', path, { body: [] }));
    expect(await tagsAt(path)).toEqual([team]);
  });

  it('can be repeated', async () => {
    const path = await tagged(team);
    must(await api.call('PUT', path, { body: [team] }));
    expect(await tagsAt(path)).toEqual([team]);
  });

  it('gives back the type only where it was sent', async () => {
    const typed = { key: 'cost', value: '1', type: 'METADATA' };
    const path = await tagged(typed, team);
    expect(await tagsAt(path)).toEqual([typed, team]);
  });

  it.each([
    ['an object for a list', team],
    ['a tag without a key', [{ value: 'x' }]],
    ['a tag without a value', [{ key: 'x' }]],
    ['a number for a value', [{ key: 'x', value: 1 }]],
    ['text', ['team:core']],
  ])('refuses %s and changes nothing', async (_, body) => {
    const path = await tagged(team);
    const bodyWithGoodTag = Array.isArray(body) ? [stage, ...body] : body;
    expectError(await api.call('PUT', path, { body: bodyWithGoodTag }), 400);
    expect(await tagsAt(path)).toEqual([team]);
  });
});

describe('deleting tags', () => {
  it('removes exact pairs', async () => {
    const path = await tagged(team, stage);
    expectEmpty(await api.call('DELETE', path, { body: [team] }));
    expect(await tagsAt(path)).toEqual([stage]);
  });

  it('ignores unknown pairs, and the same key with another value', async () => {
    const path = await tagged(team);
    const body = [
      { key: 'team', value: 'other' },
      { key: 'none', value: 'x' },
    ];
    expectEmpty(await api.call('DELETE', path, { body }));
    expect(await tagsAt(path)).toEqual([team]);
  });

  it('takes the type along or not', async () => {
    const path = await tagged({ ...team, type: 'METADATA' }, stage);
    must(await api.call('DELETE', path, { body: [team] }));
    must(await api.call('DELETE', path, { body: [{ ...stage, type: 'METADATA' }] }));
    expect(await tagsAt(path)).toEqual([]);
  });
});

describe('an unknown application', () => {
  const path = `/applications/${UNKNOWN}/tags`;
  it('is 200 on set and delete, and has no tags', async () => {
    expectEmpty(await api.call('PUT', path, { body: [team] }));
    expectEmpty(await api.call('DELETE', path, { body: [team] }));
    expect((await api.call('GET', path)).json).toEqual([]);
  });
});
