import type { LinkKind, LinkState, StoredLink } from './types.ts';

const HOUR_MS = 3_600_000;
const LIFE_HOURS: Record<LinkKind, number> = { activation: 72, reset: 1 };

/** When a link ends that is sent now: an activation after 72 hours, a reset after one (Passwords and accounts). */
export function expiryOf(kind: LinkKind, now: Date): Date {
  return new Date(now.getTime() + LIFE_HOURS[kind] * HOUR_MS);
}

/** What a link is worth in this system, now; in the very second of its expiry it is over. */
export function stateOf(link: StoredLink | undefined, systemId: string, now: Date): LinkState {
  if (link === undefined || link.expiresAt === null) return 'unknown';
  if (link.systemId !== systemId) return 'foreign';
  if (link.usedAt !== null) return 'used';
  if (link.endedAt !== null || !link.active) return 'ended';
  return now.getTime() >= link.expiresAt.getTime() ? 'expired' : 'valid';
}
