import type { PathFragment } from '../generated/operations.ts';
import { addPath, type Destination } from '../picture/add-path.ts';
import type { Picture } from '../picture/picture.ts';
import type { Way } from './view.ts';

/** Adds paths to a picture, and tells them in words. */
export function ways(picture: Picture, paths: readonly PathFragment[], destination: Destination): Way[] {
  return paths.map((path) => ({
    steps: path.steps.map(({ summary }) => summary),
    edges: addPath(picture, path, destination),
    endsAt: path.endsAt,
  }));
}
