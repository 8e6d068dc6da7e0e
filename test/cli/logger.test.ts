import { expect, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void, level = 'info'): unknown[] {
  const lines: unknown[] = [];
  write(createLogger(level, { write: (line) => lines.push(JSON.parse(line)) }));
  return lines;
}

test('an event is one line of JSON, and less severe ones are left out', () => {
  const lines = linesOf((logger) => {
    logger.info('unheard');
    logger.warn({ port: 4000 }, 'heard');
  }, 'warn');
  expect(lines).toEqual([{ level: 40, time: expect.any(Number), port: 4000, msg: 'heard' }]);
});

test('secrets are hidden wherever they are named, also in headers and bodies', () => {
  const lines = linesOf((logger) =>
    logger.info(
      {
        token: 'hunter2',
        serviceKey: { keyId: 'key', keySecret: 'hunter2' },
        req: { headers: { 'x-authorization': 'hunter2', authorization: 'hunter2', cookie: 'hunter2' } },
        config: { conductorToken: 'hunter2', apiKeys: ['hunter2'] },
      },
      'signed in',
    ),
  );
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines).toMatchObject([{ token: '[hidden]', serviceKey: { keyId: 'key', keySecret: '[hidden]' } }]);
});
