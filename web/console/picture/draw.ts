import { svg } from '../element.ts';
import {
  type Box,
  LINE_HEIGHT,
  type PlacedEdge,
  type PlacedNode,
  type Point,
  placed,
  shortened,
} from './layout.ts';
import type { Picture } from './picture.ts';

/** The least scale at which names can be read. */
const SMALLEST = 0.65;
const CORNER = 6;

/**
 * Draws a picture. Nodes are links, so that the keyboard reaches them; what they say is also in the list beside it.
 *
 * @param known the edges that were drawn before; others are marked as new.
 */
export function draw(picture: Picture, known: ReadonlySet<string> | null): SVGSVGElement {
  const { width, height, nodes, edges } = placed(picture);
  const drawing = svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width: String(width),
      height: String(height),
      role: 'group',
      'aria-label': `${nodes.length} things and ${edges.length} links; the list of links says the same`,
    },
    svg(
      'defs',
      {},
      svg(
        'marker',
        {
          id: 'arrow',
          viewBox: '0 0 10 10',
          refX: '9',
          refY: '5',
          markerUnits: 'userSpaceOnUse',
          markerWidth: '9',
          markerHeight: '9',
          orient: 'auto',
        },
        svg('path', { d: 'M 0 0 L 10 5 L 0 10 z' }),
      ),
    ),
    ...edges.map((edge) => line(edge, known !== null && !known.has(edge.id))),
    ...edges.map(label),
    ...nodes.map(box),
  );
  // It shrinks to fit as long as it can be read, and is scrolled beyond that.
  drawing.style.minWidth = `${width * SMALLEST}px`;
  return drawing;
}

/** Marks some edges and the nodes at their ends, and lets the others fade; none: all are alike. */
export function highlight(drawing: SVGSVGElement, edges: ReadonlySet<string>): void {
  drawing.classList.toggle('highlighted', edges.size > 0);
  const ends = new Set([...edges].flatMap((id) => id.split(' → ')));
  for (const part of drawing.querySelectorAll('[data-edge]')) {
    part.classList.toggle('on', edges.has(part.getAttribute('data-edge') ?? ''));
  }
  for (const part of drawing.querySelectorAll('[data-node]')) {
    part.classList.toggle('on', ends.has(part.getAttribute('data-node') ?? ''));
  }
}

function line({ id, points, isMissing }: PlacedEdge, isNew: boolean): SVGPathElement {
  const name = `edge${isMissing ? ' missing' : ''}${isNew ? ' new' : ''}`;
  return svg('path', { class: name, 'data-edge': id, d: curve(points), 'marker-end': 'url(#arrow)' });
}

function label({ id, lines, summary, place }: PlacedEdge): SVGElement {
  const top = place.y + 4 - ((lines.length - 1) * LINE_HEIGHT) / 2;
  return svg(
    'g',
    { class: 'label', 'data-edge': id, 'aria-hidden': 'true' },
    svg('title', {}, summary),
    rectangle(place),
    ...lines.map((text, index) =>
      svg('text', { x: String(place.x), y: String(top + index * LINE_HEIGHT) }, text),
    ),
  );
}

function box({ id, kind, type, name, href, ...place }: PlacedNode): SVGElement {
  const { x, y } = place;
  const content = [
    svg('title', {}, `${type} ${name}`),
    rectangle(place, kind === 'user' ? place.height / 2 : CORNER),
    svg('text', { class: 'type', x: String(x), y: String(y - 6), 'aria-hidden': 'true' }, type.toUpperCase()),
    svg('text', { class: 'name', x: String(x), y: String(y + 11), 'aria-hidden': 'true' }, shortened(name)),
  ];
  const attributes = { class: `node ${kind}`, 'data-node': id };
  return href === null ? svg('g', attributes, ...content) : svg('a', { ...attributes, href }, ...content);
}

function rectangle({ x, y, width, height }: Box, corner = 0): SVGRectElement {
  const [left, top] = [x - width / 2, y - height / 2];
  return svg('rect', {
    x: String(left),
    y: String(top),
    width: String(width),
    height: String(height),
    rx: String(corner),
  });
}

/** A smooth line through all points, flat where it leaves and arrives, so that it passes below its label. */
function curve([first, ...others]: readonly Point[]): string {
  if (!first) return '';
  let { x, y } = first;
  const bends = others.map((point) => {
    const half = (x + point.x) / 2;
    const bend = `C ${half} ${y} ${half} ${point.y} ${point.x} ${point.y}`;
    ({ x, y } = point);
    return bend;
  });
  return `M ${first.x} ${first.y} ${bends.join(' ')}`;
}
