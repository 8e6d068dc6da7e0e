import { signIn } from '../initial-state.ts';
import { AskError, ask } from './ask.ts';
import { byId, element } from './element.ts';
import { type Change, follow } from './follow.ts';
import { SIGN_IN } from './operations.ts';
import { writePanel } from './panel.ts';
import { draw, highlight } from './picture/draw.ts';
import { addressOf, placeAt } from './place.ts';
import { searchBox } from './search.ts';
import { currentToken } from './session.ts';
import { sessionForm } from './session-form.ts';
import { loadView } from './views/load-view.ts';

/** Changes come in groups; what is shown is read once for each. */
const SETTLE_MS = 150;
/** Until what could not be read is asked for once more. */
const RETRY_MS = 1_000;

const picture = byId('picture', HTMLElement);
const panel = byId('panel', HTMLElement);
const live = byId('live', HTMLElement);
const news = byId('news', HTMLElement);
const session = sessionForm(begin);

const hint = await signIn();
let reading = new AbortController();
/** What is on the screen: its address, its edges, and the answer that is open. */
let shown: { address: string; edges: ReadonlySet<string>; open: string | null } | null = null;

async function show(): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  const address = location.hash;
  const place = placeAt(address);
  if (!place && address.length > 1) return sayNotFound();
  if (!place) return start();
  panel.setAttribute('aria-busy', 'true');
  const view = await loadView(place, signal).finally(() => {
    // Else one that came later is being read.
    if (!signal.aborted) panel.removeAttribute('aria-busy');
  });
  if (signal.aborted) return;
  if (!view) return sayNotFound();
  const isSame = shown?.address === address;
  const drawing = draw(view.picture, isSame ? (shown?.edges ?? null) : null);
  const edges = new Set(view.picture.edges.map(({ id }) => id));
  const open = isSame ? (shown?.open ?? null) : null;
  shown = { address, edges, open };
  picture.replaceChildren(drawing);
  writePanel(panel, view, open, {
    selected(text, way) {
      if (shown) shown.open = text;
      highlight(drawing, new Set(way));
      drawing.querySelector('.on')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
  });
  const answer = view.answers.find(({ text }) => text === open);
  if (answer) highlight(drawing, new Set(answer.ways.flatMap((way) => way.edges)));
  document.title = `${view.title} – Rolegraph console`;
  if (!isSame) panel.focus({ preventScroll: true });
}

/** Without a place, begins with whom the token stands for. */
async function start(): Promise<void> {
  if (currentToken() === null) {
    session.open();
    return say('Sign in to look', hint ?? 'Paste a token above: it stays in this tab.');
  }
  const { viewer } = await ask(SIGN_IN, {}, reading.signal);
  if (viewer) location.replace(addressOf({ kind: 'user', id: viewer.id }));
}

/** Shows whose token it is, wherever the page was opened. */
async function showName(): Promise<void> {
  if (currentToken() === null) return;
  const { viewer } = await ask(SIGN_IN, {});
  session.showName(viewer?.id ?? null);
}

function sayNotFound(): void {
  say('Not found', 'Nothing is at this address. Search for another.');
}

function say(title: string, text: string): void {
  shown = null;
  panel.removeAttribute('aria-busy');
  picture.replaceChildren();
  panel.replaceChildren(element('h1', {}, title), element('p', { role: 'alert' }, text));
}

function refresh(): void {
  clearTimeout(settling);
  show().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    const isForbidden = error instanceof AskError && error.isForbidden;
    const title = isForbidden ? 'You may not see this' : 'That did not work';
    say(title, error instanceof Error ? error.message : String(error));
    if (error instanceof AskError && error.isPassing) settling = setTimeout(refresh, RETRY_MS);
  });
}

let settling: ReturnType<typeof setTimeout> | undefined;

function heard({ kind, action, subject, target, actor }: Change): void {
  const what = [subject?.id, target && `${target.rawType} ${target.rawId}`].filter(Boolean).join(', ');
  news.textContent = `${kind.toLowerCase().replaceAll('_', ' ')} ${action.toLowerCase()}: ${what}${actor ? `, by ${actor.id}` : ''}`;
  clearTimeout(settling);
  settling = setTimeout(refresh, SETTLE_MS);
}

function tellLive(isLive: boolean, why: string): void {
  live.classList.toggle('on', isLive);
  live.textContent = isLive ? 'Live' : 'Not live';
  live.title = why;
}

let stopFollowing = () => {};

function followAll(): void {
  stopFollowing();
  tellLive(false, '');
  if (currentToken() === null) return;
  stopFollowing = follow({
    changed: heard,
    live() {
      tellLive(true, '');
      // What happened while it was not is on no feed.
      if (shown) refresh();
    },
    ended: (why) => tellLive(false, why),
  });
}

/** Begins with the token of this tab, and with nothing that was read with another. */
function begin(): void {
  news.textContent = '';
  shown = null;
  panel.removeAttribute('aria-busy');
  picture.replaceChildren();
  panel.replaceChildren();
  followAll();
  refresh();
  showName().catch(() => session.showName(null));
}

window.addEventListener('hashchange', refresh);
searchBox((error) => {
  news.textContent = error instanceof Error ? error.message : String(error);
});
begin();
