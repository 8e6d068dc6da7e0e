import { keyOf } from './facts.ts';
import type { TargetKey } from './keys.ts';

/** What access is to: one target, or many of which nobody keeps a list. */
export type Scope =
  | { readonly kind: 'TARGET'; readonly target: TargetKey }
  /** Every target of a type, those included that are not there yet. */
  | { readonly kind: 'TYPE'; readonly targetType: string }
  | { readonly kind: 'EVERYTHING' }
  /** Those targets of a type that members of a group will create: what is there already has its grants. */
  | { readonly kind: 'CREATED_BY_MEMBERS'; readonly targetType: string; readonly groupId: string };

/** Tells whether all that `inner` names is also named by `outer`. */
export function covers(outer: Scope, inner: Scope): boolean {
  switch (outer.kind) {
    case 'EVERYTHING':
      return true;
    case 'TYPE':
      return typeOf(inner) === outer.targetType;
    case 'TARGET':
    case 'CREATED_BY_MEMBERS':
      return scopeKey(outer) === scopeKey(inner);
  }
}

/** Tells whether a scope can cover others than itself. */
export function isWide({ kind }: Scope): boolean {
  return kind === 'EVERYTHING' || kind === 'TYPE';
}

/** Names the one type of target that a scope is about; null for everything. */
export function typeOf(scope: Scope): string | null {
  switch (scope.kind) {
    case 'TARGET':
      return scope.target.type;
    case 'TYPE':
    case 'CREATED_BY_MEMBERS':
      return scope.targetType;
    case 'EVERYTHING':
      return null;
  }
}

/** Writes a scope as one text, the same for equal ones; wide scopes sort before single targets. */
export function scopeKey(scope: Scope): string {
  switch (scope.kind) {
    case 'EVERYTHING':
      return '0';
    case 'TYPE':
      return `1:${scope.targetType}`;
    case 'CREATED_BY_MEMBERS':
      return `2:${scope.targetType}:${scope.groupId}`;
    case 'TARGET':
      return `3:${keyOf(scope.target)}`;
  }
}
