import type { Config } from '../config/settings.ts';
import type { GatewayLimits } from '../gateway/options.ts';
import type { StreamLimits } from '../gateway/subscriptions/limits.ts';

/** Takes the bounds on operations from a configuration. */
export function limitsOf(config: Config): GatewayLimits {
  const { requestBytes, headersMs, requestMs, responseBytes, restCalls, connectMs, callMs, operationMs } =
    config;
  const { longRestCalls, longOperationMs, longWorkShare } = config;
  const { repeats, pauseMs, memoryBytes, shareReads, connections, queuedCalls } = config;
  const { documentLines, documentTokens, documentDepth, documentFragments, documentOperations } = config;
  const { documentAliases, documentRootFields, documentDirectives, documentMerges } = config;
  const { listItems, operationCost } = config;
  return {
    documentLines,
    documentTokens,
    documentDepth,
    documentFragments,
    documentOperations,
    documentAliases,
    documentRootFields,
    documentDirectives,
    documentMerges,
    listItems,
    operationCost,
    requestBytes,
    headersMs,
    requestMs,
    responseBytes,
    restCalls,
    connectMs,
    callMs,
    operationMs,
    longRestCalls,
    longOperationMs,
    repeats,
    pauseMs,
    memoryBytes,
    shareReads,
    connections,
    longWorkShare,
    queuedCalls,
  };
}

/** Takes the bounds on streams from a configuration. */
export function streamLimitsOf(config: Config): StreamLimits {
  const { streams, streamsPerCaller, streamsPerSocket, streamBufferBytes, streamKeepAliveMs, tokenCheckMs } =
    config;
  return { streams, streamsPerCaller, streamsPerSocket, streamBufferBytes, streamKeepAliveMs, tokenCheckMs };
}
