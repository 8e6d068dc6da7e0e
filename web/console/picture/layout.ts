import { Graph, layout } from '@dagrejs/dagre';
import type { Picture, PictureEdge, PictureNode } from './picture.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place: x and y are its centre. Lengths in pixels. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A node at its place. */
export interface PlacedNode extends PictureNode, Box {}

/** An edge at its place: the points that it passes, and where its label is. */
export interface PlacedEdge extends PictureEdge {
  readonly points: readonly Point[];
  /** The label, in short lines. */
  readonly lines: readonly string[];
  readonly place: Box;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export const LABEL_FONT = '11px system-ui, sans-serif';
const NAME_FONT = '600 13px system-ui, sans-serif';
const NODE_HEIGHT = 44;
const NODE_PADDING = 28;
/** Of a label. */
export const LINE_HEIGHT = 13;
const LONGEST_NAME = 30;
const WORDS_PER_LINE = 2;

/** Puts a picture into layers from left to right: who, by what, to what. */
export function placed(picture: Picture): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 56, edgesep: 10, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, name, type } of picture.nodes) {
    const width =
      Math.max(widthOf(shortened(name), NAME_FONT), widthOf(type.toUpperCase(), LABEL_FONT)) + NODE_PADDING;
    graph.setNode(id, { width, height: NODE_HEIGHT });
  }
  const edges = picture.edges.map((edge) => ({ ...edge, lines: linesOf(edge.label) }));
  for (const { from, to, lines } of edges) {
    const width = Math.max(...lines.map((line) => widthOf(line, LABEL_FONT))) + 12;
    graph.setEdge(from, to, { width, height: lines.length * LINE_HEIGHT + 4, labelpos: 'c' });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: picture.nodes.map((node) => {
      const { x, y, width, height } = graph.node(node.id);
      return { ...node, x, y, width, height };
    }),
    edges: edges.map((edge) => {
      const { points, x, y, width, height } = graph.edge(edge.from, edge.to);
      const [from, to] = [graph.node(edge.from), graph.node(edge.to)];
      // Edges leave on the right and arrive on the left, and are straight where their labels are.
      const start = { x: from.x + from.width / 2, y: from.y };
      const end = { x: to.x - to.width / 2, y: to.y };
      const between = points
        .slice(1, -1)
        .flatMap((point: Point) => (point.x === x && point.y === y ? sidesOf({ x, y, width }) : [point]));
      return { ...edge, points: [start, ...between, end], place: { x, y, width, height } };
    }),
  };
}

/** A name as it is drawn; the whole of it is in the title. */
export function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

function sidesOf({ x, y, width }: Omit<Box, 'height'>): Point[] {
  return [
    { x: x - width / 2, y },
    { x: x + width / 2, y },
  ];
}

/** Breaks a list of words into short lines, since the width of labels is what makes pictures wide. */
function linesOf(label: string): string[] {
  const words = label.split(', ');
  const lines: string[] = [];
  for (let first = 0; first < words.length; first += WORDS_PER_LINE) {
    const isLast = first + WORDS_PER_LINE >= words.length;
    lines.push(words.slice(first, first + WORDS_PER_LINE).join(', ') + (isLast ? '' : ','));
  }
  return lines;
}

const canvas = document.createElement('canvas').getContext('2d');

function widthOf(text: string, font: string): number {
  if (!canvas) return text.length * 8;
  canvas.font = font;
  return Math.ceil(canvas.measureText(text).width);
}
