import type { Db } from '../db/database.ts';
import { loadFramework } from '../framework/queries.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { may } from '../http/rights.ts';
import { notFound } from '../lib/errors.ts';
import { listBureaus, listDistricts } from '../offices/queries.ts';
import type { Office } from '../offices/types.ts';
import { officeScopeOf } from './actions.ts';
import type { ListQuery, PersonQuery } from './forms.ts';
import { type AssignmentList, assignmentList, bureausOf } from './list-page.ts';
import { type PersonPage, personPage } from './person-page.ts';
import {
  findAssignedOffice,
  findEarlierYear,
  findPerson,
  listContacts,
  listFrameworkYears,
  listOfficeAssignments,
} from './queries.ts';
import { type TakenOver, takeOver } from './rules.ts';
import type { AssignedOffice, AssignedPerson, FrameworkYear } from './types.ts';

export interface LoadedPerson {
  person: AssignedPerson;
  years: FrameworkYear[];
  /** Undefined where the system has no published framework yet. */
  year: FrameworkYear | undefined;
  page: PersonPage | undefined;
  /** The year whose assignments the office could take over. */
  earlier: FrameworkYear | undefined;
  /** The colleague whose assignments are ticked as well, and how many that added. */
  copied: { name: string; added: number } | null;
}

/** One person's tree. Throws notFound for somebody else's people and for a year without a framework. */
export async function loadPersonPage(
  db: Db,
  user: CurrentUser,
  personId: string,
  query: PersonQuery & { ticked?: readonly string[] },
): Promise<LoadedPerson> {
  const { systemId } = user;
  const person = await requirePerson(db, user, personId);
  const years = await listFrameworkYears(db, systemId);
  const year = chosenYear(years, query.year);
  if (year === undefined) return { person, years, year, page: undefined, earlier: undefined, copied: null };
  const framework = await loadFramework(db, year.id, year.version);
  const officeId = person.office.id;
  const assignments = await listOfficeAssignments(db, { frameworkId: year.id, officeId, systemId });
  const stored = personPage({ framework, person, assignments });
  const from = stored.colleagues.find(({ id }) => id === query.from);
  if (query.from !== undefined && from === undefined) throw notFound();
  const copied = assignments.filter(({ userId }) => userId === from?.id).map(({ nodeId }) => nodeId);
  const ticked = new Set([...(query.ticked ?? stored.shown), ...copied]);
  const page = personPage({ framework, person, assignments, ticked });
  const earlier = await offer(db, user, person.office, years, year, page.nobodyYet);
  return {
    person,
    years,
    year,
    page,
    earlier,
    copied: from === undefined ? null : { name: from.name, added: page.ticked - stored.shown.length },
  };
}

/** Somebody to whom this manager assigns; notFound for anybody else. */
export async function requirePerson(db: Db, user: CurrentUser, userId: string): Promise<AssignedPerson> {
  const scope = { userId, systemId: user.systemId, officeId: officeScopeOf(user) };
  const person = await findPerson(db, scope);
  if (person === undefined) throw notFound();
  return person;
}

export interface LoadedList {
  office: AssignedOffice;
  years: FrameworkYear[];
  year: FrameworkYear | undefined;
  list: AssignmentList | undefined;
  /** The viewer may assign to people of this office. */
  canEdit: boolean;
  /** Only what this bureau certifies is shown of the office. */
  ofBureau: string | null;
  /** The offices that can be chosen; none for a district office. */
  choices: { bureaus: Office[]; districts: Office[] };
  earlier: FrameworkYear | undefined;
}

