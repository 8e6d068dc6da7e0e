/** What a stage of a Dockerfile has come to: a root folder, and how a container of it runs. */
export interface Image {
  readonly root: string;
  readonly env: Map<string, string>;
  readonly volumes: string[];
  workdir: string;
  user: string;
  healthcheck: Healthcheck | null;
  entrypoint: readonly string[];
  command: readonly string[];
}

/** How it is told whether a container is well. */
export interface Healthcheck {
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** How long a container may take until it is well: the start period, and the retries after it. */
  readonly patienceMs: number;
}

/** An image without any settings of its own. */
export function imageOf(root: string): Image {
  const env = new Map([['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']]);
  return {
    root,
    env,
    volumes: [],
    workdir: '/',
    user: 'root',
    healthcheck: null,
    entrypoint: [],
    command: [],
  };
}
