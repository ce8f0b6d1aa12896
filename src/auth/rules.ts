import { isIP } from 'node:net';

const BASE = 'http://host.invalid';
// Tries that cost nothing: everybody mistypes.
const FREE_FAILURES = 4;
const LONGEST_WAIT_SECONDS = 30;

/**
 * How long the next try must wait after the n-th failure in a row: the fifth costs 2 s, then 4, 8, 16,
 * and never more than 30 s, so that nobody can be locked out (domain.md, Passwords and accounts).
 */
export function waitAfterFailures(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(2 ** (failures - FREE_FAILURES), LONGEST_WAIT_SECONDS);
}

/**
 * A path of this system, as browsers understand it; undefined for everything else (another site or system).
 * Whoever redirects to what came with a request asks here.
 */
export function pathWithin(wanted: string | undefined, systemCode: string): string | undefined {
  if (wanted === undefined || !/^\/(?!\/)[!-[\]-~]*$/.test(wanted) || !URL.canParse(wanted, BASE))
    return undefined;
  const { origin, pathname, search } = new URL(wanted, BASE);
  const home = `/${systemCode}`;
  if (origin !== BASE || (pathname !== home && !pathname.startsWith(`${home}/`))) return undefined;
  return pathname + search;
}

/** Where to go after signing in: a path of the same system, but not back to the login page or out again. */
export function safeNext(wanted: string | undefined, systemCode: string): string | undefined {
  const path = pathWithin(wanted, systemCode);
  const first = path?.slice(systemCode.length + 2).split(/[/?]/)[0] ?? '';
  const isAuth = ['login', 'logout', 'language', 'forgot', 'password'].includes(first);
  return isAuth ? undefined : path;
}

/** A request's address as PostgreSQL's inet and a person read it, null when it is none. */
export function plainAddress(address: string | undefined): string | null {
  const plain = (address ?? '').replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  return isIP(plain) === 0 ? null : plain;
}

/** What counts as "the same address": an IPv6 network of 64 bits belongs to one subscriber. */
export function addressGroup(address: string | null): string {
  if (address === null) return 'unknown';
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const full = [...groups, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...rest];
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** A typed text fit for the history: no control characters, not endless. */
export function forHistory(typed: string): string {
  return typed.replace(/\p{C}/gu, '').slice(0, 40);
}
