import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { canPin } from './cores.ts';

const PEERS = [
  '@apollo/server',
  '@as-integrations/fastify',
  'fastify',
  'graphql',
  'graphql-jit',
  'graphql-yoga',
  '@envelop/graphql-jit',
  'mercurius',
  '@graphql-hive/gateway',
  '@omnigraph/openapi',
  'dataloader',
  'undici',
];

/** Tells on what was measured, in Markdown. */
export function describeMachine(): string {
  const { dependencies } = createRequire(import.meta.url)('./package.json') as {
    dependencies: Record<string, string>;
  };
  const [cpu] = cpus();
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim();
  return [
    `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Rolegraph at ${commit || 'an unknown commit'}, Node ${process.version}, Linux ${release()}`,
    `- ${availableParallelism()} cores (${cpu?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB; load average before the run ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`,
    canPin
      ? '- the server under test alone on core 0; the upstream and the load generator on core 1'
      : '- **not bound to cores** (`taskset` or a second core is missing): servers, upstream and load generator disturb each other',
    `- ${PEERS.map((name) => `${name} ${dependencies[name]}`).join(', ')}`,
  ].join('\n');
}
