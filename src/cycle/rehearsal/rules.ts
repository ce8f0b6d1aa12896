import { labelOf } from '../../framework/rules.ts';
import type { ManagedRound } from '../rounds/types.ts';
import type { Check, CheckItem, CheckState, Named, RehearsalFacts, UnassignedIndicator } from './types.ts';

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
const BANGKOK_AHEAD = 7 * MS_PER_HOUR;
// 1 January 1970 was a Thursday; Sunday is 0
const FIRST_WEEKDAY = 4;
/** Who has less time to report is told too late. */
const SHORTEST_ENTRY_DAYS = 3;
const LISTED = 50;

/** The checklist of a round before it opens: what keeps people from reporting or certifying first. */
export function rehearse(round: ManagedRound, facts: RehearsalFacts, now: Date): Check[] {
  const { offices, bureaus, lint, unassigned } = facts;
  const here = `/rounds/${round.id}`;
  const year = round.fiscalYear;
  const assignments = (office: { id: string }) =>
    `/assignments?office=${office.id}&year=${year}&show=lacking`;
  return [
    listsCheck(round, facts, here),
    {
      ...{ name: 'unassigned', state: unassigned.length > 0 ? 'warn' : 'ok', count: unassigned.length },
      href: `/assignments?year=${year}`,
      items: unassigned.slice(0, LISTED).map((indicator) => indicatorItem(indicator, assignments)),
    },
    sideCheck('officeUsers', 'bad', offices.withoutUser, '/users?kind=district'),
    sideCheck('officeEmails', 'warn', offices.withoutEmail, '/users?kind=district'),
    sideCheck('bureauUsers', 'bad', bureaus.withoutUser, '/users?kind=bureau'),
    sideCheck('bureauEmails', 'warn', bureaus.withoutEmail, '/users?kind=bureau'),
    {
      ...{ name: 'uncertified', state: bureaus.uncertified.count > 0 ? 'bad' : 'ok' },
      ...{ count: bureaus.uncertified.count, href: `/framework/${year}` },
      items: bureaus.uncertified.first.map(({ label }) => ({ text: label })),
    },
    lintCheck('lintErrors', 'bad', lint.errors, year),
    lintCheck('lintWarnings', 'warn', lint.warnings, year),
    timesCheck('windows', windowItems(round, now), here),
    timesCheck('weekend', weekendItems(round), here),
    {
      ...{ name: 'audit', state: facts.audits.length > 0 ? 'info' : 'ok', count: facts.audits.length },
      href: `/audit?round=${round.id}`,
      items: facts.audits.slice(0, LISTED).map((indicator) => ({ text: labelOf(indicator) })),
    },
    { name: 'mail', state: facts.hasMailServer ? 'ok' : 'warn', count: null, href: '/mail', items: [] },
    {
      ...{ name: 'factor', state: facts.withoutFactor > 0 ? 'warn' : 'ok' },
      ...{ count: facts.withoutFactor, href: '/settings', items: [] },
    },
  ];
}

/** The worst state of a checklist; what only informs is as good as green. */
export function readiness(checks: readonly Check[]): 'ok' | 'warn' | 'bad' {
  const has = (state: CheckState) => checks.some((check) => check.state === state);
  return has('bad') ? 'bad' : has('warn') ? 'warn' : 'ok';
}

function listsCheck(round: ManagedRound, { offices }: RehearsalFacts, href: string): Check {
  const { missing } = offices;
  const isComplete = round.offices > 0 && missing.entries === 0;
  return {
    ...{ name: 'lists', state: isComplete ? 'ok' : 'bad', count: missing.entries, href },
    items: missing.first.map(({ label }) => ({ text: label })),
  };
}

function sideCheck(
  name: 'officeUsers' | 'officeEmails' | 'bureauUsers' | 'bureauEmails',
  state: CheckState,
  { count, first }: Named,
  href: string,
): Check {
  const items = first.map(({ id, label }) => ({ text: label, href: `/users?office=${id}` }));
  return { name, state: count > 0 ? state : 'ok', count, href, items };
}

function lintCheck(
  name: 'lintErrors' | 'lintWarnings',
  state: CheckState,
  texts: readonly string[],
  year: number,
): Check {
  const items = texts.slice(0, LISTED).map((text) => ({ text }));
  return {
    name,
    state: texts.length > 0 ? state : 'ok',
    count: texts.length,
    href: `/framework/${year}/lint`,
    items,
  };
}

function timesCheck(name: 'windows' | 'weekend', keys: NonNullable<CheckItem['key']>[], here: string): Check {
  const passed = keys.some((key) => key === 'passedEntry' || key === 'passedCertification');
  return {
    ...{ name, state: passed ? 'bad' : keys.length > 0 ? 'warn' : 'ok', count: keys.length },
    href: `${here}/windows/entry`,
    items: keys.map((key) => ({ key })),
  };
}

/** That the times follow each other is held by the database. */
function windowItems(round: ManagedRound, now: Date): NonNullable<CheckItem['key']>[] {
  const { entryOpensAt, entryClosesAt, certificationClosesAt, dataAsOf } = round;
  const days = (entryClosesAt.getTime() - entryOpensAt.getTime()) / MS_PER_DAY;
  return [
    ...(certificationClosesAt <= now ? ['passedCertification' as const] : []),
    ...(entryClosesAt <= now ? ['passedEntry' as const] : []),
    ...(dataAsOf !== null && dayInBangkok(entryOpensAt) < dayOf(dataAsOf) ? ['beforeData' as const] : []),
    ...(days < SHORTEST_ENTRY_DAYS ? ['shortEntry' as const] : []),
  ];
}

function weekendItems({
  entryClosesAt,
  certificationClosesAt,
}: ManagedRound): NonNullable<CheckItem['key']>[] {
  return [
    ...(isWeekend(entryClosesAt) ? ['weekendEntry' as const] : []),
    ...(isWeekend(certificationClosesAt) ? ['weekendCertification' as const] : []),
  ];
}

function isWeekend(moment: Date): boolean {
  const weekday = (dayInBangkok(moment) + FIRST_WEEKDAY) % 7;
  return weekday === 0 || weekday === 6;
}

function dayInBangkok(moment: Date): number {
  return Math.floor((moment.getTime() + BANGKOK_AHEAD) / MS_PER_DAY);
}

function dayOf(date: string): number {
  return Math.floor(Date.parse(date) / MS_PER_DAY);
}

function indicatorItem(
  indicator: UnassignedIndicator,
  hrefOf: (office: { id: string }) => string,
): CheckItem {
  const names = indicator.first.map((office) => ({ label: office.label, href: hrefOf(office) }));
  return { text: labelOf(indicator), count: indicator.offices, names };
}
