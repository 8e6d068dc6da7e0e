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

const NODE_TYPES: ReadonlySet<string> = new Set<NodeType>([
  'User',
  'Group',
  'Role',
  'Application',
  'GatewayAuthConfig',
  'RoleWorkflow',
  'AccessRequest',
]);

/** Writes the global key of a record: base64url of `Type:id` (SCHEMA conventions, "Identity"). */
export function encodeNodeId(type: NodeType, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/**
 * Reads a global key.
 * @throws {GraphQLError} `BAD_USER_INPUT` for anything that `encodeNodeId` did not write.
 */
export function decodeNodeId(nodeId: string): { readonly type: NodeType; readonly id: string } {
  const text = Buffer.from(nodeId, 'base64url').toString();
  const colon = text.indexOf(':');
  const type = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (!isNodeType(type) || encodeNodeId(type, id) !== nodeId) {
    throw badUserInput('This nodeId was not made by this endpoint.');
  }
  return { type, id };
}

/** Tells whether a type is one that {@link NodeType} names. */
export function isNodeType(type: string): type is NodeType {
  return NODE_TYPES.has(type);
}
