import type { Picture } from '../picture/picture.ts';

/** Says how much of a list is not on the screen; nothing where all of it is. */
export function restOf(what: string, shown: number, total: number): string[] {
  return total > shown ? [`${shown} of ${total} ${what} are shown.`] : [];
}

/** Everything that a page about one place shows. */
export interface View {
  readonly title: string;
  /** What it is about, in a few words. */
  readonly lead: string;
  readonly picture: Picture;
  /** Short lists of what is next to it. */
  readonly neighbours: readonly Neighbours[];
  readonly answersTitle: string;
  readonly answers: readonly Answer[];
  /** What is not shown, and may be missing. */
  readonly notes: readonly string[];
  /** The user that a question can be asked about; null where there is none. */
  readonly user: string | null;
}

export interface Neighbours {
  readonly label: string;
  readonly links: readonly Link[];
}

export interface Link {
  readonly text: string;
  readonly href: string;
}

/** An access, or somebody who has one, and why. */
export interface Answer {
  readonly text: string;
  /** Where to look further. */
  readonly link: Link | null;
  readonly ways: readonly Way[];
}

/** One path: its links in words, and its edges in the picture. */
export interface Way {
  readonly steps: readonly string[];
  readonly edges: readonly string[];
  /** When it ends by itself, as ISO 8601. */
  readonly endsAt: string | null;
}
