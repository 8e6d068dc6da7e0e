// The upstream of the benchmarks, a process of its own: answers from memory as fast as Node can, after a delay, and
// counts what it is asked. `node bench/upstream.ts USERS` prints its URL; `/control?delay=MS` sets the delay, gives the
// counts and begins to count anew.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWorld, grantsOf } from './world.ts';

const [users = '1000'] = process.argv.slice(2);
const world = createWorld(Number(users));
const answers = new Map<string, Buffer>();

const byId = new Map(world.users.map((user) => [user.id, user]));
put('/api/users?apps=false', world.users);
put('/api/users?apps=true', world.users);
put('/api/users', world.users);
put('/api/groups', world.groups);
for (const user of world.users) {
  put(`/api/users/${encodeURIComponent(user.id)}`, user);
  put(`/api/users/${encodeURIComponent(user.id)}/permissions`, grantsOf(user.id));
}
for (const group of world.groups) {
  put(`/api/groups/${group.id}`, group);
  put(`/api/groups/${group.id}/users`, world.members.get(group.id)?.map((id) => byId.get(id)) ?? []);
}

let delayMs = 0;
let calls = 0;
/** How often calls began after none was open. With a delay that is the number of round trips on the critical path. */
let roundTrips = 0;
let open = 0;

const server = createServer((request, response) => {
  if (request.url?.startsWith('/control')) {
    delayMs = Number(new URL(request.url, 'http://localhost').searchParams.get('delay'));
    response.end(JSON.stringify({ calls, roundTrips, open }));
    calls = 0;
    roundTrips = 0;
    return;
  }
  calls += 1;
  if (open === 0) roundTrips += 1;
  open += 1;
  const answer = () => {
    open -= 1;
    const body = answers.get(request.url ?? '');
    response.writeHead(body ? 200 : 404, {
      'content-type': 'application/json',
      'content-length': body?.length ?? 0,
    });
    response.end(body);
  };
  if (delayMs > 0) setTimeout(answer, delayMs);
  else answer();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function put(url: string, body: unknown): void {
  answers.set(url, Buffer.from(JSON.stringify(body)));
}
