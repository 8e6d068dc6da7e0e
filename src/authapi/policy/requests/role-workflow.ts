import type { GrantBounds } from './grant-window.ts';

/** A role as it was called when it was written down; its id tells whether it is still there. */
export interface RoleSnapshot {
  readonly id: string;
  readonly name: string;
}

/** A user as it was called when it was written down. */
export interface UserSnapshot {
  readonly id: string;
  readonly displayName: string;
}

/** Whether a step takes one approval, or one for every approver role. */
export const MATCHES = ['ANY', 'ALL'] as const;
export type Match = (typeof MATCHES)[number];

/** What a request asks for, and, with BOTH, what a workflow is for. */
export const ACTIONS = ['GRANT', 'REMOVE'] as const;
export type RequestAction = (typeof ACTIONS)[number];
export const WORKFLOW_ACTIONS = [...ACTIONS, 'BOTH'] as const;
export type WorkflowAction = (typeof WORKFLOW_ACTIONS)[number];

export interface WorkflowStep {
  readonly id: string;
  readonly name: string;
  readonly match: Match;
  readonly approvers: readonly { readonly id: string; readonly role: RoleSnapshot }[];
}

/** A template: who may ask for which roles, who must approve, and for how long (contract section 17). */
export interface RoleWorkflow extends GrantBounds {
  readonly id: string;
  readonly name: string;
  readonly comment: string;
  readonly action: WorkflowAction;
  readonly targetRoles: readonly RoleSnapshot[];
  /** Whoever holds one of them may ask; empty is everybody. */
  readonly requesterRoles: readonly RoleSnapshot[];
  readonly maxActiveRequests: number;
  readonly requiresJustification: boolean;
  readonly canBypassRevokeWorkflow: boolean;
  readonly steps: readonly WorkflowStep[];
  /** The `users.uuid` of whoever made it. */
  readonly author: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** Tells whether a workflow is for doing `action` with a role. */
export function serves(workflow: RoleWorkflow, roleId: string, action: RequestAction): boolean {
  return (
    workflow.targetRoles.some((role) => role.id === roleId) &&
    (workflow.action === 'BOTH' || workflow.action === action)
  );
}
