import { element } from './element.ts';
import type { Picture } from './picture/picture.ts';
import { questionForm } from './question.ts';
import type { Answer, Link, Neighbours, View } from './views/view.ts';

/** Told by the panel. */
export interface PanelListener {
  /** An answer was opened, or closed; with the edges that explain it, none when it was closed. */
  selected(text: string | null, edges: readonly string[]): void;
}

/**
 * Writes what a view says, so that nobody needs the picture.
 *
 * @param open the text of the answer that is open already; null: none.
 */
export function writePanel(
  panel: HTMLElement,
  view: View,
  open: string | null,
  listener: PanelListener,
): void {
  const answers = element('ul', { class: 'answers' });
  for (const answer of view.answers)
    answers.append(answerItem(answers, answer, answer.text === open, listener));
  panel.replaceChildren(
    element('h1', {}, view.title),
    element('p', { class: 'lead' }, view.lead),
    ...view.neighbours.filter(({ links }) => links.length > 0).map(neighbourList),
    view.user === null ? '' : questionForm(view.user),
    element('h2', {}, view.answersTitle),
    view.answers.length > 0 ? answers : element('p', {}, 'Nothing.'),
    ...view.notes.map((note) => element('p', { class: 'note' }, note)),
    linkList(view.picture),
  );
}

function neighbourList({ label, links }: Neighbours): HTMLElement {
  return element(
    'section',
    { class: 'neighbours' },
    element('h2', {}, label),
    element('ul', {}, ...links.map((link) => element('li', {}, anchor(link)))),
  );
}

/** A button that opens the ways; only one is open at a time, since the picture shows one. */
function answerItem(
  list: HTMLElement,
  answer: Answer,
  isOpen: boolean,
  listener: PanelListener,
): HTMLElement {
  const ways = element(
    'div',
    { class: 'ways', hidden: !isOpen },
    ...answer.ways.map(({ steps, endsAt }) =>
      element(
        'ol',
        {},
        ...steps.map((step) => element('li', {}, step)),
        endsAt === null
          ? null
          : element('li', { class: 'ends' }, `ends at ${new Date(endsAt).toLocaleString()}`),
      ),
    ),
    answer.link && anchor(answer.link),
  );
  const button = element(
    'button',
    {
      type: 'button',
      'aria-expanded': String(isOpen),
      click: () => {
        const opens = ways.hidden;
        for (const other of list.querySelectorAll('[aria-expanded="true"]'))
          other.setAttribute('aria-expanded', 'false');
        for (const other of list.querySelectorAll<HTMLElement>('.ways')) other.hidden = true;
        ways.hidden = !opens;
        button.setAttribute('aria-expanded', String(opens));
        listener.selected(opens ? answer.text : null, opens ? answer.ways.flatMap(({ edges }) => edges) : []);
      },
    },
    answer.text,
    element('span', { class: 'count' }, answer.ways.length === 1 ? '1 way' : `${answer.ways.length} ways`),
  );
  return element('li', {}, button, ways);
}

function linkList({ edges }: Picture): HTMLElement {
  return element(
    'details',
    {},
    element('summary', {}, `The picture as a list of ${edges.length} links`),
    element(
      'ul',
      {},
      ...edges.map(({ summary, isMissing }) =>
        element('li', {}, `${summary}${isMissing ? ' (missing)' : ''}`),
      ),
    ),
  );
}

function anchor({ text, href }: Link): HTMLElement {
  return element('a', { href }, text);
}