/** The list of one office. Throws notFound for an office that is not the viewer's to see. */
export async function loadList(db: Db, user: CurrentUser, query: ListQuery): Promise<LoadedList> {
  const { systemId } = user;
  const office = await visibleOffice(db, user, query.office ?? user.officeId);
  const years = await listFrameworkYears(db, systemId);
  const year = chosenYear(years, query.year);
  const ofBureau = office.kind === 'district' && user.officeKind === 'bureau' ? user.officeId : null;
  const canEdit = mayAssignIn(user, office.id);
  const none = { bureaus: [], districts: [] };
  if (year === undefined)
    return { office, years, year, list: undefined, canEdit, ofBureau, choices: none, earlier: undefined };
  const framework = await loadFramework(db, year.id, year.version);
  const bureaus = await listBureaus(db, systemId);
  const officeIds = [office.id, ...bureausOf({ framework, office, ofBureau })];
  const contacts = await listContacts(db, { systemId, frameworkId: year.id, officeIds });
  const list = assignmentList({ framework, office, ofBureau, bureaus, contacts }, query.show);
  const earlier = canEdit ? await offer(db, user, office, years, year, list.nobodyYet) : undefined;
  const choices = user.officeKind === 'district' ? none : await choicesOf(db, user, bureaus, year);
  return { office, years, year, list, canEdit, ofBureau, choices, earlier };
}

export interface LoadedTakeOver {
  office: AssignedOffice;
  from: FrameworkYear;
  to: FrameworkYear;
  plan: TakenOver[];
}

/**
 * What taking over an earlier year's assignments would do; undefined where there is nothing to take over (any
 * more). Throws notFound for an office that is not the manager's.
 */
export async function loadTakeOver(
  db: Db,
  user: CurrentUser,
  officeId: string,
): Promise<LoadedTakeOver | undefined> {
  const { systemId } = user;
  if (!mayAssignIn(user, officeId)) throw notFound();
  const office = await findAssignedOffice(db, systemId, officeId);
  if (office === undefined) throw notFound();
  const years = await listFrameworkYears(db, systemId);
  const [to] = years;
  if (to === undefined) return undefined;
  const present = await listOfficeAssignments(db, { frameworkId: to.id, officeId, systemId });
  const from = await offer(db, user, office, years, to, !present.some(({ active }) => active));
  if (from === undefined) return undefined;
  const before = await listOfficeAssignments(db, { frameworkId: from.id, officeId, systemId });
  const plan = takeOver(
    await loadFramework(db, from.id, from.version),
    await loadFramework(db, to.id, to.version),
    office,
    before.filter(({ active }) => active),
  );
  return { office, from, to, plan };
}

/** The year that was asked for, otherwise the newest; notFound for one without a framework. */
export function chosenYear(
  years: readonly FrameworkYear[],
  wanted: number | undefined,
): FrameworkYear | undefined {
  if (wanted === undefined) return years[0];
  const year = years.find(({ fiscalYear }) => fiscalYear === wanted);
  if (year === undefined) throw notFound();
  return year;
}

/** Whether this person assigns to people of that office. */
export function mayAssignIn(user: CurrentUser, officeId: string): boolean {
  return may(user, 'assignments.edit') && [null, officeId].includes(officeScopeOf(user));
}

/** District offices see themselves, bureaus themselves and every district, the KPI office everybody. */
async function visibleOffice(db: Db, user: CurrentUser, officeId: string): Promise<AssignedOffice> {
  const isOwn = officeId === user.officeId;
  if (!isOwn && user.officeKind === 'district') throw notFound();
  const office = await findAssignedOffice(db, user.systemId, officeId);
  if (office === undefined) throw notFound();
  if (!isOwn && user.role !== 'kpi_office' && office.kind !== 'district') throw notFound();
  return office;
}

async function choicesOf(
  db: Db,
  user: CurrentUser,
  bureaus: Office[],
  year: FrameworkYear,
): Promise<LoadedList['choices']> {
  return {
    bureaus: bureaus.filter(({ id }) => user.role === 'kpi_office' || id === user.officeId),
    districts: await listDistricts(db, user.systemId, year.fiscalYear),
  };
}

/** The last year, to take over from: only into the newest one, while the office has nothing there. */
async function offer(
  db: Db,
  { systemId }: CurrentUser,
  office: AssignedOffice,
  [newest]: readonly FrameworkYear[],
  year: FrameworkYear,
  nobodyYet: boolean,
): Promise<FrameworkYear | undefined> {
  if (!nobodyYet || year.id !== newest?.id) return undefined;
  return findEarlierYear(db, { systemId, officeId: office.id, fiscalYear: year.fiscalYear });
}
