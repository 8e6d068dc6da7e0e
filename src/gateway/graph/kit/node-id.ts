import { badUserInput } from './errors.ts';

/** Types of the graph that one REST call can read by one key. */
export type NodeType =
  | 'User'
  | 'Group'
  | 'Role'
  | 'Application'
  | 'GatewayAuthConfig'
  | 'RoleWorkflow'
  | 'AccessRequest';

/** Types that have a global key: those records, and targets, which need not be there. */
export type GlobalType = NodeType | 'Target';

const GLOBAL_TYPES: ReadonlySet<string> = new Set<GlobalType>([
  'Target',
  'User',
  'Group',
  'Role',
  'Application',
  'GatewayAuthConfig',
  'RoleWorkflow',
  'AccessRequest',
]);

/** Writes the global key of a record: base64url of `Type:id` (SCHEMA conventions, "Identity"). */
export function encodeNodeId(type: GlobalType, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/**
 * Reads a global key.
 * @throws {GraphQLError} `BAD_USER_INPUT` for anything that `encodeNodeId` did not write.
 */
export function decodeNodeId(nodeId: string): { readonly type: GlobalType; readonly id: string } {
  const text = Buffer.from(nodeId, 'base64url').toString();
  const colon = text.indexOf(':');
  const type = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (!isGlobalType(type) || encodeNodeId(type, id) !== nodeId) {
    throw badUserInput('This nodeId was not made by this endpoint.');
  }
  return { type, id };
}

/** Tells whether a type is one that {@link GlobalType} names. */
export function isGlobalType(type: string): type is GlobalType {
  return GLOBAL_TYPES.has(type);
}
