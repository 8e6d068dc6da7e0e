import { z } from 'zod';
import { changeSettings } from './change-settings.ts';
import { connectionSettings } from './connection-settings.ts';
import { frontSettings } from './front-settings.ts';
import { limitSettings } from './limit-settings.ts';
import { operatorSettings } from './operator-settings.ts';
import {
  amount,
  baseUrl,
  boolean,
  host,
  hostAllowed,
  integer,
  type SettingInfo,
  settingInfo,
  urlAllowed,
} from './setting-kinds.ts';
import { streamSettings } from './stream-settings.ts';
import { upstreamSettings } from './upstream-settings.ts';

const portAllowed = 'an integer from 0 to 65535 (0: any free port)';

const bytes = amount(1024, 1_073_741_824, ' (bytes)');
const workers = amount(1, 256);

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const fields = z.object({
  host: host.default('127.0.0.1').register(settingInfo, {
    description: 'Interface the gateway listens on',
    allowed: hostAllowed,
    flag: 'HOST',
  }),
  port: integer(0, 65_535).default(4000).register(settingInfo, {
    description: 'Port the gateway listens on',
    allowed: portAllowed,
    flag: 'PORT',
  }),
  workers: workers.schema.default(1).register(settingInfo, {
    description: 'Gateway processes that share the port, to use several cores; each needs its own memory',
    allowed: workers.allowed,
    flag: 'N',
  }),
  authorizationUrl: baseUrl.nullable().default(null).register(settingInfo, {
    description: 'Conductor server whose authorization API is used, with or without a trailing `/api`',
    allowed: urlAllowed,
    defaultText: 'start the embedded API',
    flag: 'URL',
  }),
  workflowUrl: baseUrl.nullable().default(null).register(settingInfo, {
    description: 'PrivX workflow engine that role workflows and access requests are read from',
    allowed: urlAllowed,
    defaultText: 'the embedded API, or none beside `authorizationUrl`',
    flag: 'URL',
  }),
  ...connectionSettings,
  serviceKeyId: z.string().min(1).nullable().default(null).register(settingInfo, {
    description: 'Access key the gateway signs in with for operations that carry no token',
    allowed: 'an access key id, together with serviceKeySecret',
    defaultText: 'none',
  }),
  serviceKeySecret: z.string().min(1).nullable().default(null).register(settingInfo, {
    description: 'Secret of that access key',
    allowed: 'an access key secret, together with serviceKeyId',
    defaultText: 'none',
    secret: true,
  }),
  workflowOauthClientId: z.string().min(1).nullable().default(null).register(settingInfo, {
    description:
      'OAuth client the gateway signs in to the workflow engine with where an operation has no token',
    allowed: 'an OAuth client id, together with the three settings that follow it',
    defaultText: 'none',
  }),
  workflowOauthClientSecret: z.string().min(1).nullable().default(null).register(settingInfo, {
    description: 'Secret of that OAuth client',
    allowed: 'an OAuth client secret, together with workflowOauthClientId',
    defaultText: 'none',
    secret: true,
  }),
  workflowApiClientId: z.string().min(1).nullable().default(null).register(settingInfo, {
    description: 'API client whose rights it then has; an access key id for the embedded API',
    allowed: 'an API client id, together with workflowOauthClientId',
    defaultText: 'none',
  }),
  workflowApiClientSecret: z.string().min(1).nullable().default(null).register(settingInfo, {
    description: 'Secret of that API client',
    allowed: 'an API client secret, together with workflowOauthClientId',
    defaultText: 'none',
    secret: true,
  }),
  ...frontSettings,
  production: boolean.nullable().default(null).register(settingInfo, {
    description:
      'Harden for public use: turns off the web pages, introspection and "did you mean" hints unless you enable them',
    allowed: 'true or false',
    defaultText: '`true` where `NODE_ENV` is `production` and `authorizationUrl` is set',
    flag: null,
  }),
  introspection: boolean.nullable().default(null).register(settingInfo, {
    description: 'Whether clients may introspect the schema, and are told what they may have meant',
    allowed: 'true or false',
    defaultText: '`true` unless `production`',
    flag: null,
  }),
  landingPage: boolean.nullable().default(null).register(settingInfo, {
    description: 'Whether there is Apollo Sandbox at `/`; its script comes from a CDN',
    allowed: 'true or false',
    defaultText: '`true` unless `production`',
    flag: null,
  }),
  explorer: boolean.nullable().default(null).register(settingInfo, {
    description: 'Whether there is GraphiQL at `/explorer`; it needs no other network',
    allowed: 'true or false',
    defaultText: '`true` unless `production`',
    flag: null,
  }),
  console: boolean.nullable().default(null).register(settingInfo, {
    description: 'Whether there is a page at `/console` that draws who may do what, and why',
    allowed: 'true or false',
    defaultText: '`true` unless `production`',
    flag: null,
  }),
  federation: boolean.default(false).register(settingInfo, {
    description: 'Whether the graph is served as a subgraph of Apollo Federation 2',
    allowed: 'true or false',
    flag: null,
  }),
  requestBytes: bytes.schema.default(524_288).register(settingInfo, {
    description: 'Longest body a client may send',
    allowed: bytes.allowed,
  }),
  ...limitSettings,
  ...upstreamSettings,
  ...streamSettings,
  logLevel: z
    .enum(logLevels)
    .default('info')
    .register(settingInfo, {
      description: 'Least severe events that are logged',
      allowed: logLevels.join(', '),
      reloadable: true,
      flag: 'LEVEL',
    }),
  authapiHost: host.default('127.0.0.1').register(settingInfo, {
    description: 'Interface the embedded API listens on',
    allowed: hostAllowed,
    flag: 'HOST',
  }),
  authapiPort: integer(0, 65_535).default(8080).register(settingInfo, {
    description: 'Port the embedded API listens on',
    allowed: portAllowed,
    flag: 'PORT',
  }),
  data: z.string().min(1).default('.rolegraph').register(settingInfo, {
    description: 'Folder in which the embedded API keeps its database and keys, and the gateway its changes',
    allowed: 'a folder, made when missing, or :memory: to keep nothing',
    flag: 'DIR',
  }),
  ...changeSettings,
  ...operatorSettings,
  seed: boolean.nullable().default(null).register(settingInfo, {
    description: 'Whether an empty data folder is filled with a sample organisation',
    allowed: 'true or false',
    defaultText: '`true` for `serve`, `false` for `authapi`',
    flag: null,
  }),
});

