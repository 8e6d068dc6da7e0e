import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ENGINE, EngineUnderTest, HOUR, type Person, STORE, workflowBody } from './support/engine.ts';
import { type Command, Model, type Steps, type Who, type Window } from './support/model.ts';

const RUNS = 50;
const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const colours = { red: await engine.role('red'), blue: await engine.role('blue') };
const rose = await engine.person('rose', [colours.red.name]);
const bert = await engine.person('bert', [colours.blue.name]);

// Drawn so that much comes to pass: approvers that hold the role, requests that are there, steps that are due.
const steps = fc.constantFrom<Steps>(
  ['red'],
  ['red'],
  ['red blue'],
  ['&red blue'],
  ['red', 'blue'],
  ['red blue', 'red'],
);
const who = fc.constantFrom<Who>('rose', 'rose', 'rose', 'bert', 'bert', 'cy', 'ann');
const asker = fc.constantFrom('ann' as const, 'ann' as const, 'cy' as const);
const request = fc.constantFrom(0, 0, 0, 1, 1, 2, 3);
const hours = fc.integer({ min: 1, max: 3 });
const window = fc.oneof(
  fc.constant<Window>('lasting'),
  fc.record({ from: fc.integer({ min: -1, max: 3 }), hours }),
  fc.record({ hours }),
);
const decide = fc.record({
  do: fc.constant('decide' as const),
  who,
  request,
  step: fc.constantFrom(0, 0, 1),
  yes: fc.constantFrom(true, true, true, true, true, false),
  hours: fc.constantFrom(null, null, null, 2, 99),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('ask' as const), who: asker, window }) },
  { weight: 12, arbitrary: decide },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revoke' as const), who, request }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), who, request }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('edit' as const), steps: fc.option(steps, { freq: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('look' as const), who: asker }) },
);
/** Commands that are sent at the same moment, and hours that pass before. */
const turn = fc.record({
  pause: fc.constantFrom(0, 0, 0, 0, 1, 2),
  at: fc.array(command, { minLength: 1, maxLength: 3, size: 'max' }),
});
const turns = fc.array(turn, { minLength: 8, maxLength: 24, size: 'max' });

/** One run's own people, role and workflow on the server. */
interface Stage {
  readonly people: Readonly<Record<Who, Person>>;
  readonly role: { readonly id: string; readonly name: string };
  readonly workflow: string;
  readonly requests: string[];
  readonly began: number;
}

function bodyOf(wanted: { readonly id: string }, workflow: Steps): object {
  return workflowBody([wanted.id], [], {
    grant_types: ['PERMANENT', 'TIME_RESTRICTED', 'FLOATING'],
    max_floating_duration: 8,
    max_active_requests: 2,
    steps: workflow.map((text) => ({
      match: text.startsWith('&') ? 'ALL' : 'ANY',
      approvers: Object.entries(colours)
        .filter(([colour]) => text.includes(colour))
        .map(([, role]) => ({ role })),
    })),
  });
}

function windowBody(sent: Window, began: number): object {
  if (sent === 'lasting') return {};
  if (!('from' in sent)) return { grant_type: 'FLOATING', floating_length: sent.hours };
  const at = (offset: number) => new Date(began + offset * HOUR).toISOString();
  return { grant_type: 'TIME_RESTRICTED', grant_start: at(sent.from), grant_end: at(sent.from + sent.hours) };
}

/** Sends a command; resolves to the status, and to the id of what was made. */
async function send(
  { people, role, workflow, requests, began }: Stage,
  sent: Command,
): Promise<[number, string?]> {
  if (sent.do === 'edit') {
    const path = `${ENGINE}/workflows/${workflow}`;
    if (sent.steps === null) return [(await engine.call('DELETE', path)).status];
    return [(await engine.call('PUT', path, { body: bodyOf(role, sent.steps) })).status];
  }
  const as = people[sent.who];
  if (sent.do === 'look') return [(await engine.call('GET', `${STORE}/users/current`, { as })).status];
  if (sent.do === 'ask') {
    const { status, record } = await engine.ask(as, role.id, windowBody(sent.window, began));
    return status === 201 ? [status, String(record['id'])] : [status];
  }
  const id = requests[sent.request] ?? '00000000-0000-4000-8000-000000000000';
  if (sent.do === 'delete') return [(await engine.call('DELETE', `${ENGINE}/requests/${id}`, { as })).status];
  if (sent.do === 'revoke') return [(await engine.revoke(as, id)).status];
  const override = sent.hours === null ? {} : { grant_type: 'FLOATING', floating_length: sent.hours };
  return [(await engine.decide(as, id, sent.yes ? 'APPROVED' : 'DENIED', sent.step, override)).status];
}

