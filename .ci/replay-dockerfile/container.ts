import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Healthcheck, Image } from './image.ts';

const POLL_MS = 250;
/** How long Docker waits between asking to stop and killing. */
const STOP_MS = 10_000;

/** Done in namespaces of its own before the command takes its place as process 1. */
const ENTER = `
  set -e
  root=$1 user=$2 workdir=$3 mounts=$4; shift 4
  ip link set lo up
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/tmp"
  for volume in $mounts; do mount --bind "\${root}-volumes$volume" "$root$volume"; done
  mount -o remount,bind,ro "$root"
  exec chroot --userspec="$user" "$root" sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"`;

/**
 * A container as strict as an operator would run it: processes of its own, a network that reaches nothing but itself,
 * the image's user, and a root that cannot be written to, except its volumes and `/tmp`.
 */
export class Container {
  readonly #image: Image;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  /** @param command what to run; the image's own unless given. */
  constructor(image: Image, command: readonly string[] = [...image.entrypoint, ...image.command]) {
    this.#image = image;
    for (const volume of image.volumes) fillVolume(image.root, volume);
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
    const place = [image.root, userOf(image).join(':'), image.workdir, image.volumes.join(' ')];
    this.#process = spawn('unshare', [...namespaces, 'sh', '-c', ENTER, 'sh', ...place, ...command], {
      env: Object.fromEntries(image.env),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#ended = once(this.#process, 'exit').then(([code]) => code);
  }

  /**
   * Waits until the health check passes.
   *
   * @throws {Error} the container ends before, or is not well when Docker would call it unhealthy.
   */
  async healthy(check: Healthcheck): Promise<void> {
    const deadline = performance.now() + check.patienceMs;
    while (performance.now() < deadline) {
      if (this.#process.exitCode !== null) throw new Error('The container ended before it was healthy');
      if (await this.passes(check)) return;
      await setTimeout(POLL_MS);
    }
    throw new Error('The container is unhealthy');
  }

  /** Runs the health check once. */
  async passes({ command, timeoutMs }: Healthcheck): Promise<boolean> {
    try {
      await this.exec(command, timeoutMs);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Runs a command inside, as `docker exec` does.
   *
   * @returns what it printed.
   * @throws {Error} it fails, or takes longer than allowed.
   */
  async exec(command: readonly string[], timeoutMs = 30_000): Promise<string> {
    const [uid, gid] = userOf(this.#image);
    const inside = ['--target', this.#processOne(), '--net', '--mount', '--pid', '--root', '--wd'];
    const { stdout } = await promisify(execFile)(
      'nsenter',
      [...inside, '--setuid', uid, '--setgid', gid, ...command],
      { env: Object.fromEntries(this.#image.env), timeout: timeoutMs, killSignal: 'SIGKILL' },
    );
    return stdout;
  }

  /**
   * Asks process 1 to end, and kills it when it does not in the time that Docker gives.
   *
   * @returns its exit code; null when it was killed.
   */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    process.kill(Number(this.#processOne()), 'SIGTERM');
    const kill = AbortSignal.timeout(STOP_MS);
    kill.addEventListener('abort', () => this.#process.kill('SIGKILL'));
    return this.#ended;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** The process that is number 1 inside, by its number outside. */
  #processOne(): string {
    const { pid } = this.#process;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  }
}

/** A new volume holds what the image has in its place. */
function fillVolume(root: string, volume: string): void {
  const copy = join(`${root}-volumes`, volume);
  mkdirSync(dirname(copy), { recursive: true });
  execFileSync('cp', ['--archive', join(root, volume), copy]);
}

/** The numbers of the image's user and its group, as the image's own `/etc/passwd` has them. */
function userOf({ root, user }: Image): [string, string] {
  const lines = readFileSync(join(root, 'etc/passwd'), 'utf8').split('\n');
  const [, , uid, gid] = lines.map((line) => line.split(':')).find(([name]) => name === user) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`USER ${user}: the image has no such user`);
  return [uid, gid];
}
