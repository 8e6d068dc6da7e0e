import { type RequestAction, type RoleWorkflow, serves } from '../policy/requests/role-workflow.ts';
import type { Database } from './database.ts';

/** A part of a list and how long the whole is. */
export interface Page<Item> {
  readonly count: number;
  readonly items: readonly Item[];
}

/** Where a page begins, and how many it holds at most. */
export interface PageRange {
  readonly offset: number;
  readonly limit: number;
}

interface WorkflowRow {
  template: string;
}

/** Finds a workflow by id. */
export function findWorkflow(database: Database, id: string): RoleWorkflow | null {
  const row = database.one<WorkflowRow>('SELECT template FROM workflows WHERE id = ?', id);
  return row && workflowOf(row);
}

/** Lists a page of workflows, in the order they were made. */
export function listWorkflows(database: Database, { offset, limit }: PageRange): Page<RoleWorkflow> {
  const items = database.all<WorkflowRow>(
    'SELECT template FROM workflows ORDER BY seq LIMIT ? OFFSET ?',
    limit,
    offset,
  );
  const total = database.one<{ count: number }>('SELECT count(*) AS count FROM workflows');
  return { count: total?.count ?? 0, items: items.map(workflowOf) };
}

/** Lists all workflows, in the order they were made. */
export function listAllWorkflows(database: Database): RoleWorkflow[] {
  return database.all<WorkflowRow>('SELECT template FROM workflows ORDER BY seq').map(workflowOf);
}

/** Lists the workflows that are for doing `action` with a role, in the order they were made. */
export function listWorkflowsServing(
  database: Database,
  roleId: string,
  action: RequestAction,
): RoleWorkflow[] {
  return database
    .all<WorkflowRow>(
      `SELECT template FROM workflows
       WHERE EXISTS (SELECT 1 FROM json_each(template, '$.targetRoles') WHERE value ->> 'id' = ?) ORDER BY seq`,
      roleId,
    )
    .map(workflowOf)
    .filter((workflow) => serves(workflow, roleId, action));
}

/** Adds a workflow. */
export function insertWorkflow(database: Database, workflow: RoleWorkflow): void {
  database.run('INSERT INTO workflows (id, template) VALUES (?, ?)', workflow.id, JSON.stringify(workflow));
}

/** Replaces a workflow. */
export function updateWorkflow(database: Database, workflow: RoleWorkflow): void {
  database.run('UPDATE workflows SET template = ? WHERE id = ?', JSON.stringify(workflow), workflow.id);
}

/** Deletes a workflow; its requests stay as they are. */
export function deleteWorkflow(database: Database, id: string): void {
  database.run('DELETE FROM workflows WHERE id = ?', id);
}

function workflowOf({ template }: WorkflowRow): RoleWorkflow {
  return JSON.parse(template);
}
