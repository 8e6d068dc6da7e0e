import { type Child, startChild } from './child.ts';

/** How the upstream answers. */
export interface Answering {
  /** Milliseconds before each answer. */
  readonly delayMs: number;
  /** Whether bodies differ in one field on every answer. */
  readonly changing: boolean;
  /** Whether calls are held until no other comes, to count round trips. */
  readonly waves?: boolean;
}

/** What the upstream saw since it was controlled last. */
export interface Seen {
  readonly calls: number;
  /** How often calls had to wait for the answers to others; counted only while they come in waves. */
  readonly roundTrips: number;
}

/** The upstream, and what can be set and asked about it. */
export interface Upstream {
  readonly url: string;
  /** Sets how it answers from now on, and gives what it saw until now. */
  control(how: Answering): Promise<Seen>;
  /** Milliseconds of processor time used so far. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Starts the upstream on a core. */
export async function startUpstream(core: number): Promise<Upstream> {
  const child: Child = await startChild(core, ['bench/upstream.ts']);
  return {
    url: child.url,
    async control({ delayMs, changing, waves = false }) {
      const settings = `delay=${delayMs}&changing=${Number(changing)}&waves=${Number(waves)}`;
      const answer = await fetch(`${child.url}/control?${settings}`);
      return (await answer.json()) as Seen;
    },
    cpuMs: child.cpuMs,
    stop: child.stop,
  };
}
