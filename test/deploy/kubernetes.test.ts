import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { loadConfig } from '../../src/config/load.ts';
import { settingList } from '../../src/config/settings.ts';
import { hostRule } from '../../src/http/host-rule.ts';
import { manifestFiles, readManifests } from './manifests.ts';
import { unknownProperties, unknownPropertiesOf } from './unknown-properties.ts';

const { deployment, service, disruptionBudget, autoscaler, networkPolicy } = readManifests();
const pod = deployment.spec?.template;
const container = pod?.spec?.containers[0];
const labels = pod?.metadata?.labels;

describe('deploy/kubernetes', () => {
  test('has no property that its kinds do not have', () => {
    expect(manifestFiles()).toHaveLength(5);
    expect(unknownPropertiesOf(manifestFiles())).toEqual([]);
  }, 60_000);

  test('would show a property that is misspelt', () => {
    const misspelt = 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selectors: {} }';
    expect(unknownProperties([misspelt])).toEqual([expect.stringContaining('selectors')]);
  }, 60_000);

  test('runs the image of this version, with settings that there are', () => {
    expect(container?.image).toBe(`rolegraph:${packageJson.version}`);
    const variables = settingList.map(({ variable }) => variable);
    const set = container?.env?.map(({ name }) => name) ?? [];
    expect(set.length).toBeGreaterThan(2);
    const others = set.filter((name) => !variables.includes(name));
    expect(others).toEqual(['POD_NAMESPACE']);
  });

  test('answers to the names of its Service and to the addresses of its pods, and to no others', () => {
    const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
    const [, host = ''] = /ROLEGRAPH_HOST=(\S+)/.exec(dockerfile) ?? [];
    const allowed = container?.env?.find(({ name }) => name === 'ROLEGRAPH_ALLOWED_HOSTS')?.value;
    const { allowedHosts } = loadConfig(
      { values: new Map() },
      { ROLEGRAPH_ALLOWED_HOSTS: allowed?.replaceAll('$(POD_NAMESPACE)', 'team') },
    );
    const rule = hostRule({ host, allowedHosts });
    const name = service.metadata?.name ?? '';
    const names = ['', '.team', '.team.svc', '.team.svc.cluster.local'].map((rest) => name + rest);
    const addresses = ['10.244.1.7:4001', '[fd00::7]:4000'];
    const others = ['evil.example', `${name}.other`, `${name}.evil.example`];
    const connection = new Socket();
    const all = [...names, ...addresses, ...others];
    expect(all.filter((header) => rule(header, connection))).toEqual([...names, ...addresses]);
  });

  test('keeps the variables of the namespace’s Services out of the pod', () => {
    expect(pod?.spec?.enableServiceLinks).toBe(false);
  });

  test('selects the pods that it makes, everywhere', () => {
    expect(labels).toBeDefined();
    expect(deployment.spec?.selector.matchLabels).toEqual(labels);
    expect(service.spec?.selector).toEqual(labels);
    expect(disruptionBudget.spec?.selector?.matchLabels).toEqual(labels);
    expect(networkPolicy.spec?.podSelector?.matchLabels).toEqual(labels);
    expect(autoscaler.spec?.scaleTargetRef).toEqual({
      apiVersion: deployment.apiVersion,
      kind: deployment.kind,
      name: deployment.metadata?.name,
    });
  });

  test('names no port but those of the container', () => {
    const ports = container?.ports?.map(({ name }) => name) ?? [];
    const probes = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];
    const named = [
      ...probes.map((probe) => probe?.httpGet?.port),
      ...(service.spec?.ports?.map(({ targetPort }) => targetPort) ?? []),
      ...(networkPolicy.spec?.ingress?.flatMap((rule) => rule.ports?.map(({ port }) => port)) ?? []),
    ];
    expect(named.filter((port) => !ports.some((name) => name === port))).toEqual([]);
  });

  test('lets nothing in the container gain rights or write', () => {
    expect(pod?.spec?.securityContext?.runAsNonRoot).toBe(true);
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('bounds what the operating system holds for clients that do not read: 50 take less than 10 MiB', () => {
    const [sysctl] = pod?.spec?.securityContext?.sysctls ?? [];
    expect(sysctl?.name).toBe('net.ipv4.tcp_wmem');
    expect(50 * Number(sysctl?.value.split(' ')[2])).toBeLessThan(10 * 1024 * 1024);
  });

  test('has a place to write at, where the image keeps its data and nowhere else', () => {
    const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
    const [, data] = /ROLEGRAPH_DATA=(\S+)/.exec(dockerfile) ?? [];
    const volumes = pod?.spec?.volumes?.map(({ name, emptyDir }) => [name, emptyDir !== undefined]);
    expect(volumes).toEqual([['data', true]]);
    expect(container?.volumeMounts).toEqual([{ name: 'data', mountPath: data }]);
  });

  test('ends no pod before it has drained and finished its longest operation', () => {
    const drainMs = Number(container?.env?.find(({ name }) => name === 'ROLEGRAPH_DRAIN_MS')?.value);
    const operationMs = Number(settingList.find(({ name }) => name === 'operationMs')?.default);
    const graceMs = (pod?.spec?.terminationGracePeriodSeconds ?? 0) * 1000;
    expect(drainMs).toBeGreaterThan(0);
    expect(graceMs).toBeGreaterThan(drainMs + operationMs);
  });
});
