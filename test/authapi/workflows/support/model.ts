import { HOUR } from './engine.ts';

/** Who takes part: Ann and Cy ask, Rose and Bert approve in one colour, Cy in both. */
export type Who = 'ann' | 'cy' | 'rose' | 'bert';
export type Colour = 'red' | 'blue';
export type Window =
  | 'lasting'
  | { readonly from: number; readonly hours: number }
  | { readonly hours: number };
/** Steps as lists of colours; a step with two takes both of them if its first letter is `&`. */
export type Steps = readonly string[];

export type Command =
  | { readonly do: 'ask'; readonly who: 'ann' | 'cy'; readonly window: Window }
  | {
      readonly do: 'decide';
      readonly who: Who;
      readonly request: number;
      readonly step: number;
      readonly yes: boolean;
      readonly hours: number | null;
    }
  | { readonly do: 'revoke'; readonly who: Who; readonly request: number }
  | { readonly do: 'delete'; readonly who: Who; readonly request: number }
  | { readonly do: 'edit'; readonly steps: Steps | null }
  | { readonly do: 'look'; readonly who: Who };

interface Wish {
  by: 'ann' | 'cy';
  steps: { all: boolean; says: Partial<Record<Colour, { yes: boolean; by: Who } | null>> }[];
  window: Window;
  gone: boolean;
  revoked: boolean;
}

const COLOURS: Record<Who, Colour[]> = { ann: [], cy: ['red', 'blue'], rose: ['red'], bert: ['blue'] };
const MOST_WAITING = 2;
export const MOST_HOURS = 8;

/** A second, naive telling of what contract section 18 says, to hold the engine against. */
export class Model {
  now = 0;
  /** Null once it is deleted. */
  workflow: Steps | null;
  wishes: Wish[] = [];
  held: Record<'ann' | 'cy', { from: number; to: number; floats: number | null }[]> = { ann: [], cy: [] };

  constructor(workflow: Steps) {
    this.workflow = workflow;
  }

  copy(): Model {
    return Object.assign(new Model([]), structuredClone({ ...this }));
  }

  holds(who: 'ann' | 'cy'): boolean {
    return this.held[who].some(({ from, to }) => from <= this.now && this.now < to);
  }

  state(index: number): string {
    const wish = this.wishes[index];
    if (wish === undefined || wish.gone) return 'GONE';
    for (const step of wish.steps) {
      const said = Object.values(step.says);
      if (said.some((say) => say?.yes === false)) return 'DENIED';
      if (step.all ? said.some((say) => say === null) : said.every((say) => say === null)) return 'WAITING';
    }
    return wish.revoked ? 'REVOKED' : 'APPROVED';
  }

  /** Does what a command says, and tells the status that it is answered with. */
  run(command: Command): number {
    if (command.do === 'edit') {
      if (this.workflow === null) return 404;
      this.workflow = command.steps;
      return 200;
    }
    if (command.who === 'ann' || command.who === 'cy') {
      for (const time of this.held[command.who]) {
        if (time.floats !== null) Object.assign(time, { to: this.now + time.floats * HOUR, floats: null });
      }
    }
    if (command.do === 'look') return 200;
    if (command.do === 'ask') return this.#ask(command);
    const wish = this.wishes[command.request];
    if (wish === undefined || wish.gone) return 404;
    const roles = COLOURS[command.who];
    const sees =
      wish.by === command.who || wish.steps.some(({ says }) => roles.some((colour) => colour in says));
    if (!sees) return 403;
    if (command.do === 'delete') {
      if (wish.by !== command.who || this.state(command.request) === 'APPROVED') return 403;
      wish.gone = true;
      return 200;
    }
    return command.do === 'revoke' ? this.#revoke(command, wish) : this.#decide(command, wish);
  }

  #ask({ who, window }: Command & { do: 'ask' }): number {
    if (this.workflow === null) return 400;
    const waiting = this.wishes.filter((wish, index) => wish.by === who && this.state(index) === 'WAITING');
    if (waiting.length >= MOST_WAITING) return 400;
    const steps = this.workflow.map((text) => ({
      all: text.startsWith('&'),
      says: Object.fromEntries(
        (['red', 'blue'] as const).filter((c) => text.includes(c)).map((c) => [c, null]),
      ),
    }));
    this.wishes.push({ by: who, steps, window, gone: false, revoked: false });
    return 201;
  }

  #decide({ who, request, step, yes, hours }: Command & { do: 'decide' }, wish: Wish): number {
    const says = wish.steps[step]?.says;
    if (says === undefined) return 400;
    if (this.state(request) !== 'WAITING') return 400;
    const mine = COLOURS[who].filter((colour) => colour in says);
    if (mine.length === 0 || wish.by === who) return 403;
    const isDone = (index: number) => {
      const values = Object.values(wish.steps[index]?.says ?? {});
      return wish.steps[index]?.all === true ? !values.includes(null) : values.some((say) => say !== null);
    };
    if (isDone(step) || (step === 1 && !isDone(0))) return 400;
    const open = mine.filter((colour) => says[colour] === null);
    if (open.length === 0 || (yes && hours !== null && hours > MOST_HOURS)) return 400;
    for (const colour of open) says[colour] = { yes, by: who };
    if (yes && hours !== null) wish.window = { hours };
    if (this.state(request) === 'APPROVED') this.held[wish.by].push(this.#time(wish.window));
    return 200;
  }

  #time(window: Window): { from: number; to: number; floats: number | null } {
    if (window === 'lasting') return { from: 0, to: Number.MAX_SAFE_INTEGER, floats: null };
    if (!('from' in window)) return { from: 0, to: Number.MAX_SAFE_INTEGER, floats: window.hours };
    return { from: window.from, to: window.from + window.hours * HOUR, floats: null };
  }

  #revoke({ who, request }: Command & { do: 'revoke' }, wish: Wish): number {
    const approved = wish.steps.some(({ says }) =>
      Object.values(says).some((say) => say?.yes && say.by === who),
    );
    if (!approved) return 403;
    if (this.state(request) !== 'APPROVED') return 400;
    wish.revoked = true;
    this.held[wish.by] = [];
    return 200;
  }
}
