import type { AdmissionLimits } from '../../src/gateway/operation/admission/admission.ts';
import type { GatewayLimits, GatewayOptions } from '../../src/gateway/options.ts';

/** The limits on what an operation may ask for, as they are by default. */
export const ADMISSION_LIMITS: AdmissionLimits & Pick<GatewayLimits, 'headersMs' | 'requestMs'> = {
  headersMs: 10_000,
  requestMs: 30_000,
  documentLines: 5000,
  documentTokens: 10_000,
  documentDepth: 20,
  documentFragments: 40,
  documentOperations: 50,
  documentAliases: 100,
  documentRootFields: 100,
  documentDirectives: 100,
  documentMerges: 20_000,
  listItems: 1000,
  operationCost: 500_000,
};

/** The other options that say whom the gateway serves; no caller is held up. */
export const ADMISSION: Pick<
  GatewayOptions,
  'landingPage' | 'trustedProxies' | 'persistedOperations' | 'redisUrl' | 'rateLimit' | 'signInLimit'
> = {
  landingPage: true,
  trustedProxies: [],
  persistedOperations: { mode: 'off', list: new Map(), apqBytes: 1024 * 1024 },
  redisUrl: null,
  rateLimit: { points: 1_000_000_000, windowMs: 60_000 },
  signInLimit: { points: 1000, windowMs: 60_000 },
};
