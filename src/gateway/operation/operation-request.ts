import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { SentCredential } from '../credentials/sent-credential.ts';
import type { Progress } from '../upstream/client/operation.ts';
import type { StreamWork } from './observation/observed-operation.ts';

/** Takes a subscription that is ready to be executed; what it gives back are the errors that kept it from opening. */
export type OpenStream = (args: ExecutionArgs) => Promise<ExecutionResult>;

/** What an operation takes from the HTTP request that brought it. */
export interface OperationRequest {
  readonly id: string;
  /** Nobody's identity: what they say of that is in `credential`. */
  readonly headers: IncomingHttpHeaders;
  readonly credential: SentCredential;
  /** The address of the client, in front of the proxies that are trusted. */
  readonly address: string;
  /** Registers what to do when the client hangs up before its answer is written. */
  readonly whenClientLeaves: (leave: () => void) => void;
  /** Opens the stream of a subscription; left out where none can be answered. */
  readonly openStream?: OpenStream | null;
  /** Names the event that it is executed on, which all its reads are to begin after. */
  readonly moment?: string;
  /** Told when it turns out to do long work, with what says how far it is. */
  readonly onLongWork?: (progress: () => Progress) => void;
  /** What is done for a stream that is open, after the operation that opened it was answered. */
  readonly streamWork?: StreamWork;
}
