import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { makeBaseImage } from './base-image.ts';
import { type Healthcheck, type Image, imageOf } from './image.ts';

/**
 * Replays the Dockerfile of a checkout, one root folder for each stage.
 *
 * @param checkout what `docker build` would be given; of it, what git tracks and `.dockerignore` lets through is sent.
 * @param folder an empty folder to work in.
 * @returns the last stage.
 * @throws {Error} a step fails, or is of a kind that cannot be replayed.
 */
export function build(checkout: string, folder: string): Image {
  const context = join(folder, 'context');
  sendContext(checkout, context);
  const stages = new Map<string, Image>();
  let image: Image | undefined;
  for (const step of DockerfileParser.parse(
    readFileSync(join(checkout, 'Dockerfile'), 'utf8'),
  ).getInstructions()) {
    process.stdout.write(`${step.toString()}\n`);
    if (step.getKeyword() === 'FROM') {
      const [base = '', , name = `stage ${stages.size}`] = words(step);
      image = imageOf(join(folder, `root-${stages.size}`));
      stages.set(name, image);
      pull(base, image.root, folder);
    } else if (image) {
      replay(step, image, (from) => (from === undefined ? context : rootOf(stages, from)));
    }
  }
  if (!image) throw new Error('The Dockerfile has no FROM');
  return image;
}

function sendContext(checkout: string, context: string): void {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: checkout, encoding: 'utf8' }).split('\0');
  const rules = dockerignore.default().add(readFileSync(join(checkout, '.dockerignore'), 'utf8'));
  for (const path of tracked.filter((name) => name !== '' && !rules.ignores(name))) {
    cpSync(join(checkout, path), join(context, path));
  }
}

/** The base is made once, however many stages start from it. */
function pull(name: string, root: string, folder: string): void {
  const base = join(folder, name.replace(/\W/g, '-'));
  if (!existsSync(base)) makeBaseImage(name, base);
  execFileSync('cp', ['--archive', base, root]);
}

function rootOf(stages: ReadonlyMap<string, Image>, name: string): string {
  const stage = stages.get(name);
  if (!stage) throw new Error(`COPY --from=${name}: there is no such stage`);
  return stage.root;
}

function replay(step: Instruction, image: Image, source: (from?: string) => string): void {
  const text = step.getArgumentsContent() ?? '';
  switch (step.getKeyword()) {
    case 'LABEL':
    case 'EXPOSE':
      return;
    case 'ENV':
      for (const [name = '', value = ''] of words(step).map((word) => word.split(/=(.*)/s)))
        image.env.set(name, value);
      return;
    case 'WORKDIR':
      image.workdir = resolve(image.workdir, text);
      mkdirSync(join(image.root, image.workdir), { recursive: true });
      return;
    case 'COPY':
      copy(words(step), image, source(flag(step, 'from')));
      return;
    case 'RUN':
      runStep(text, image);
      return;
    case 'USER':
      image.user = text;
      return;
    case 'VOLUME':
      image.volumes.push(...words(step));
      return;
    case 'HEALTHCHECK':
      image.healthcheck = readHealthcheck(step);
      return;
    case 'ENTRYPOINT':
      image.entrypoint = execForm(text);
      return;
    case 'CMD':
      image.command = execForm(text);
      return;
    default:
      throw new Error(`${step.getKeyword()} cannot be replayed yet`);
  }
}

/** Copies as Docker does: what is in a folder rather than the folder, files into a destination that ends with a slash. */
function copy(args: readonly string[], image: Image, source: string): void {
  const paths = args.slice(0, -1);
  const destination = args.at(-1) ?? '';
  const target = join(image.root, resolve(image.workdir, destination));
  for (const path of paths) {
    const original = join(source, path);
    const isInto = destination.endsWith('/') && statSync(original).isFile();
    cpSync(original, isInto ? join(target, basename(path)) : target, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

function runStep(script: string, { root, env, workdir, user }: Image): void {
  if (user !== 'root') throw new Error('RUN after USER cannot be replayed yet');
  const enter = 'mount -t proc proc "$1/proc" && exec chroot "$1" sh -c "cd $2 && $3"';
  execFileSync(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', enter, 'sh', root, workdir, script],
    {
      env: {
        ...Object.fromEntries(env),
        HOME: '/root',
        NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
}

function readHealthcheck(step: Instruction): Healthcheck {
  const seconds = (name: string, fallback: number) => Number.parseInt(flag(step, name) ?? `${fallback}s`, 10);
  return {
    command: execForm((step.getArgumentsContent() ?? '').replace(/^CMD\s+/, '')),
    timeoutMs: seconds('timeout', 30) * 1000,
    patienceMs: (seconds('start-period', 0) + seconds('retries', 3) * seconds('interval', 30)) * 1000,
  };
}

/** Reads `--name=value`, which the parser leaves out of an instruction's arguments. */
function flag(step: Instruction, name: string): string | undefined {
  return new RegExp(`^\\S+ (?:--\\S+ )*--${name}=(\\S+)`).exec(step.toString())?.[1];
}

function execForm(text: string): string[] {
  const parsed: unknown = text.startsWith('[') ? JSON.parse(text) : null;
  if (Array.isArray(parsed) && parsed.every((word) => typeof word === 'string')) return parsed;
  throw new Error(`Only the exec form can be replayed: ${text}`);
}

function words(step: Instruction): string[] {
  return step.getArguments().map((argument) => argument.getValue());
}
