import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const BASE = 'node:24-slim';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Makes what stands in for the base image: the smallest Debian that Node runs on, with this Node, an npm, and the user
 * `node` that the official image has.
 *
 * @param name what the Dockerfile's `FROM` names.
 * @param root a folder to make it in; it must not exist.
 * @throws {Error} for another image, or where mmdebstrap fails.
 */
export function makeBaseImage(name: string, root: string): void {
  if (name !== BASE) throw new Error(`FROM ${name}: only ${BASE} can be stood in for`);
  run('mmdebstrap', [
    '--quiet',
    '--variant=essential',
    '--include=libstdc++6,passwd',
    '--format=directory',
    'bookworm',
    root,
  ]);
  copyFileSync(process.execPath, join(root, 'usr/local/bin/node'));
  addNpm(root);
  const addUser = 'groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node';
  run('chroot', [root, '/bin/sh', '-c', addUser]);
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) copyFileSync(file, join(root, file));
  mkdirSync(join(root, '/etc/ssl/certs'), { recursive: true });
  copyFileSync(CERTIFICATES, join(root, CERTIFICATES));
}

function addNpm(root: string): void {
  const installed = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  const modules = join(root, 'usr/local/lib/node_modules');
  cpSync(join(installed, 'npm'), join(modules, 'npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
