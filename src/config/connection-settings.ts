import { z } from 'zod';
import { settingInfo } from './setting-kinds.ts';

const pemAllowed = 'a file of PEM text';
const hostName = z.string().regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i);
const proxyUrl = z
  .string()
  .refine((text) => text === 'off' || /^https?:$/.test(URL.parse(text)?.protocol ?? ''));

const caFile = (upstream: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .register(settingInfo, {
      description: `Certificates of the authorities that the ${upstream} is trusted by, such as a private one`,
      allowed: pemAllowed,
      defaultText: 'those that Node trusts',
    });

const certFile = (upstream: string, key: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .register(settingInfo, {
      description: `Certificate that the gateway shows to the ${upstream}, with those that lead to its authority`,
      allowed: `${pemAllowed}, together with ${key}`,
      defaultText: 'none',
    });

const keyFile = (certificate: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .register(settingInfo, {
      description: 'Private key of that certificate, not encrypted',
      allowed: `${pemAllowed}, together with ${certificate}`,
      defaultText: 'none',
    });

const serverName = (upstream: string, url: string) =>
  hostName
    .nullable()
    .default(null)
    .register(settingInfo, {
      description: `Name that the certificate of the ${upstream} must have, where its URL has another`,
      allowed: 'a host name',
      defaultText: `the host of \`${url}\``,
    });

const proxy = (upstream: string) =>
  proxyUrl
    .nullable()
    .default(null)
    .register(settingInfo, {
      description: `HTTP proxy on the way to the ${upstream}, or \`off\``,
      allowed: 'an http or https URL, with user and password if the proxy asks for them, or off',
      defaultText: '`HTTPS_PROXY` or `HTTP_PROXY`, unless `NO_PROXY` names the host',
      secret: true,
    });

/** The settings of connections to upstreams: what is trusted, what the gateway shows of itself, and the way there. */
export const connectionSettings = {
  authorizationCaFile: caFile('authorization API'),
  authorizationCertFile: certFile('authorization API', 'authorizationKeyFile'),
  authorizationKeyFile: keyFile('authorizationCertFile'),
  authorizationServerName: serverName('authorization API', 'authorizationUrl'),
  authorizationProxy: proxy('authorization API'),
  workflowCaFile: caFile('workflow engine'),
  workflowCertFile: certFile('workflow engine', 'workflowKeyFile'),
  workflowKeyFile: keyFile('workflowCertFile'),
  workflowServerName: serverName('workflow engine', 'workflowUrl'),
  workflowProxy: proxy('workflow engine'),
};
