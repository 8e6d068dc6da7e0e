import { STREAM_LIMITS } from '../gateway/subscriptions/limits.ts';
import { integer, settingInfo } from './setting-kinds.ts';

/** The settings of subscriptions. */
export const streamSettings = {
  streams: integer(1, 1_000_000).default(STREAM_LIMITS.streams).register(settingInfo, {
    description: 'Subscriptions, and sockets, that one gateway process holds at once',
    allowed: 'an integer from 1 to 1000000',
    reloadable: true,
  }),
  streamsPerCaller: integer(1, 1_000_000).default(STREAM_LIMITS.streamsPerCaller).register(settingInfo, {
    description: 'Subscriptions, and sockets, of one token among them',
    allowed: 'an integer from 1 to 1000000',
    reloadable: true,
  }),
  streamsPerSocket: integer(1, 100_000).default(STREAM_LIMITS.streamsPerSocket).register(settingInfo, {
    description: 'Operations that run at once on one WebSocket',
    allowed: 'an integer from 1 to 100000',
    reloadable: true,
  }),
  streamBufferBytes: integer(65_536, 1_073_741_824)
    .default(STREAM_LIMITS.streamBufferBytes)
    .register(settingInfo, {
      description: 'Messages that wait for a client to take them before no more are made',
      allowed: 'an integer from 65536 to 1073741824 (bytes)',
      reloadable: true,
    }),
  streamKeepAliveMs: integer(1000, 600_000).default(STREAM_LIMITS.streamKeepAliveMs).register(settingInfo, {
    description:
      'Time between two signs of life on a stream; a client that takes nothing for so long is cut off',
    allowed: 'an integer from 1000 to 600000 (milliseconds)',
    reloadable: true,
  }),
  tokenCheckMs: integer(100, 600_000).default(STREAM_LIMITS.tokenCheckMs).register(settingInfo, {
    description:
      'How often a token that holds streams is checked, by one REST call however many streams it holds',
    allowed: 'an integer from 100 to 600000 (milliseconds)',
  }),
};
