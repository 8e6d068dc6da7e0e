import type { ApolloServer, GraphQLResponse } from '@apollo/server';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { OperationContext } from '../../operation/context.ts';
import type { Asks } from '../../subscriptions/callers.ts';
import type { Send } from '../../subscriptions/event-stream.ts';
import type { Streams } from '../../subscriptions/streams.ts';

/** An operation that gave nothing but errors, or a stream that ended with one. */
export class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super('an operation failed');
    this.errors = errors;
  }
}

export interface SocketOperationParts {
  readonly apollo: ApolloServer<OperationContext>;
  readonly streams: Streams;
  readonly id: string;
  readonly asks: Asks;
  readonly payload: SubscribePayload;
  /** Sends a result of this operation. */
  readonly send: Send;
}

/**
 * One operation on a socket, in the form in which graphql-ws keeps operations: an iteration. It gives no values, since
 * results are sent in the very turn in which they are found to be true; it ends with the operation, and ends it when it
 * is told to.
 */
export class SocketOperation implements AsyncGenerator<never, void> {
  readonly #parts: SocketOperationParts;
  readonly #leaves = new Set<() => void>();
  #hasLeft = false;

  constructor(parts: SocketOperationParts) {
    this.#parts = parts;
  }

  /** Runs the operation to its end. Throws {@link OperationFailed} for errors that no result carries. */
  async next(): Promise<IteratorResult<never, void>> {
    const { apollo, streams, id, asks, payload, send } = this.#parts;
    const { query, operationName, variables, extensions } = payload;
    const request = {
      query,
      ...(operationName && { operationName }),
      ...(variables && { variables }),
      ...(extensions && { extensions }),
    };
    const whenClientLeaves = (leave: () => void) => {
      if (this.#hasLeft) leave();
      else this.#leaves.add(leave);
    };
    const opened = await streams.open({ ...asks, id, whenClientLeaves }, (contextValue) =>
      apollo.executeOperation(request, { contextValue }),
    );
    if ('stream' in opened) {
      const error = await opened.stream.deliver(send);
      if (error) throw new OperationFailed([error]);
    } else {
      const result = resultOf(opened.answer);
      if (result.data === undefined && result.errors) throw new OperationFailed(result.errors);
      if (!this.#hasLeft) await send(result);
    }
    return OVER;
  }

  /** Ends it, since its client has left: reads under way are cancelled. */
  async return(): Promise<IteratorResult<never, void>> {
    this.#hasLeft = true;
    for (const leave of this.#leaves) leave();
    return OVER;
  }

  throw(): Promise<IteratorResult<never, void>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

const OVER = { done: true, value: undefined } as const;

function resultOf({ body }: GraphQLResponse): FormattedExecutionResult {
  if (body.kind === 'single') return body.singleResult;
  throw new Error('an answer in parts to a client that did not ask for parts');
}
