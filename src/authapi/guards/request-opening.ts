import { accepted, EngineError, faulty } from '../engine-error.ts';
import type { AccessRequest } from '../policy/requests/access-request.ts';
import { ask, type Wish } from '../policy/requests/ask.ts';
import { Refusal } from '../policy/requests/refusal.ts';
import type { RoleWorkflow } from '../policy/requests/role-workflow.ts';
import type { Database } from '../store/database.ts';
import { countWaiting } from '../store/requests.ts';
import { listWorkflowsServing } from '../store/workflows.ts';
import type { EngineViewer } from './engine-viewer.ts';

/**
 * Makes the request of a wish under the first workflow whose rules take it (contract section 18); with `workflowId`,
 * under that one or none. Throws the refusal of the first that serves it where none does.
 */
export function openRequest(
  database: Database,
  viewer: EngineViewer,
  wish: Wish,
  workflowId: string | undefined,
  id: string,
  now: number,
): AccessRequest {
  const removable = listWorkflowsServing(database, wish.role.id, 'REMOVE').length > 0;
  const attempt = (workflow: RoleWorkflow) => {
    const waiting = countWaiting(database, workflow.id, wish.role.id, wish.target.id);
    const facts = { requester: viewer.snapshot, roleIds: viewer.roleIds, waiting, removable };
    return ask(workflow, wish, facts, id, now);
  };
  const attempts = listWorkflowsServing(database, wish.role.id, wish.action)
    .filter((workflow) => workflowId === undefined || workflowId === '' || workflow.id === workflowId)
    .map(attempt);
  const result = attempts.find((made) => !(made instanceof Refusal)) ?? attempts[0];
  if (result !== undefined) return accepted(result);
  const does = wish.action === 'GRANT' ? 'grants' : 'removes';
  if (workflowId !== undefined && workflowId !== '') {
    throw faulty('INVALID_REQUEST_DATA', 'workflow', `${workflowId} ${does} no role ${wish.role.name}`);
  }
  throw new EngineError(
    400,
    'INVALID_REQUEST_DATA',
    `No workflow ${does} the role ${wish.role.name}; GET /workflow-engine/api/v1/workflows/roles lists what can be asked for`,
    'requested_role',
  );
}
