import { expect } from 'vitest';
import type { Answer } from '../../support/answer.ts';

/** Expects an error body of contract section 15: its code repeated in `details`, and a message. */
export function expectRefusal(answer: Answer, status: number, code: string, property?: string): void {
  expect(answer, answer.text).toMatchObject({ status });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const body = {
    error_code: code,
    error_message: expect.stringMatching(/\S/),
    ...(property && { property }),
  };
  expect(answer.record).toMatchObject({ ...body, details: [body] });
  expect(answer.record).not.toHaveProperty('message');
}

/** Expects 200 and no body. */
export function expectDone(answer: Answer): void {
  expect(answer, answer.text).toMatchObject({ status: 200, text: '' });
  expect(answer.headers['content-length']).toBe('0');
}
