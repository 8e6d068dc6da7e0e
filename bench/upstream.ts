// The upstream of the benchmarks, a process of its own: answers GET from memory, after a delay, and counts what it is
// asked. `node bench/upstream.ts` prints its URL. `/control?delay=MS&changing=1&waves=1` sets how it answers, tells the
// counts and begins to count anew. It speaks HTTP by hand, since Node's own server would be slower than some of the servers
// that it feeds.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Answer, createAnswers, unauthorized, unknown } from './upstream-answers.ts';

const answers = createAnswers();

let delayMs = 0;
let changing = false;
let calls = 0;
let revision = 0;

/** Whether calls are held until no other comes, and then answered all together: each time is one round trip. */
let waves = false;
let roundTrips = 0;
const held: (() => void)[] = [];
/** Longer than any server computes between two calls of which neither needs the other's answer. */
const QUIET_MS = 300;
const release = setTimeout(() => {
  if (held.length > 0) roundTrips += 1;
  for (const answer of held.splice(0)) answer();
}, QUIET_MS);

const server = createServer((socket) => {
  socket.setNoDelay(true);
  // Those who stop in the middle are none of its business.
  socket.on('error', () => socket.destroy());
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
      const head = received.slice(0, end);
      received = received.slice(end + 4);
      take(socket, head);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function take(socket: Socket, head: string): void {
  const target = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'));
  const [path = '', query] = target.split('?');
  if (path === '/control') {
    control(socket, new URLSearchParams(query));
    return;
  }
  const answer = head.includes('token-') ? (answers.get(path) ?? unknown) : unauthorized;
  calls += 1;
  if (waves) {
    held.push(() => send(socket, answer));
    release.refresh();
  } else if (delayMs > 0) setTimeout(send, delayMs, socket, answer);
  else send(socket, answer);
}

function send(socket: Socket, { bytes, revisions }: Answer): void {
  if (!changing || revisions.length === 0) {
    socket.write(bytes);
    return;
  }
  revision += 1;
  // Another record each time, so that nobody profits from where in the list it stands.
  const at = revisions[(revision * 7919) % revisions.length] ?? 0;
  socket.cork();
  socket.write(bytes.subarray(0, at));
  socket.write(String(revision % 100_000_000).padStart(8, '0'));
  socket.write(bytes.subarray(at + 8));
  socket.uncork();
}

function control(socket: Socket, settings: URLSearchParams): void {
  const body = JSON.stringify({ calls, roundTrips });
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  delayMs = Number(settings.get('delay'));
  changing = settings.get('changing') === '1';
  waves = settings.get('waves') === '1';
  calls = 0;
  roundTrips = 0;
}
