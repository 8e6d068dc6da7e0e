import { isIP } from 'node:net';
import { z } from 'zod';
import { amount, settingInfo } from './setting-kinds.ts';

const counted = amount(1, 1_000_000);
const points = amount(1, 1_000_000_000_000, ' (points)');

const allowance = amount(0, 1_000_000_000_000);
const attempts = amount(0, 1_000_000);
const milliseconds = amount(100, 600_000, ' (milliseconds)');
const seconds = amount(1, 86_400, ' (seconds)');
const bytes = amount(0, 1_073_741_824, ' (bytes)');

const modes = ['off', 'log', 'allow-listed', 'id-only'] as const;

/** Takes an address, or a network such as `10.0.0.0/8`. */
const network = z.string().refine((text) => {
  const [address = '', bits, ...rest] = text.split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest))
  );
});

const networks = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(network).readonly(),
);

/** Settings that bound what a client may ask for in one operation. */
export const limitSettings = {
  headersMs: milliseconds.schema.default(10_000).register(settingInfo, {
    description: 'Time within which the headers of a request must arrive',
    allowed: milliseconds.allowed,
  }),
  requestMs: milliseconds.schema.default(30_000).register(settingInfo, {
    description: 'Time within which a whole request must arrive',
    allowed: milliseconds.allowed,
  }),
  documentLines: counted.schema.default(5000).register(settingInfo, {
    description: 'Lines that a document may have',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentTokens: counted.schema.default(10_000).register(settingInfo, {
    description: 'Words, numbers and signs that a document may have',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentDepth: counted.schema.default(20).register(settingInfo, {
    description: 'Levels of fields below fields that an operation may have',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentFragments: counted.schema.default(40).register(settingInfo, {
    description: 'Fragments that a document may define',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentOperations: counted.schema.default(50).register(settingInfo, {
    description: 'Operations that a document may have, of which one is executed',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentAliases: counted.schema.default(100).register(settingInfo, {
    description: 'Aliases that an operation may have',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentRootFields: counted.schema.default(100).register(settingInfo, {
    description: 'Fields that an operation may have at its root',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentDirectives: counted.schema.default(100).register(settingInfo, {
    description: 'Directives that a document may have',
    allowed: counted.allowed,
    reloadable: true,
  }),
  documentMerges: counted.schema.default(20_000).register(settingInfo, {
    description:
      'Fields that a document may have with its fragments in their places, each as often as it is merged with another',
    allowed: counted.allowed,
    reloadable: true,
  }),
  listItems: counted.schema.default(1000).register(settingInfo, {
    description: 'Items that a list in an argument or a variable may have',
    allowed: counted.allowed,
    reloadable: true,
  }),
  operationCost: points.schema.default(500_000).register(settingInfo, {
    description: 'Points that an operation may cost, by the estimate made before it is executed',
    allowed: points.allowed,
    reloadable: true,
  }),
  ratePoints: allowance.schema.default(10_000_000).register(settingInfo, {
    description: 'Points that the operations of one caller may cost within `rateSeconds`; 0: no limit',
    allowed: allowance.allowed,
    reloadable: true,
  }),
  rateSeconds: seconds.schema.default(60).register(settingInfo, {
    description: 'Seconds after which a caller has all of its points again',
    allowed: seconds.allowed,
    reloadable: true,
  }),
  signInAttempts: attempts.schema.default(30).register(settingInfo, {
    description: 'Times that `generateToken` may be called from one address within a minute; 0: no limit',
    allowed: attempts.allowed,
    reloadable: true,
  }),
  trustedProxies: networks.default([]).register(settingInfo, {
    description: 'Proxies in front of the gateway whose `Forwarded` and `X-Forwarded-…` headers are believed',
    allowed: 'addresses and networks such as 10.0.0.0/8, separated by commas (in a file: a list)',
    defaultText: 'none',
  }),
  persistedOperations: z
    .enum(modes)
    .default('off')
    .register(settingInfo, {
      description:
        'What the list of persisted operations means: others are logged, or refused, or even their text is',
      allowed: modes.join(', '),
      reloadable: true,
    }),
  persistedOperationsFile: z.string().min(1).nullable().default(null).register(settingInfo, {
    description:
      'That list: an Apollo manifest, a Relay map, or the `persisted-documents.json` of the client preset',
    allowed: 'a file; needed unless persistedOperations is off',
    reloadable: true,
    defaultText: 'none',
  }),
  apqBytes: bytes.schema.default(8_388_608).register(settingInfo, {
    description: 'Documents that clients may register by their hash (APQ), used last; 0: none',
    allowed: bytes.allowed,
  }),
};