/** Reads from the server what the model tells of: who holds the role, and where each request stands. */
async function observe({ people, role, requests }: Stage): Promise<unknown> {
  const holds = async (person: Person) => (await engine.roles(person)).includes(role.name);
  const states = requests.map(async (id) => {
    const { status, record } = await engine.call('GET', `${ENGINE}/requests/${id}`);
    if (status === 404) return 'GONE';
    return record['target_role_revoked'] === true ? 'REVOKED' : record['status'];
  });
  return { ann: await holds(people.ann), cy: await holds(people.cy), states: await Promise.all(states) };
}

function tellOf(model: Model): unknown {
  return {
    ann: model.holds('ann'),
    cy: model.holds('cy'),
    states: model.wishes.map((_, index) => model.state(index)),
  };
}

function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

async function stage(workflow: Steps): Promise<Stage> {
  const role = await engine.role('wanted');
  const made = await engine.call('POST', `${ENGINE}/workflows`, { body: bodyOf(role, workflow) });
  return {
    people: {
      ann: await engine.person('ann'),
      cy: await engine.person('cy', [colours.red.name, colours.blue.name]),
      rose,
      bert,
    },
    role,
    workflow: String(engine.must(made, 201).record['id']),
    requests: [],
    began: engine.time,
  };
}

describe('the engine', () => {
  it('does what a naive telling of the rules says, whatever comes at the same moment', async () => {
    const property = fc.asyncProperty(steps, turns, async (workflow, drawn) => {
      const run = await stage(workflow);
      // What comes at once may come in any order, and what is seen may fit several: each is followed.
      let models = [new Model(workflow)];
      for (const { pause, at } of drawn) {
        engine.time += pause * HOUR;
        // Two that ask at once get ids in an order that nobody can tell: one of them comes by itself.
        const asks = at.filter((sent) => sent.do === 'ask');
        const together = at.filter((sent) => sent.do !== 'ask' || sent === asks[0]);
        const answers = await Promise.all(together.map((sent) => send(run, sent)));
        run.requests.push(...answers.flatMap(([, id]) => id ?? []));
        const seen = { statuses: answers.map(([status]) => status), world: await observe(run) };
        const possible = models.flatMap((model) =>
          orders([...together.keys()]).map((order) => follow(model, together, order, run.began)),
        );
        const fitting = possible.filter(({ told }) => isDeepStrictEqual(told, seen));
        if (fitting.length === 0) expect(seen, 'no order of events explains this').toEqual(possible[0]?.told);
        models = [...new Map(fitting.map(({ next }) => [JSON.stringify(next), next])).values()];
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  }, 120_000);
});

/** Tells what comes of commands in an order, and how they are answered. */
function follow(model: Model, commands: readonly Command[], order: readonly number[], began: number) {
  const next = model.copy();
  next.now = engine.time;
  const statuses: number[] = [];
  for (const index of order) {
    const sent = commands[index];
    if (sent !== undefined) statuses[index] = next.run(inHours(sent, began));
  }
  return { next, told: { statuses, world: tellOf(next) } };
}

/** Windows are drawn in hours from the beginning; the model counts in milliseconds. */
function inHours(sent: Command, began: number): Command {
  if (sent.do !== 'ask' || sent.window === 'lasting' || !('from' in sent.window)) return sent;
  return { ...sent, window: { from: began + sent.window.from * HOUR, hours: sent.window.hours } };
}
