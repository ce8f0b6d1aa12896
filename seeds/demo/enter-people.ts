import type { Queryable } from '../../src/db/database.ts';
import type { Framework } from '../../src/framework/types.ts';
import { listBureaus } from '../../src/offices/queries.ts';
import { fiscalYearStart } from '../../src/users/rules.ts';
import { iso, startOfDay } from './calendar.ts';
import type { Cast } from './cast.ts';
import { certifierUsername, isIn, KPI_OFFICE_USERNAME, peopleOf, reporterOf, reporters } from './people.ts';
import { type Assignment, assign, assignAllToAdmins, insertPeople } from './people-statements.ts';
import type { Lists } from './systems.ts';
import type { DemoYear } from './years.ts';

interface System {
  id: string;
  code: string;
  lists: Lists;
  passwordHash: string;
  now: Date;
}

const LOOKED_THROUGH_MS = 10 * 24 * 3_600_000;

/** Enters the accounts of a system and what they are responsible for, and tells who acts in it. */
export async function enterPeople(
  trx: Queryable,
  system: System,
  years: readonly DemoYear[],
): Promise<{ cast: Cast; bureauCodes: ReadonlyMap<string, string> }> {
  const bureaus = await listBureaus(trx, system.id);
  const bureauCodes = new Map(bureaus.map(({ id, code }) => [id, code ?? '']));
  const since = iso(Math.min(...years.map(({ publishedAt }) => publishedAt)));
  const certifying = new Set(
    years.flatMap(({ framework }) =>
      [...framework.variables.values()].map(({ bureauId }) => bureauCodes.get(bureauId) ?? ''),
    ),
  );
  const people = peopleOf(system.code, system.lists.districts, system.lists.bureaus, certifying);
  const users = await insertPeople(trx, people, {
    systemId: system.id,
    passwordHash: system.passwordHash,
    createdAt: since,
    profileSavedAt: iso(
      Math.max(fiscalYearStart(system.now).getTime(), startOfDay(system.now.getTime()) - LOOKED_THROUGH_MS),
    ),
  });
  await assignAllToAdmins(trx, system.id, since);
  await assign(trx, assignmentsOf(users, years), since);
  const kpiOffice = bureaus.find(({ kind }) => kind === 'kpi_office');
  if (kpiOffice === undefined) throw new Error('The list of bureaus names no KPI office');
  return { bureauCodes, cast: castOf(users, bureauCodes, kpiOffice) };
}

function castOf(
  users: ReadonlyMap<string, string>,
  bureauCodes: ReadonlyMap<string, string>,
  kpiOffice: { id: string; code: string | null },
): Cast {
  const certifiers = [...bureauCodes].map(([id, code]) => {
    const username = certifierUsername(code, kpiOffice.code ?? '');
    return [id, [username, `${username}a`].flatMap((name) => users.get(name) ?? [])] as const;
  });
  return {
    kpiOffice: idOf(users, KPI_OFFICE_USERNAME),
    kpiOfficeId: kpiOffice.id,
    certifiers: new Map(certifiers),
    reporter: (admin, year, sub) => idOf(users, reporterOf(admin, year, sub)),
  };
}

/** The reporters' parts, assigned by the admin of their office. */
function assignmentsOf(users: ReadonlyMap<string, string>, years: readonly DemoYear[]): Assignment[] {
  return reporters().flatMap(({ username, parts }) =>
    years.flatMap(({ key, framework }) =>
      codesIn(framework, parts[key]).map((nodeId) => ({
        nodeId,
        userId: idOf(users, username),
        assignedBy: idOf(users, username.slice(0, -1)),
      })),
    ),
  );
}

function codesIn(framework: Framework, parts: readonly string[] | undefined): string[] {
  return framework.subIndicators.filter(({ code }) => isIn(parts, code)).map(({ id }) => id);
}

function idOf(users: ReadonlyMap<string, string>, username: string): string {
  const id = users.get(username);
  if (id === undefined) throw new Error(`There is no account ${username}`);
  return id;
}
