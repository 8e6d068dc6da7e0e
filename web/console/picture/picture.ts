/** What a node stands for. */
export type NodeKind = 'user' | 'group' | 'role' | 'tag' | 'target' | 'wide' | 'more';

/** Something in the picture. */
export interface PictureNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** What kind of thing it is, for people: `group`, `SECRET_NAME`. */
  readonly type: string;
  readonly name: string;
  /** Where a click leads to; null: nowhere. */
  readonly href: string | null;
}

/** A link from one node to another. */
export interface PictureEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** What the link is, such as `is in`, or what it gives. */
  readonly label: string;
  /** The link in a sentence. */
  readonly summary: string;
  /** Whether it is not there, and would be enough. */
  readonly isMissing: boolean;
}

/** Nodes and edges, each once, in the order in which they were found. */
export class Picture {
  readonly #nodes = new Map<string, PictureNode>();
  readonly #edges = new Map<string, PictureEdge>();

  get nodes(): readonly PictureNode[] {
    return [...this.#nodes.values()];
  }

  get edges(): readonly PictureEdge[] {
    return [...this.#edges.values()];
  }

  addNode(node: PictureNode): string {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
    return node.id;
  }

  /** Adds an edge; where there is one between the two already, their labels and sentences are put together. */
  addEdge(from: string, to: string, label: string, summary: string, isMissing = false): string {
    const id = `${from} → ${to}`;
    const present = this.#edges.get(id);
    this.#edges.set(id, {
      id,
      from,
      to,
      label: present ? joined(present.label, label, ', ') : label,
      summary: present ? joined(present.summary, summary, '; ') : summary,
      isMissing,
    });
    return id;
  }
}

function joined(before: string, more: string, between: string): string {
  return [...new Set([...before.split(between), ...more.split(between)])].join(between);
}
