import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type HostRuleOptions, hostRule, isHostPattern } from '../../src/http/host-rule.ts';

/** Whether a server takes each of these, on a connection that came to `localAddress`. */
function taken(options: HostRuleOptions, headers: readonly string[], localAddress = '127.0.0.1'): string[] {
  const connection = Object.defineProperty(new Socket(), 'localAddress', { value: localAddress });
  const rule = hostRule(options);
  // Twice: what is remembered must not differ from what was found.
  for (const header of headers) expect(rule(header, connection)).toBe(rule(header, connection));
  return headers.filter((header) => rule(header, connection));
}

const OF_LOOPBACK = [
  'localhost',
  'localhost:4000',
  'localhost:',
  'LocalHost:1',
  'localhost.',
  'localhost.:4000',
  '127.0.0.1',
  '127.0.0.1:65535',
  '127.255.0.9:4000',
  '[::1]',
  '[::1]:4000',
  '[0:0:0:0:0:0:0:1]:4000',
];
const OF_OTHERS = [
  '',
  'evil.example',
  'evil.example:4000',
  'localhost.evil.example',
  'xlocalhost',
  'sub.localhost',
  'localhost..',
  '127.0.0.1.evil.example',
  '127.0.0.1.',
  '128.0.0.1',
  '0.0.0.0',
  '10.0.0.7',
  '192.168.1.5:4000',
  '[::]',
  '[::2]',
  '[::ffff:127.0.0.1]',
  '::1',
  'localhost:4000:1',
  'localhost:x',
  'localhost:99999',
  'evil.example@localhost',
  'localhost@evil.example',
  'localhost/evil.example',
  'localhost#evil.example',
  'localhost?evil.example',
  'localhost\\evil.example',
  'localhost,evil.example',
  'localhost evil.example',
  '%6cocalhost',
  'l\u00bacalhost',
];

describe('a server on loopback', () => {
  test.each([
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    '::1',
    '127.0.0.2',
  ])('takes the names of loopback and no others, at %s', (host) => {
    expect(taken({ host }, OF_LOOPBACK)).toEqual(OF_LOOPBACK);
    // WHATWG's reading of "127.0.0.1." is the address itself.
    expect(taken({ host }, OF_OTHERS)).toEqual(['127.0.0.1.']);
  });

  test('takes what is allowed besides, in any case and on any port, and still no others', () => {
    const allowedHosts = ['Gateway', 'b\u00fccher.example', '*.team.example', '10.0.0.7', 'fe80::1'];
    const more = ['gateway:80', 'GATEWAY.', 'xn--bcher-kva.example', 'a.team.example', 'a.b.team.example:1'];
    const addresses = ['10.0.0.7:4000', '[fe80::1]:4000'];
    const others = ['team.example', 'xteam.example', 'gateway.evil.example', 'evil.example', '10.0.0.8'];
    expect(
      taken({ host: '127.0.0.1', allowedHosts }, [...more, ...addresses, ...others, ...OF_LOOPBACK]),
    ).toEqual([...more, ...addresses, ...OF_LOOPBACK]);
  });

  test('takes every host where it is told so', () => {
    expect(taken({ host: '127.0.0.1', allowedHosts: ['*'] }, OF_OTHERS)).toEqual(OF_OTHERS);
  });
});

test.each([
  '0.0.0.0',
  '::',
  '0',
])('a server on all interfaces, %s, takes every address, which stands for nothing else, and no name but loopback', (host) => {
  const addresses = ['10.0.0.7:4000', '192.168.1.5', '[fd00::7]:4000', '203.0.113.9', '[::ffff:127.0.0.1]'];
  const names = ['evil.example', 'rolegraph', 'gateway:4000', '10.0.0.7.nip.io', 'a.10'];
  expect(taken({ host }, [...OF_LOOPBACK, ...addresses, ...names])).toEqual([...OF_LOOPBACK, ...addresses]);
});

describe('a server on one interface', () => {
  test('takes its own address alone', () => {
    const own = ['192.168.1.5', '192.168.1.5:4000'];
    const headers = [...own, '192.168.1.6', 'localhost', '127.0.0.1:4000', 'evil.example'];
    expect(taken({ host: '192.168.1.5' }, headers, '192.168.1.5')).toEqual(own);
  });

  test('takes its own name, and the address that the name stands for', () => {
    const own = ['gw.lan:4000', 'GW.LAN', '192.168.1.5:4000'];
    expect(taken({ host: 'gw.lan' }, [...own, 'evil.lan', '192.168.1.6'], '::ffff:192.168.1.5')).toEqual(own);
  });
});

test('what is remembered has an end, and what comes after it is taken all the same', () => {
  const headers = Array.from({ length: 300 }, (_, port) => `localhost:${port}`);
  expect(taken({ host: '127.0.0.1' }, headers)).toEqual(headers);
});

test.each<[string, boolean]>([
  ['gateway', true],
  ['gw.example.com', true],
  ['*.example.com', true],
  ['*', true],
  ['10.0.0.7', true],
  ['fe80::1', true],
  ['[::1]', true],
  ['b\u00fccher.example', true],
  ['', false],
  ['gateway:4000', false],
  ['[::1]:4000', false],
  ['https://gw.example.com', false],
  ['gw.example.com/', false],
  ['*.', false],
  ['*example.com', false],
  ['a.*.com', false],
  ['a b', false],
])('allowedHosts may hold "%s": %s', (text, may) => {
  expect(isHostPattern(text)).toBe(may);
});
