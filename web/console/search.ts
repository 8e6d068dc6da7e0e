import { ask } from './ask.ts';
import { byId, element } from './element.ts';
import { SEARCH } from './operations.ts';
import { addressOf, TARGET_TYPES, targetOf } from './place.ts';

interface Hit {
  readonly type: string;
  readonly text: string;
  readonly href: string;
}

const ANYBODY = 'By name';
const PAUSE_MS = 150;

/**
 * Makes the search box work: a combobox as in WAI-ARIA's authoring practices, with arrows, Enter and Escape.
 *
 * @param failed is told why there is no answer.
 */
export function searchBox(failed: (error: unknown) => void): void {
  const form = byId('search', HTMLFormElement);
  const kind = byId('kind', HTMLSelectElement);
  const text = byId('text', HTMLInputElement);
  const list = byId('found', HTMLUListElement);
  kind.append(
    element('option', { value: '' }, ANYBODY),
    element(
      'optgroup',
      { label: 'A target, by its id' },
      ...TARGET_TYPES.map((type) => element('option', {}, type)),
    ),
  );
  let hits: readonly Hit[] = [];
  let active = -1;
  let search = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(found: readonly Hit[]): void {
    hits = found;
    list.replaceChildren(...found.map(option));
    if (found.length === 0 && text.value.trim() !== '')
      list.append(element('li', { class: 'none' }, 'Nothing found'));
    list.hidden = text.value.trim() === '';
    text.setAttribute('aria-expanded', String(!list.hidden));
    activate(found.length > 0 ? 0 : -1);
  }

  function option({ type, text: name, href }: Hit, index: number): HTMLElement {
    const pick = () => go(href);
    return element(
      'li',
      { role: 'option', id: `hit-${index}`, 'aria-selected': 'false', mousedown: pick },
      name,
      element('small', {}, type),
    );
  }

  function activate(index: number): void {
    active = index;
    for (const [place, item] of [...list.querySelectorAll('[role=option]')].entries()) {
      item.setAttribute('aria-selected', String(place === index));
    }
    if (index < 0) text.removeAttribute('aria-activedescendant');
    else text.setAttribute('aria-activedescendant', `hit-${index}`);
  }

  function close(): void {
    list.hidden = true;
    text.setAttribute('aria-expanded', 'false');
  }

  function go(href: string): void {
    location.hash = href;
    text.value = '';
    close();
  }

  async function look(): Promise<void> {
    search.abort();
    search = new AbortController();
    const wanted = text.value.trim();
    const target = targetOf(kind.value, wanted);
    if (wanted === '') show([]);
    else if (target) {
      const href = addressOf({ kind: 'target', target, access: 'READ' });
      show([{ type: `who can use this ${target.type}?`, text: target.id, href }]);
    } else show(await find(wanted, search.signal));
  }

  function lookSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch((error) => search.signal.aborted || failed(error)), PAUSE_MS);
  }

  text.addEventListener('input', lookSoon);
  kind.addEventListener('change', lookSoon);
  text.addEventListener('blur', close);
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    if (hits.length > 0) activate((active + (event.key === 'ArrowDown' ? 1 : hits.length - 1)) % hits.length);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const hit = hits[active];
    if (hit && !list.hidden) go(hit.href);
  });
}

async function find(text: string, signal: AbortSignal): Promise<Hit[]> {
  const { users, groups, roles, applications } = await ask(SEARCH, { text }, signal);
  const target = (id: string) => ({ type: 'APPLICATION', id }) as const;
  return [
    ...(users?.nodes ?? []).map(({ id, displayName }) => ({
      type: `user ${id}`,
      text: displayName ?? id,
      href: addressOf({ kind: 'user', id }),
    })),
    ...(groups?.nodes ?? []).map(({ id }) => ({
      type: 'group',
      text: id,
      href: addressOf({ kind: 'group', id }),
    })),
    ...(roles?.nodes ?? []).map(({ id }) => ({
      type: 'role',
      text: id,
      href: addressOf({ kind: 'role', id }),
    })),
    ...(applications?.nodes ?? []).map(({ id, name }) => ({
      type: 'application',
      text: name ?? id,
      href: addressOf({ kind: 'target', target: target(id), access: 'READ' }),
    })),
  ];
}
