/** Bounds on streams, each for one gateway process. Times in milliseconds, sizes in bytes. */
export interface StreamLimits {
  /** Streams held at once, and sockets held at once. */
  readonly streams: number;
  /** Streams, and sockets, of one whole credential. */
  readonly streamsPerCaller: number;
  /** Operations under way on one socket. */
  readonly streamsPerSocket: number;
  /** Bytes that wait to be taken by a client before nothing more is read for it. */
  readonly streamBufferBytes: number;
  /** Time between two signs of life, in which a client must take what it is sent. */
  readonly streamKeepAliveMs: number;
  /** Time from one check of a token that holds streams to the next. */
  readonly tokenCheckMs: number;
}

/** The usual bounds. */
export const STREAM_LIMITS: StreamLimits = {
  streams: 20_000,
  streamsPerCaller: 1000,
  streamsPerSocket: 100,
  streamBufferBytes: 65_536,
  streamKeepAliveMs: 12_000,
  tokenCheckMs: 1000,
};
