import { z } from 'zod';
import { integer, settingInfo } from './setting-kinds.ts';

/** Settings of the journal of changes, and of those who follow it. */
export const changeSettings = {
  changes: z.string().min(1).nullable().default(null).register(settingInfo, {
    description:
      'SQLite file in which changes are kept, to be followed; `off`: none are, and none can be followed',
    allowed: 'a file, :memory: to forget them at the end, or off',
    defaultText: 'a file in the `data` folder',
    flag: 'FILE',
  }),
  journalFailures: z.enum(['go-on', 'refuse']).default('go-on').register(settingInfo, {
    description:
      'What becomes of writes while that file cannot be written: they go on, their changes wait in memory and a crash loses them; or they are refused before they are sent',
    allowed: 'go-on or refuse',
  }),
  historyRows: integer(1, 100_000_000).default(100_000).register(settingInfo, {
    description: 'Changes that are kept for those who resume',
    allowed: 'an integer from 1 to 100000000',
  }),
  historyHours: integer(1, 87_600).default(168).register(settingInfo, {
    description: 'Hours for which changes are kept for those who resume',
    allowed: 'an integer from 1 to 87600 (hours)',
  }),
  redisUrl: z
    .string()
    .refine((text) => /^rediss?:\/\/./.test(text) && URL.canParse(text))
    .nullable()
    .default(null)
    .register(settingInfo, {
      description:
        'Redis through which several replicas of the gateway share their changes, and count the points of callers together',
      allowed: 'a URL such as redis://host:6379 or rediss://user:password@host:6379/0',
      defaultText: 'none: this replica is alone',
      secret: true,
    }),
  streamBacklog: integer(1, 1_000_000).default(1000).register(settingInfo, {
    description:
      'Changes by which a stream may fall behind while its client does not read, before it is closed',
    allowed: 'an integer from 1 to 1000000',
  }),
  watchSeconds: integer(0, 86_400).default(10).register(settingInfo, {
    description:
      'How often to look for changes made elsewhere, with the key `serviceKeyId` or the client `workflowOauthClientId`; without either, or at 0: never',
    allowed: 'an integer from 0 to 86400 (seconds)',
  }),
  watchCalls: integer(0, 100_000).default(100).register(settingInfo, {
    description:
      'REST calls of each look, besides those for lists, for the grants of single users, groups and roles and the keys of single applications, which take turns',
    allowed: 'an integer from 0 to 100000',
  }),
};
