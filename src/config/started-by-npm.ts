/** Tells whether npm (`npm start`, `npx`) started this process, through a shell of its own. */
export function startedByNpm(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['npm_lifecycle_event'] !== undefined;
}
