import { amount, boolean, integer, settingInfo } from './setting-kinds.ts';

const milliseconds = amount(1, 600_000, ' (milliseconds)');
const calls = amount(1, 100_000);
const connections = amount(1, 1024);
const percent = amount(1, 100, ' (percent)');
const longMilliseconds = amount(1, 3_600_000, ' (milliseconds)');
const bytes = amount(1024, 1_073_741_824, ' (bytes)');

/** The settings of REST calls: their times, their repeats, and what upstreams are spared. */
export const upstreamSettings = {
  responseBytes: bytes.schema.default(134_217_728).register(settingInfo, {
    description: 'Longest answer read from an upstream, after decompression',
    allowed: bytes.allowed,
  }),
  restCalls: calls.schema.default(500).register(settingInfo, {
    description: 'REST calls one operation may make',
    allowed: calls.allowed,
    reloadable: true,
  }),
  connectMs: milliseconds.schema.default(1000).register(settingInfo, {
    description: 'Time a connection to an upstream may take to be made',
    allowed: milliseconds.allowed,
  }),
  callMs: milliseconds.schema.default(3000).register(settingInfo, {
    description: 'Time one attempt of a REST call may take',
    allowed: milliseconds.allowed,
    reloadable: true,
  }),
  operationMs: milliseconds.schema.default(10_000).register(settingInfo, {
    description: 'Time one operation may take',
    allowed: milliseconds.allowed,
    reloadable: true,
  }),
  longRestCalls: calls.schema.default(100_000).register(settingInfo, {
    description:
      'REST calls one operation may make that does long work: a review, an export, a plan, an imagined change',
    allowed: calls.allowed,
    reloadable: true,
  }),
  longOperationMs: longMilliseconds.schema.default(600_000).register(settingInfo, {
    description: 'Time such an operation, or one that is sent with `Priority: u=7`, may take',
    allowed: longMilliseconds.allowed,
    reloadable: true,
  }),
  repeats: integer(0, 5).default(2).register(settingInfo, {
    description: 'Times a REST call that failed is sent again at most, where that is safe',
    allowed: 'an integer from 0 to 5',
    reloadable: true,
  }),
  pauseMs: integer(0, 60_000).default(1000).register(settingInfo, {
    description:
      'Time that the circuit to an upstream that keeps failing stays open before the next try. 0 turns the breaker off',
    allowed: 'an integer from 0 to 60000 (milliseconds)',
  }),
  memoryBytes: integer(0, 17_179_869_184).default(268_435_456).register(settingInfo, {
    description:
      'Size of the response cache per upstream. Identical responses are parsed once, and long lists written once. Real memory use is about twice this. 0 turns it off',
    allowed: 'an integer from 0 to 17179869184 (bytes)',
  }),
  shareReads: boolean.default(true).register(settingInfo, {
    description: 'Whether operations with the same token share a REST read that is under way',
    allowed: 'true or false',
  }),
  connections: connections.schema.default(256).register(settingInfo, {
    description: 'Connections kept to one upstream, and REST calls under way to it at once',
    allowed: connections.allowed,
  }),
  longWorkShare: percent.schema.default(5).register(settingInfo, {
    description: 'Part of those connections that all long work together may use at once; at least one',
    allowed: percent.allowed,
  }),
  queuedCalls: calls.schema.default(10_000).register(settingInfo, {
    description: 'REST calls that may wait for one of those connections; operations take turns',
    allowed: calls.allowed,
  }),
};
