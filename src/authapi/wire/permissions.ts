import { type Static, Type } from '@sinclair/typebox';
import { ACCESSES } from '../policy/access.ts';
import { findPermission } from '../policy/permissions.ts';

/** One of the five accesses. */
export const AccessName = Type.Unsafe<(typeof ACCESSES)[number]>({ type: 'string', enum: [...ACCESSES] });

/** A permission that reads right in all three shapes clients know (contract section 12). */
export const Permission = Type.Object({
  name: Type.String(),
  resource: Type.Optional(Type.String()),
  actions: Type.Optional(Type.Array(AccessName)),
});

/** Writes a permission; those of system roles such as ADMIN_MANAGEMENT have a name only. */
export function permissionAnswer(name: string): Static<typeof Permission> {
  const permission = findPermission(name);
  if (permission === null) return { name };
  return { name, resource: permission.resource, actions: [permission.action] };
}
