import { expect, test } from 'vitest';
import { serviceLinks } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import { isServiceLink } from '../../src/config/service-links.ts';
import { settingList } from '../../src/config/settings.ts';

/** What Kubernetes sets in every pod of a namespace with a Service of this name. */
function linksTo(service: string, address = 'tcp://10.0.0.7:80'): NodeJS.ProcessEnv {
  const name = service.toUpperCase().replaceAll('-', '_');
  return {
    [`${name}_SERVICE_HOST`]: '10.0.0.7',
    [`${name}_SERVICE_PORT`]: '80',
    [`${name}_SERVICE_PORT_HTTP`]: '80',
    [`${name}_SERVICE_PORT_GRAPHQL_WS`]: '80',
    [`${name}_PORT`]: address,
    [`${name}_PORT_80_TCP`]: address,
    [`${name}_PORT_80_TCP_PROTO`]: 'tcp',
    [`${name}_PORT_80_TCP_PORT`]: '80',
    [`${name}_PORT_80_TCP_ADDR`]: '10.0.0.7',
  };
}

const plain = loadConfig({ values: new Map() }, {});

test.each([
  'rolegraph',
  'rolegraph-redis',
  'rolegraph-admin',
  'rolegraph-authapi',
  'rolegraph-service',
])('the variables that Kubernetes sets for a Service %s are no configuration', (service) => {
  const env = linksTo(service);
  expect(loadConfig({ values: new Map() }, env)).toEqual(plain);
  expect(serviceLinks(env)).toEqual(Object.keys(env));
});

test.each([
  'udp://10.0.0.7:53',
  'sctp://10.0.0.7:9',
  'tcp://[fd00::7]:80',
  'TCP://10.0.0.7:80',
])('a port that is %s is an address of the platform, beside a port of the file', (address) => {
  const file = new Map([['port', { value: 5000, where: 'flag --port' }]] as const);
  expect(loadConfig({ values: file }, linksTo('rolegraph', address)).port).toBe(5000);
});

test('a port that is a port counts, whatever else the platform set', () => {
  const env = { ...linksTo('rolegraph'), ROLEGRAPH_PORT: '5001', ROLEGRAPH_ADMIN_PORT: '5002' };
  expect(loadConfig({ values: new Map() }, env)).toMatchObject({ port: 5001, adminPort: 5002 });
});

test.each([
  ['ROLEGRAPH_PORT', 'http://10.0.0.7:80', 'an integer from 0 to 65535'],
  ['ROLEGRAPH_SERVICE_HOSTS', 'a', 'Unknown environment variable'],
  ['ROLEGRAPH_PORT_TCP', 'a', 'Unknown environment variable'],
])('%s=%s is still refused', (variable, value, message) => {
  expect(() => loadConfig({ values: new Map() }, { [variable]: value })).toThrow(message);
});

test('no setting has a name that only the platform sets', () => {
  expect(settingList.filter(({ variable }) => isServiceLink(variable, ''))).toEqual([]);
});
