import { expect, test } from 'vitest';
import { proxyFor } from '../../src/config/proxy.ts';

const HTTPS = 'https://conductor.example.com/api';
const HTTP = 'http://conductor.example.com';
const PROXIES = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2', NO_PROXY: 'a.example,b' };

test('an upstream is reached through the proxy of its setting, or through none', () => {
  expect(proxyFor(HTTPS, 'http://own:3', PROXIES)).toEqual({ url: 'http://own:3', except: '' });
  expect(proxyFor('http://127.0.0.1:8080', 'http://own:3', PROXIES)?.url).toBe('http://own:3');
  expect(proxyFor(HTTPS, 'off', PROXIES)).toBeNull();
  expect(proxyFor(HTTPS, null, {})).toBeNull();
});

test('else the usual variables say which, by the protocol of the upstream, and for whom not', () => {
  expect(proxyFor(HTTPS, null, PROXIES)).toEqual({ url: 'http://secure:1/', except: 'a.example,b' });
  expect(proxyFor(HTTP, null, PROXIES)).toEqual({ url: 'http://plain:2/', except: 'a.example,b' });
  expect(proxyFor(HTTPS, null, { HTTP_PROXY: 'http://plain:2' })).toBeNull();
  const small = { ...PROXIES, https_proxy: 'proxy.example:3128', no_proxy: 'c' };
  expect(proxyFor(HTTPS, null, small)).toEqual({ url: 'http://proxy.example:3128/', except: 'c' });
  expect(proxyFor(HTTPS, null, { ...PROXIES, https_proxy: '' })).toBeNull();
});

test.each([
  'http://localhost:8080',
  'http://127.8.0.1',
  'http://[::1]:1',
])('the variables do not apply to %s, which is this machine', (url) => {
  expect(proxyFor(url, null, PROXIES)).toBeNull();
});

test('a variable that is no proxy is named, without its value', () => {
  const env = { HTTPS_PROXY: 'socks5://user:hunter2@proxy:1' };
  expect(() => proxyFor(HTTPS, null, env)).toThrow(/^HTTPS_PROXY .*NO_PROXY$/);
  expect(() => proxyFor(HTTPS, null, env)).not.toThrow(/hunter2/);
});
