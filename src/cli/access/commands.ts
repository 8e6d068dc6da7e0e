import { describe } from '../../access/description/describe.ts';
import { writeDescription } from '../../access/description/write.ts';
import { changeInput } from '../../access/planning/change-input.ts';
import { type GatewayAccessFlags, gatewayAccess } from '../../config/gateway-access.ts';
import { applyPlan } from './apply-plan.ts';
import { confirmRemovals, type RemovalFlags } from './confirm-removals.ts';
import { gatewayClient } from './gateway-client.ts';
import { makePlan } from './make-plan.ts';
import { countsOf, planText, sentence } from './plan-text.ts';
import { ProgressLine } from './progress.ts';
import { readState } from './read-state.ts';

export interface PlanFlags extends GatewayAccessFlags {
  readonly prune?: boolean;
  readonly json?: boolean;
}

export interface ApplyFlags extends GatewayAccessFlags, RemovalFlags {
  readonly prune?: boolean;
}

/** Exit code of a plan that has something to do. */
const CHANGES_PENDING = 2;

/** Prints what would make a file hold. The exit code tells whether there is anything to do. */
export async function planFile(
  file: string,
  { prune = false, json = false, ...flags }: PlanFlags,
): Promise<void> {
  const { plan, state } = await makePlan(file, prune, gatewayClient(gatewayAccess(flags)));
  const { changes, spared } = plan;
  if (json) {
    const listed = changes.map((change) => ({
      kind: change.kind,
      summary: sentence(change, state),
      input: changeInput(change),
    }));
    process.stdout.write(
      `${JSON.stringify({ changes: listed, spared, counts: countsOf(changes, state) }, null, 2)}\n`,
    );
  } else process.stdout.write(planText(plan, state));
  process.exitCode = changes.length > 0 ? CHANGES_PENDING : 0;
}

/**
 * Makes a file hold, and says what is done.
 *
 * @throws {RemovalsError} it takes something away, and nobody has said to mean that; nothing was done.
 * @throws {ApplyError} something failed or was interrupted; running it again goes on from there.
 */
export async function applyFile(file: string, { prune = false, ...flags }: ApplyFlags): Promise<void> {
  const ask = gatewayClient(gatewayAccess(flags));
  const { plan, state } = await makePlan(file, prune, ask);
  process.stdout.write(planText(plan, state));
  if (plan.changes.length === 0) return;
  await confirmRemovals(plan, flags);
  await applyPlan(plan.changes, state, ask);
  process.stdout.write(`Done: ${plan.changes.length} of ${plan.changes.length}.\n`);
}

/** Prints a description of all that holds. */
export async function exportAll(flags: GatewayAccessFlags): Promise<void> {
  const ask = gatewayClient(gatewayAccess(flags));
  const line = new ProgressLine();
  const state = await readState(ask, true, (what, done, total) =>
    line.show(`Reading ${what}: ${done} of ${total}`),
  );
  line.clear();
  process.stdout.write(writeDescription(describe(state)));
}
