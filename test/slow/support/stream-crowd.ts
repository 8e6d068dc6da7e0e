import { type Follower, follow, TRANSPORTS } from '../../subscriptions/follower.ts';

/** How a stream ended: with the `extensions` of an error, or without any. */
export type Ending = Readonly<Record<string, unknown>> | 'without an error';

/** Many streams of one subscription, over all transports in turn, each read as fast as it comes. */
export class StreamCrowd {
  /** How those ended that did. */
  readonly endings: Ending[] = [];
  readonly #followers: Follower[] = [];
  readonly #readers: Promise<void>[] = [];

  static async open(count: number, endpoint: string, token: string, query: string): Promise<StreamCrowd> {
    const crowd = new StreamCrowd();
    const where = { endpoint, socketEndpoint: endpoint.replace(/^http/, 'ws') };
    for (let index = 0; index < count; index += 1) {
      const transport = TRANSPORTS[index % TRANSPORTS.length] ?? 'WebSocket';
      const follower = await follow(transport, where, token, query);
      crowd.#followers.push(follower);
      crowd.#readers.push(crowd.#read(follower));
    }
    return crowd;
  }

  /** Waits until all of them have ended. */
  async ended(): Promise<readonly Ending[]> {
    await Promise.all(this.#readers);
    return this.endings;
  }

  /** Ends them all. */
  leave(): void {
    for (const follower of this.#followers) follower.leave();
  }

  async #read(follower: Follower): Promise<void> {
    const ending = await follower.ended().catch(() => null);
    this.endings.push(ending ?? 'without an error');
  }
}
