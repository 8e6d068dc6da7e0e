import { readFileSync } from 'node:fs';

/** What this release's package says about it. */
interface Release {
  readonly version: string;
  readonly description: string;
}

/** The version and description of this release. Read, not imported: the compiled package holds no JSON module. */
export const { version, description }: Release = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
