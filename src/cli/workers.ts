import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/settings.ts';
import type { ClaimPageToken } from '../gateway/transport/pages/page-token.ts';
import { type GatewayTask, type RunningGateway, reloadableOptions } from './gateway.ts';
import { StartError } from './start-error.ts';
import { workerReport } from './worker.ts';
import { answerClaims } from './worker-claims.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Who lived this long did not die of starting. */
const STEADY_MS = 10_000;

/**
 * Starts gateways in processes of their own, as many as are configured, which share a port. One that dies is replaced; after a pause, which
 * doubles as long as they die soon.
 *
 * @throws {StartError} they cannot listen.
 */
export async function startWorkers(
  config: Config,
  task: GatewayTask,
  claimPageToken: ClaimPageToken,
  logger: Logger,
): Promise<RunningGateway> {
  const { workers: count } = config;
  let inForce = config;
  // Workers that ask for any port get one together, and hand it on to each other as long as one of them lives.
  let { port } = task;
  let url: string | null = null;
  const running = new Set<Worker>();
  let stopping = false;
  let pauseMs = FIRST_PAUSE_MS;

  async function start(index: number): Promise<Listening> {
    if (running.size === 0 && url !== null) port = Number(new URL(url).port) || port;
    const worker = cluster.fork();
    running.add(worker);
    answerClaims(worker, claimPageToken);
    worker.once('exit', () => running.delete(worker));
    worker.send({
      config: inForce,
      task: { ...task, port, adminPort: task.adminPort && task.adminPort + index },
    });
    const listening = await startedAt(worker, url).catch((error: unknown) => {
      worker.kill();
      throw error;
    });
    url ??= listening.url;
    const { pid } = worker.process;
    logger.info({ pid, url: listening.url }, 'A gateway worker listens');
    const started = performance.now();
    worker.once('exit', (code: number | null, signal: string | null) => {
      if (performance.now() - started > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      if (!stopping) logger.error({ pid, code, signal }, 'A gateway worker died and is replaced');
      void replace(index);
    });
    return listening;
  }

  async function replace(index: number): Promise<void> {
    const pause = pauseMs;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    await setTimeout(pause);
    if (stopping) return;
    try {
      await start(index);
    } catch (err) {
      if (!stopping) logger.error({ err }, 'A gateway worker could not be replaced');
      void replace(index);
    }
  }

  function reload(next: Config): void {
    reloadableOptions(next);
    logger.level = next.logLevel;
    inForce = next;
    for (const worker of running) worker.send({ config: next });
  }

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(
      [...running].map((worker) => {
        worker.process.kill('SIGTERM');
        return once(worker, 'exit');
      }),
    );
  }

  const starting = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)));
  const [first, failed] = [starting[0], starting.find((one) => one.status === 'rejected')];
  if (first?.status === 'fulfilled' && !failed) return { ...first.value, reload, stop };
  await stop();
  throw failed?.reason;
}

type Listening = Pick<RunningGateway, 'url' | 'adminUrl'>;

/**
 * Waits until a worker listens.
 *
 * @param url where it must; null where there is none yet.
 */
async function startedAt(worker: Worker, url: string | null): Promise<Listening> {
  const ended = once(worker, 'exit').then(() => [{ failure: 'A gateway worker ended before it listened' }]);
  const [message] = await Promise.race([once(worker, 'message'), ended]);
  const report = workerReport.parse(message);
  if ('failure' in report) throw new StartError(report.failure);
  if (url !== null && report.url !== url)
    throw new StartError(`The port of ${url} was lost with its last worker`);
  return report;
}
