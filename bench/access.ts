// What questions about access cost as an organisation grows tenfold: `node bench/access.ts [USERS …]` prints a table. Its
// child runs this same file, `upstream USERS`, and answers from memory: a tenth as many groups as users, and ten times as
// many grants, a fifth of them to groups.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startChild } from './child.ts';

const SIZES = [100, 1000, 10_000];
const TIMES = 10;

const ASKED = {
  whoCan: `{ whoCan(target: {type: WORKFLOW_DEF, id: "flow-0"}, access: EXECUTE) {
    people(first: 1000) { totalCount nodes { subject { id } paths { steps { summary } } } } } }`,
  explain: `{ explain(user: "user-3", target: {type: WORKFLOW_DEF, id: "flow-1"}, access: DELETE) {
    decision nearest { steps { summary } } } }`,
  effectivePermissions: `{ user(id: "user-3") { effectivePermissions(first: 1000) {
    nodes { access paths { steps { summary } } } } } }`,
};

const [role = '', argument = ''] = process.argv.slice(2);
if (role === 'upstream') serve(Number(argument));
else await printTable(process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES);

async function printTable(sizes: readonly number[]): Promise<void> {
  const head = [
    'users',
    'groups',
    'grants',
    ...Object.keys(ASKED).flatMap((name) => [`${name}, ms`, 'calls']),
  ];
  process.stdout.write(`| ${head.join(' | ')} |\n| ${head.map(() => '---:').join(' | ')} |\n`);
  for (const users of sizes) {
    const cells = [users, users / 10, users * 10, ...(await measure(users))];
    process.stdout.write(`| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |\n`);
  }
}

/** Measures each question in milliseconds, the median of some, and counts its calls. */
async function measure(users: number): Promise<number[]> {
  const upstream = await startChild(0, ['bench/access.ts', 'upstream', String(users)]);
  const gateway = await startChild(1, [
    ...['src/main.ts', 'serve', '--port', '0', '--authorization-url', upstream.url],
  ]);
  const calls = async () => Number(await (await fetch(`${upstream.url}/calls`)).text());
  try {
    const measured: number[] = [];
    for (const query of Object.values(ASKED)) {
      const times: number[] = [];
      let made = 0;
      for (let turn = 0; turn < TIMES; turn += 1) {
        const before = await calls();
        const start = performance.now();
        await ask(gateway.url, query);
        times.push(performance.now() - start);
        made = (await calls()) - before;
      }
      measured.push(Math.round(times.sort((a, b) => a - b)[TIMES / 2] ?? 0), made);
    }
    return measured;
  } finally {
    await Promise.all([gateway.stop(), upstream.stop()]);
  }
}

async function ask(url: string, query: string): Promise<void> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: JSON.stringify({ query }),
  });
  const text = await answer.text();
  if (answer.status !== 200 || text.includes('"errors"')) throw new Error(text);
}

function serve(users: number): void {
  const answer = answerFrom(users);
  let calls = 0;
  const server = createServer(({ url = '' }, response) => {
    if (url === '/calls') return void response.end(String(calls));
    calls += 1;
    response.setHeader('content-type', 'application/json').end(answer(decodeURIComponent(url)));
  }).listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

/** Every user is in two groups, every group holds one of twenty roles, and targets are half as many as users. */
function answerFrom(users: number): (url: string) => string {
  const groups = users / 10;
  const targets = users / 2;
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
  const group = (n: number) => ({
    id: `group-${n}`,
    description: 'A group',
    roles: [{ name: `role-${n % 20}` }],
  });
  const user = (n: number) => ({
    id: `user-${n}`,
    name: `User ${n}`,
    roles: [{ name: 'USER' }],
    groups: [{ id: `group-${n % groups}` }, { id: `group-${(n * 7 + 1) % groups}` }],
  });
  const access = ['READ', 'EXECUTE'];
  const ofUser = (n: number) => numbers(8).map((round) => (n + round * 41) % targets);
  const ofGroup = (n: number) => numbers(20).map((round) => (n + round * 41) % targets);
  const onTarget = new Map<string, Record<string, string[]>>();
  const put = (target: number, subject: string) => {
    const grants = onTarget.get(`flow-${target}`) ?? {};
    onTarget.set(`flow-${target}`, { ...grants, [subject]: access });
  };
  for (const n of numbers(users)) for (const target of ofUser(n)) put(target, `USER:user-${n}`);
  for (const n of numbers(groups)) for (const target of ofGroup(n)) put(target, `GROUP:group-${n}`);
  const granted = (ids: readonly number[]) => ({
    grantedAccess: ids.map((id) => ({ target: { type: 'WORKFLOW_DEF', id: `flow-${id}` }, access })),
  });
  const roles = ['ADMIN', 'USER', ...numbers(20).map((n) => `role-${n}`)].map((name) => ({
    name,
    permissions: name.startsWith('role') ? ['READ_TASK_DEF'] : [],
  }));
  const lists = new Map([
    ['/api/users?apps=true', JSON.stringify(numbers(users).map(user))],
    ['/api/groups', JSON.stringify(numbers(groups).map(group))],
    ['/api/roles', JSON.stringify(roles)],
    ['/api/applications', '[]'],
  ]);
  return (url) => {
    const [, n = '', tail = ''] = /^\/api\/(?:users|groups)\/\w+-(\d+)(.*)$/.exec(url) ?? [];
    const [, target = ''] = /^\/api\/auth\/authorization\/WORKFLOW_DEF\/([\w-]+)/.exec(url) ?? [];
    const isUser = url.startsWith('/api/users/');
    if (lists.has(url)) return lists.get(url) ?? '';
    if (target) return JSON.stringify(onTarget.get(target) ?? {});
    if (url.startsWith('/api/auth/subjects/')) return '[]';
    if (tail) return JSON.stringify(granted((isUser ? ofUser : ofGroup)(Number(n))));
    return JSON.stringify((isUser ? user : group)(Number(n)));
  };
}
