import { z } from 'zod';
import { givesPermissions } from '../../access/description/description.ts';
import { type Difference, difference } from '../../access/description/difference.ts';
import { readDescription } from '../../access/description/read.ts';
import type { TargetKey } from '../../access/facts/keys.ts';
import type { AccessState } from '../../access/planning/access-state.ts';
import { faultOf } from '../../access/planning/writing-rules.ts';
import { readBoundedText } from '../../config/bounded-text.ts';
import { utf8Text } from '../../config/utf8-text.ts';
import type { Ask } from './gateway-client.ts';
import { ProgressLine } from './progress.ts';
import { readGrantsOn, readOffered, readState } from './read-state.ts';

/** As much as a description of everything that the largest installation has. */
const MOST_BYTES = 32 * 1024 * 1024;

const viewer = z.object({ viewer: z.object({ id: z.string() }).nullable() });

/**
 * Works out what makes a file hold on a gateway.
 *
 * @param file path of the description, or `-` for standard input.
 * @throws {DescriptionError} it cannot be used; nothing was asked, unless only the state tells.
 * @throws {GatewayRequestError} the state cannot be read.
 */
export async function makePlan(
  file: string,
  prune: boolean,
  ask: Ask,
): Promise<{ readonly plan: Difference; readonly state: AccessState }> {
  const { description, fail } = readDescription(
    await contentOf(file),
    file === '-' ? 'standard input' : file,
  );
  const line = new ProgressLine();
  try {
    const { viewer: caller } = await ask('{ viewer { id } }', {}, viewer);
    const state = await readState(ask, description.grants !== undefined, (what, done, total) =>
      line.show(`Reading ${what}: ${done} of ${total}`),
    );
    const offered = givesPermissions(description) ? await readOffered(ask) : null;
    const options = { prune, caller: caller?.id ?? null, offered };
    await readGrantsOfRoles(difference(description, state, options), state, ask);
    const plan = difference(description, state, options);
    if (plan.faults.length > 0) throw fail(plan.faults);
    return { plan, state };
  } finally {
    line.clear();
  }
}

/** Not every server lists the grants of a role, so those that seem to be missing are looked for on their targets. */
async function readGrantsOfRoles({ changes }: Difference, state: AccessState, ask: Ask): Promise<void> {
  const targets = new Map<string, TargetKey>();
  for (const change of changes) {
    if (change.kind !== 'GRANT_PERMISSIONS' || change.subject.type !== 'ROLE' || faultOf(change)) continue;
    targets.set(`${change.target.type}:${change.target.id}`, change.target);
  }
  for (const target of targets.values()) await readGrantsOn(target, state, ask);
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return standardInput();
  try {
    return readBoundedText(file, MOST_BYTES);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (why === 'EILSEQ') throw new Error(`${file} is ${Object(error).message}`);
    throw new Error(`${file} cannot be read (${why}): check the path`);
  }
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let left = MOST_BYTES;
  for await (const chunk of process.stdin) {
    left -= chunk.length;
    if (left < 0) throw new Error(`standard input has more than ${MOST_BYTES} bytes: send parts`);
    chunks.push(chunk);
  }
  return utf8Text(Buffer.concat(chunks));
}
