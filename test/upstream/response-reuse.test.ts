import { describe, expect, test } from 'vitest';
import { createResponseReuse } from '../../src/gateway/upstream/response-reuse/response-reuse.ts';

const body = (length: number, byte = 'x') => Buffer.alloc(length, byte);

describe('a memory of bodies', () => {
  test('gives back the very buffer and model that it was given', () => {
    const memory = createResponseReuse(10_000);
    const [bytes, model] = [body(300), { id: 'ann' }];
    memory.remember('/a', bytes, model);
    expect(memory.recall('/a')?.body).toBe(bytes);
    expect(memory.recall('/a')?.model).toBe(model);
    expect(memory.recall('/b')).toBeUndefined();
  });

  test('keeps the last body of a question only', () => {
    const memory = createResponseReuse(10_000);
    memory.remember('/a', body(300, '1'), { n: 1 });
    memory.remember('/a', body(300, '2'), { n: 2 });
    expect(memory.recall('/a')).toEqual({ body: body(300, '2'), model: { n: 2 } });
  });

  test('holds no more bytes than it may, and lets go of what was longest unused', () => {
    const memory = createResponseReuse(1000);
    for (const question of ['/a', '/b', '/c']) memory.remember(question, body(300), {});
    memory.recall('/a');
    memory.remember('/d', body(300), {});
    const kept = ['/a', '/b', '/c', '/d'].filter((question) => memory.recall(question));
    expect(kept).toEqual(['/a', '/c', '/d']);
  });

  test('counts the bytes of questions too, for a search can be longer than its answer', () => {
    const memory = createResponseReuse(100_000);
    const questions = Array.from({ length: 20 }, (_, n) => `/search ${n} ${'q'.repeat(10_000)}`);
    for (const question of questions) memory.remember(question, body(300), {});
    expect(questions.filter((question) => memory.recall(question))).toHaveLength(9);
  });

  test('remembers nothing that is larger than all of it, and forgets what that replaces', () => {
    const memory = createResponseReuse(1000);
    memory.remember('/a', body(300), {});
    memory.remember('/a', body(2000), {});
    expect(memory.recall('/a')).toBeUndefined();
  });

  test('hardly remembers what is different each time, and does again once it has ceased to be', () => {
    const memory = createResponseReuse(100_000);
    const kept = Array.from({ length: 30 }, (_, n) => {
      memory.remember('/a', body(300 + n), {});
      return memory.recall('/a') ? n : -1;
    });
    expect(kept.filter((n) => n >= 0)).toEqual([0, 1, 2, 3, 8, 16, 24]);
    memory.remember('/a', body(300), {});
    memory.remember('/a', body(300), {});
    memory.remember('/a', body(300), {});
    expect(memory.recall('/a')).toBeDefined();
    memory.confirm('/a');
    memory.remember('/a', body(301), {});
    expect(memory.recall('/a')?.body.length).toBe(301);
  });

  test('goes on remembering a list of which each answer has most items in common with the last, with where they end', () => {
    const memory = createResponseReuse(10_000);
    const items = { start: 1, ends: new Uint32Array(100), records: [] };
    for (let n = 0; n < 30; n += 1) {
      memory.remember('/a', body(300 + n), {}, items);
      expect(memory.recall('/a')).toEqual({ body: body(300 + n), model: {}, items });
    }
    for (let n = 0; n < 20; n += 1) memory.remember(`/${n}`, body(600), {}, items);
    const kept = Array.from({ length: 20 }, (_, n) => memory.recall(`/${n}`)).filter(Boolean);
    expect(kept).toHaveLength(9);
  });

  test('does not care for small bodies', () => {
    const memory = createResponseReuse(1000);
    memory.remember('/a', body(255), {});
    memory.remember('/b', body(256), {});
    expect([memory.recall('/a'), memory.recall('/b')?.body.length]).toEqual([undefined, 256]);
  });

  test('remembers nothing at all with 0 bytes', () => {
    const memory = createResponseReuse(0);
    memory.remember('/a', body(300), {});
    expect(memory.recall('/a')).toBeUndefined();
  });

  test('freezes models through and through, so that no operation can change what another holds', () => {
    const model = { id: 'ann', roles: [{ id: 'ADMIN' }], contact: [['email', 'ann@example.com']] };
    createResponseReuse(1000).remember('/a', body(300), model);
    expect(() => {
      model.id = 'bob';
    }).toThrow(TypeError);
    expect(() => model.roles.push({ id: 'USER' })).toThrow(TypeError);
    expect(() => Object.assign(model.roles[0] ?? {}, { id: 'USER' })).toThrow(TypeError);
    expect(() => model.contact[0]?.pop()).toThrow(TypeError);
  });
});