const togetherOrNotAtAll = [
  ['authorizationCertFile', 'authorizationKeyFile'],
  ['workflowCertFile', 'workflowKeyFile'],
  ['serviceKeyId', 'serviceKeySecret'],
  ['workflowOauthClientId', 'workflowOauthClientSecret', 'workflowApiClientId', 'workflowApiClientSecret'],
] as const;

/** The one schema of the configuration: file, environment, flags, README and `.env.example` follow it. */
export const settings = fields.superRefine((config, context) => {
  for (const names of togetherOrNotAtAll) {
    const missing = names.filter((name) => config[name] === null);
    if (missing.length === names.length) continue;
    for (const name of missing) context.addIssue({ code: 'custom', path: [name], message: 'missing' });
  }
  if (config.persistedOperations !== 'off' && config.persistedOperationsFile === null) {
    context.addIssue({ code: 'custom', path: ['persistedOperationsFile'], message: 'missing' });
  }
});

/** The settings that follow from others where they are not set. */
type Derived = 'production' | 'introspection' | 'landingPage' | 'explorer' | 'console';

/** The checked configuration, frozen; `data` and `changes` are absolute paths, or the words that stand for none. */
export type Config = Readonly<Omit<z.output<typeof settings>, Derived> & Record<Derived, boolean>>;

/** The name of a setting, as in a configuration file. */
export type SettingName = keyof Config;

/** A setting with every name it goes by. */
export interface Setting extends SettingInfo {
  readonly name: SettingName;
  /** Environment variable, e.g. `ROLEGRAPH_LOG_LEVEL`. */
  readonly variable: string;
  /** Flag in kebab case without dashes, e.g. `log-level`. */
  readonly flagName: string;
  /** The default as JSON would hold it; null where {@link SettingInfo.defaultText} says what happens. */
  readonly default: unknown;
}

/** Every setting, in the order of the documentation. */
export const settingList: readonly Setting[] = Object.entries(fields.shape).map(([key, schema]) => {
  const info = settingInfo.get(schema);
  if (info === undefined) throw new Error(`Setting ${key} is not described`);
  const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    ...info,
    name: key as SettingName,
    variable: `ROLEGRAPH_${kebab.replaceAll('-', '_').toUpperCase()}`,
    flagName: kebab,
    default: schema.parse(undefined),
  };
});
