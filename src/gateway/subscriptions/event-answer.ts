import { unwrapResolverError } from '@apollo/server/errors';
import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql';
import type { OperationContext } from '../operation/context.ts';
import { UpstreamError } from '../upstream/errors/upstream-error.ts';
import { momentOf } from './moment.ts';
import { SkippedEvent } from './source-stream.ts';
import { StreamEnded } from './stream-end.ts';

/** What sets the executions of one stream apart. */
export interface EventContextParts {
  readonly id: string;
  /** Names the event: reads are shared with those of the same moment only. */
  readonly moment: string;
  /** Registers what to do when the stream ends. */
  readonly whenClientLeaves: (leave: () => void) => void;
}

/** What the executions of one stream have in common. */
export interface EventExecution {
  readonly args: Omit<ExecutionArgs, 'rootValue' | 'contextValue'>;
  /** Makes the context of one execution. */
  createContext(parts: EventContextParts): OperationContext;
  /**
   * Takes what one execution costs from the points of the subscriber.
   * @throws {GraphQLError} they are used up.
   */
  pay(): Promise<void>;
  /**
   * Asks the upstreams whether the subscriber's token still holds.
   * @throws {UpstreamError} what they say if it does not.
   */
  confirm(context: OperationContext): Promise<unknown>;
}

/**
 * Executes a subscription on one event, with reads that begin after it.
 *
 * What had to be left out of a list is told beside the answer, as in that of a query.
 *
 * Nothing is answered on the strength of no read: where the execution made none, or one was refused for its token, the
 * upstream is asked about the token itself.
 *
 * @returns null if the event is not for this subscriber.
 * @throws {StreamEnded} the token does not hold any more, or nobody can tell.
 * @throws {GraphQLError} the field itself failed, so that the event would be lost: the stream must end before it.
 */
export async function answerEvent(
  { args, createContext, confirm }: Omit<EventExecution, 'pay'>,
  event: object,
  parts: Omit<EventContextParts, 'moment'>,
): Promise<ExecutionResult | null> {
  const contextValue = createContext({ ...parts, moment: momentOf(event) });
  try {
    return await answerIn(contextValue, { args, confirm }, event);
  } finally {
    contextValue.observed?.streamWorkEnded();
  }
}

async function answerIn(
  contextValue: OperationContext,
  { args, confirm }: Pick<EventExecution, 'args' | 'confirm'>,
  event: object,
): Promise<ExecutionResult | null> {
  const budget = contextValue.left().restCalls;
  const result = await execute({ ...args, rootValue: event, contextValue });
  const { errors = [] } = result;
  if (errors.some((error) => unwrapResolverError(error) instanceof SkippedEvent)) return null;
  if (contextValue.left().restCalls === budget || errors.some(isAboutToken))
    await confirm(contextValue).catch(endStream);
  const failed = errors.find(({ path }) => path === undefined || path.length < 2);
  if (failed) throw failed;
  const { reported } = contextValue;
  return reported.size === 0
    ? result
    : { ...result, errors: [...errors, ...Array.from(reported, ofNoField)] };
}

/** Writes what is wrong with what was read, where no field can tell, as an answer to a query has it. */
function ofNoField({ message, code }: UpstreamError): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function isAboutToken(error: GraphQLError): boolean {
  const original = unwrapResolverError(error);
  return original instanceof UpstreamError && original.code === 'UNAUTHENTICATED';
}

function endStream(error: unknown): never {
  if (!(error instanceof UpstreamError)) throw error;
  throw new StreamEnded(isRefusal(error) ? 'UNAUTHENTICATED' : 'UNCHECKED_EVENT');
}

/** Tells whether an upstream refused a token, rather than failed to look at it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN');
}
