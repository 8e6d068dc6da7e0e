import { z } from 'zod';
import { boolean, host, hostAllowed, integer, settingInfo } from './setting-kinds.ts';

const loggedOperations = ['none', 'failed', 'all'] as const;

/** Settings of what those who run the gateway see of it. */
export const operatorSettings = {
  adminHost: host.default('127.0.0.1').register(settingInfo, {
    description: 'Interface the admin port listens on',
    allowed: hostAllowed,
    flag: 'HOST',
  }),
  adminPort: z
    .union([z.literal('off'), integer(0, 65_535)])
    .nullable()
    .default(null)
    .register(settingInfo, {
      description:
        'Port for operators: `/live`, `/ready` and `/metrics`; with workers, each has the next one',
      allowed: 'an integer from 0 to 65535 (0: any free port), or off',
      defaultText: 'the one after `port`',
      flag: 'PORT',
    }),
  drainMs: integer(0, 600_000).default(0).register(settingInfo, {
    description:
      'Time for which a gateway that is told to stop goes on, while `/ready` says that it does, so that balancers notice',
    allowed: 'an integer from 0 to 600000 (milliseconds)',
    reloadable: true,
  }),
  tellCalls: boolean.nullable().default(null).register(settingInfo, {
    description:
      'Whether clients may ask, by the header `X-Upstream-Calls: 1`, which REST calls are behind an answer',
    allowed: 'true or false',
    reloadable: true,
    defaultText: '`true` with the embedded API, `false` with `authorizationUrl`',
    flag: null,
  }),
  logOperations: z
    .enum(loggedOperations)
    .default('failed')
    .register(settingInfo, {
      description: 'Operations that get a line in the log: those with an error, all, or none',
      allowed: loggedOperations.join(', '),
      reloadable: true,
      flag: 'WHICH',
    }),
};
