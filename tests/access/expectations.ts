import type { TestApp } from '../support/test-app.ts';
import { EVERYONE, SIGNED_IN, type Visitor } from './people.ts';

/** Which status every visitor gets. */
export type Expected = Record<Visitor, number>;

/** One request of the table; `GET /:system/entry` has as many rows as it knows answers. */
export interface Row {
  what: string;
  path(app: TestApp): string | Promise<string>;
  /** The form's fields; read after `prepare`. */
  fields?(app: TestApp): Record<string, string> | Promise<Record<string, string>>;
  /** Puts back what an earlier visitor's allowed change has changed. */
  prepare?(app: TestApp): Promise<unknown>;
  /** The request ends the visitor's session, or needs one of its own. */
  freshSession?: true;
  expected: Expected;
}

const ROLES = {
  district: ['owner', 'colleague', 'idle', 'outsider'],
  krabi: ['owner', 'colleague', 'idle'],
  bureau9: ['certifier', 'bureauAdmin'],
  bureaus: ['certifier', 'bureauAdmin', 'otherCertifier'],
  certifiers: ['certifier', 'bureauAdmin', 'otherCertifier', 'kpiOffice'],
} as const satisfies Record<string, readonly Visitor[]>;

type Group = keyof typeof ROLES;

/** Everybody gets the same, signed in or not. */
export function everybody(status: number): Expected {
  return Object.fromEntries(EVERYONE.map((visitor) => [visitor, status])) as Expected;
}

/**
 * Behind the sign-in: strangers are sent to the login page, everybody else gets `status` unless a group or a
 * person is named with another one (a later name outweighs an earlier one).
 */
export function behindSignIn(
  status: number,
  others: Partial<Record<Group | Visitor, number>> = {},
): Expected {
  const expected = everybody(303);
  for (const visitor of SIGNED_IN) expected[visitor] = status;
  for (const [name, other] of Object.entries(others)) {
    for (const visitor of ROLES[name as Group] ?? [name]) expected[visitor as Visitor] = other;
  }
  return expected;
}
