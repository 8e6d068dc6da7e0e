/**
 * What the `subscribe` resolver of a subscription field gives: the events that its stream is made of. Each event is the
 * root value of one execution, with a context of its own, so the resolver of the field itself reads what is to be sent
 * with the subscriber's own token.
 *
 * An event is an object of its own, made when something happened; subscribers may share it. Reads are shared only by
 * the executions of one event, so they always begin after it.
 *
 * `return()` is called as soon as the stream has ended for whatever reason, also while `next()` is pending. An error
 * that `next()` fails with ends the stream and is told to the client.
 */
export interface SourceStream<Event extends object = object> extends AsyncIterable<Event> {
  [Symbol.asyncIterator](): AsyncIterator<Event>;
  /**
   * The place after which a client goes on that has got every event given before the last call of `next()`: it moves with
   * events that are given, and with what is passed over. Null where there are no places. The place after an event is the
   * event's own property `cursor`, a text. A stream that is ended tells its client from where to go on.
   */
  readonly cursor?: string | null;
  /** Whether this is a live view: an answer that is the same as the one sent before is not sent. */
  readonly isView?: boolean;
}

/** What the resolver of a subscription field throws when its event is not for this subscriber: nothing is sent. */
export class SkippedEvent extends Error {
  override readonly name = 'SkippedEvent';
}
