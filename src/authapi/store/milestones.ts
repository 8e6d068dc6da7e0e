import type { Database } from './database.ts';

/** Tells whether something that happens once in the life of a store has happened. */
export function hasReached(database: Database, milestone: string): boolean {
  return database.one('SELECT 1 FROM milestones WHERE name = ?', milestone) !== null;
}

/** Notes that something that happens once has happened. */
export function markReached(database: Database, milestone: string, at: number): void {
  database.run('INSERT INTO milestones (name, reached_at) VALUES (?, ?)', milestone, at);
}
