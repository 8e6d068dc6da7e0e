import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Certificate } from '../../support/certificates.ts';
import { HAPROXY } from './haproxy.ts';

export const NGINX = '/usr/sbin/nginx';

/** Whether tests that need nginx and HAProxy are to run: where both are, and where they must not be skipped. */
export const runsProxies =
  (existsSync(NGINX) && existsSync(HAPROXY)) ||
  (process.env['REQUIRE_NGINX'] === '1' && process.env['REQUIRE_HAPROXY'] === '1');

/** What stands in front of a gateway: it ends TLS on a port, and passes on what is below `/rolegraph/`. */
export interface FrontProxy {
  readonly name: string;
  readonly command: string;
  readonly args: (file: string, folder: string) => readonly string[];
  readonly config: (ports: { own: number; gateway: number }, pem: string) => string;
}

const nginx = (name: string, target: (gateway: number) => string): FrontProxy => ({
  name,
  command: NGINX,
  args: (file, folder) => ['-c', file, '-p', folder, '-e', 'stderr', '-g', 'daemon off; master_process off;'],
  config: ({ own, gateway }, pem) => `
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${own} ssl;
    ssl_certificate ${pem};
    ssl_certificate_key ${pem};
    location /rolegraph/ {
      proxy_pass ${target(gateway)};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
    }
  }
}
`,
});

/** As users have them: nginx writes its own `Host` unless it is told otherwise, HAProxy leaves it. */
export const FRONT_PROXIES: readonly FrontProxy[] = [
  nginx('nginx, which rewrites Host and takes the path off', (port) => `http://127.0.0.1:${port}/`),
  nginx('nginx, which rewrites Host and leaves the path', (port) => `http://127.0.0.1:${port}`),
  {
    name: 'HAProxy, which keeps Host and takes the path off',
    command: HAPROXY,
    args: (file) => ['-db', '-f', file],
    config: ({ own, gateway }, pem) => `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
frontend tls
  bind 127.0.0.1:${own} ssl crt ${pem}
  http-request replace-path /rolegraph/(.*) /\\1
  default_backend gateway
backend gateway
  server gateway 127.0.0.1:${gateway}
`,
  },
];

/** Starts a proxy, and waits until it takes connections. Throws with what it said if it ends instead. */
export async function startFrontProxy(
  proxy: FrontProxy,
  folder: string,
  ports: { readonly own: number; readonly gateway: number },
  { cert, key }: Certificate,
): Promise<{ stop(): Promise<void> }> {
  const pem = join(folder, 'proxy.pem');
  writeFileSync(pem, `${cert}\n${key}`);
  const file = join(folder, 'proxy.conf');
  writeFileSync(file, proxy.config(ports, pem));
  const running: ChildProcess = spawn(proxy.command, proxy.args(file, folder), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [running.stdout, running.stderr]) stream?.on('data', (chunk) => (said += chunk));
  const ended = once(running, 'exit');
  while (!(await listens(ports.own))) if (running.exitCode !== null) throw new Error(said);
  return {
    async stop() {
      running.kill('SIGKILL');
      await ended;
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isThere = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isThere;
}
