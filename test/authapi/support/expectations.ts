import { expect } from 'vitest';
import type { Answer } from './answer.ts';

/** The codes that make SDKs sign in again and repeat the call (contract section 1, Errors). */
export const TOKEN_CODES = ['EXPIRED_TOKEN', 'INVALID_TOKEN'];

/** Expects exactly 200 and an empty answer every SDK can read: length 0, or `{}` as JSON (contract section 1). */
export function expectEmpty(answer: Answer): void {
  expect(answer, answer.text).toMatchObject({ status: 200 });
  if (answer.text === '') {
    expect(answer.headers['content-length']).toBe('0');
    expect(answer.headers['transfer-encoding']).toBeUndefined();
  } else {
    expect(answer.json).toEqual({});
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  }
}

/** Expects an error body as of contract section 1: status repeated, a message that names `naming`, never a token code. */
export function expectError(answer: Answer, status: number, naming = ''): void {
  expect(answer, answer.text).toMatchObject({ status });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.record).toMatchObject({ status, message: expect.stringMatching(/\S/) });
  expect(answer.record['message']).toContain(naming);
  expect(TOKEN_CODES).not.toContain(answer.record['error']);
}

/** Expects the 401 that makes an SDK fetch a new token. */
export function expectTokenRefused(
  answer: Answer,
  code: 'EXPIRED_TOKEN' | 'INVALID_TOKEN' = 'INVALID_TOKEN',
): void {
  expect(answer, answer.text).toMatchObject({ status: 401 });
  expect(answer.record).toMatchObject({ status: 401, error: code, message: expect.stringMatching(/\S/) });
}
