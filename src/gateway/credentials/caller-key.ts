import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { SentCredential } from './sent-credential.ts';

declare const IS_CALLER_KEY: unique symbol;

/** Names a caller without giving its credential away. Made here alone, so nothing else that a client sends is one. */
export type CallerKey = string & { readonly [IS_CALLER_KEY]: true };

/**
 * Names a caller by its whole credential: what is kept under this name for one is found by no other. All who sent nothing
 * have one name, since they have one and the same right.
 */
export function callerKey(credential: SentCredential): CallerKey {
  return digest([credential?.authorization ?? null, credential?.workflowEngine ?? null]);
}

/**
 * Names what a caller's use is counted by: each of its tokens, for one beside a made-up one is the same caller still; its
 * address where it sent none.
 */
export function countedKeys(credential: SentCredential, address: string): readonly CallerKey[] {
  if (!credential) return [addressKey(address)];
  const { authorization, workflowEngine } = credential;
  return authorization === workflowEngine
    ? [digest(authorization)]
    : [digest(authorization), digest(workflowEngine)];
}

/** Names an address. Of IPv6 the first half counts: whoever has one address there has 2^64. */
export function addressKey(address: string): CallerKey {
  const plain = address.replace(/^::ffff:/i, '');
  return (isIPv6(plain) ? `${network(plain)}::/64` : plain) as CallerKey;
}

function digest(value: unknown): CallerKey {
  return hash('sha256', JSON.stringify(value), 'base64url') as CallerKey;
}

function network(address: string): string {
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const missing = address.includes('::') ? 8 - before.length - after.length : 0;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
