import { z } from 'zod';
import { isHostPattern } from '../http/host-rule.ts';
import { baseUrl, boolean, settingInfo, urlAllowed } from './setting-kinds.ts';

/** A list, or its entries with commas between them, as environment variables and flags hold it. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
    z.array(item).readonly(),
  );
}

/** Takes an origin in any spelling, and keeps it in that of browsers. */
const origin = z
  .string()
  .refine((text) => /^https?:\/\/[^/?#@\\\s]+$/i.test(text) && URL.canParse(text))
  .transform((text) => new URL(text).origin);

/** What is found below a public URL is no part of it. */
const OWN_PATHS = /\/(graphql|explorer|console)\/?$/;

const publicUrl = baseUrl.refine((text) => {
  const path = URL.parse(text)?.pathname ?? '';
  return !OWN_PATHS.test(path) && !path.includes('//');
});

/** Settings of where clients, browsers above all, reach the gateway. */
export const frontSettings = {
  publicUrl: publicUrl
    .nullable()
    .default(null)
    .register(settingInfo, {
      description:
        'URL below which clients reach the gateway, where a proxy stands in front: pages, links and checks of origins go by it',
      allowed: `${urlAllowed}, and without /graphql, e.g. https://api.example.com/rolegraph/`,
      defaultText: 'where the gateway listens',
      flag: 'URL',
    }),
  allowedHosts: listOf(z.string().refine(isHostPattern)).default([]).register(settingInfo, {
    description:
      'Hosts that requests may name, besides those of loopback, `host` and `publicUrl`; others are refused with 421',
    allowed:
      'host names and addresses without ports, *.example.com for all below a name, or * for every host, separated by commas (in a file: a list)',
    defaultText: 'none; any address where it listens on all interfaces',
    flag: 'HOSTS',
  }),
  corsOrigins: listOf(origin).default([]).register(settingInfo, {
    description: 'Origins, besides Apollo Sandbox, that browsers may call from',
    allowed: 'origins such as https://app.example.com, separated by commas (in a file: a list)',
    reloadable: true,
    defaultText: 'none',
    flag: 'ORIGINS',
  }),
  compression: boolean.default(true).register(settingInfo, {
    description:
      'Whether long answers to queries, and files of pages, are compressed for clients that ask for it; streams and answers to mutations never are',
    allowed: 'true or false',
  }),
};
