import type { Db } from '../../src/db/database.ts';

/*
 * The small world of the HTTP tests. Start it with `startTestApp()` (tests/support/test-app.ts), sign
 * somebody in with `signIn(app, 'krs', PEOPLE.owner)`, find ids in `app.world`:
 *
 *   const app = await startTestApp();
 *   const owner = await signIn(app, 'krs', PEOPLE.owner);
 *   await owner.get('/krs/entry').expect(200);
 *   app.world.users.owner, app.world.offices.krabi, app.world.rounds.open,
 *   app.world.node('2.1'), app.world.variable('1/a'), await app.world.entry('open', 'krabi', '1/a')
 *   await app.stop();
 *
 * It is 15 October 2562, 9 a.m. (`app.clock` turns it). Of fiscal year 2562 the 6-month round is over and the
 * 12-month round is open for entry until 20 October 16:30, for certification until 15 November 16:30.
 *
 *   sub-indicator  weight  what                                   variables            certifier  due
 *   1              20      percent a / b * 100, 60 70 80 90 100   a, b                 bureau 9   6M 12M
 *   2.1 (under 2)  10      yes/no                                 1.                   bureau 9   6M 12M
 *   2.2 (under 2)  10      level 1–5                              a                    bureau 1   6M 12M
 *   3              20      steps(v1 … v5), whole levels           1. … 5.              bureau 9   6M 12M
 *   4              15      percent, less is better, central data  a, b                 bureau 1   6M 12M
 *   5              15      number, สพป. only, two decimals        a                    bureau 9   12M
 *   6              10      number                                 a                    KPI office 6M
 *
 * Open round: krabi has 1/a = 45 and 1/b = 54 pending, 2.1/1. = 1 certified, 2.2/a = 4 rejected, 4/a = 12 and
 * 4/b = 100 loaded centrally, the rest unreported. lampang has 1/a = 50 and 1/b = 60 pending. secondary has
 * nothing; central data are loaded for krabi only. Past round: krabi is certified throughout (1: 40 of 50,
 * 2.1: 1, 2.2: 3, 3: three steps, 4: 15 of 100) except 6/a = 7, which stayed pending. Stored scores fit: krabi has
 * 2.7296 self-assessed and 1.8778 certified in the open round, 3.2941 and 3.0000 in the past one.
 */

export const PASSWORD = 'a long world password';
/** Of the same username in ARS: accounts of one system open no other. */
export const ARS_PASSWORD = 'another world password';
export const WORLD_NOW = new Date('2019-10-15T09:00:00+07:00');

/** Usernames in KRS by the part a person plays. */
export const PEOPLE = {
  /** District admin of krabi, reports everything. Has an account in ARS, too, with ARS_PASSWORD. */
  owner: '8101',
  /** Reporter of krabi, reports sub-indicators 1 and 3. */
  colleague: 'somjai',
  /** Reporter of krabi to whom nothing is assigned. */
  idle: 'wichai',
  /** Reporter of lampang, reports everything there. */
  outsider: 'lampang1',
  /** District admin of the secondary area 7, reports everything there. */
  secondary: '22507',
  /** Disabled account of krabi. */
  former: 'former',
  /** Certifier of bureau 9. */
  certifier: 'finance1',
  /** Administrator of bureau 9. */
  bureauAdmin: 'finance',
  /** Certifier of bureau 1. */
  otherCertifier: 'policy1',
  kpiOffice: 'psdg',
} as const;

export type Person = keyof typeof PEOPLE;

export const OFFICES = {
  kpiOffice: ['kpi_office', '12'],
  bureau1: ['bureau', '1'],
  bureau9: ['bureau', '9'],
  krabi: ['district', '8101'],
  lampang: ['district', '5202'],
  secondary: ['district', '101707'],
} as const;

export type WorldOffice = keyof typeof OFFICES;

export const ROUNDS = { past: '6M', open: '12M' } as const;
export type WorldRound = keyof typeof ROUNDS;

/** The ids of the world, looked up once. Asking for something that is not there throws. */
export interface World {
  systems: { krs: string; ars: string };
  offices: Record<WorldOffice, string>;
  users: Record<Person, string>;
  rounds: Record<WorldRound, string>;
  frameworkId: string;
  /** Dimensions 'C1' and 'C2', indicators as 'indicator 2', sub-indicators by code ('2.1'). */
  node(code: string): string;
  /** By sub-indicator and code: '1/a', '3/2.'. */
  variable(code: string): string;
  /** The id of an entry of the list above. */
  entry(round: WorldRound, office: WorldOffice, variable: string): Promise<string>;
}

/** Reads the ids of a database that was made from the world's template. */
export async function readWorld(db: Db): Promise<World> {
  const systems = await idsBy<'krs' | 'ars'>(db, 'select code as key, id from systems');
  const offices = await idsBy<string>(db, "select kind || ' ' || code as key, id from offices");
  const users = await idsBy<string>(
    db,
    "select username as key, u.id from users u join systems s on s.id = u.system_id where s.code = 'krs'",
  );
  const rounds = await idsBy<string>(db, 'select kind as key, id from rounds');
  const frameworks = await idsBy<'2562'>(db, 'select fiscal_year::text as key, id from frameworks');
  const variables = await idsBy<string>(
    db,
    // as the screen writes them: `a`, but `1.`
    `select n.code || '/' || v.code || case when v.code ~ '^[0-9]+$' then '.' else '' end as key, v.id
       from variables v join framework_nodes n on n.id = v.node_id`,
  );
  const nodes = await idsBy<string>(
    db,
    "select case kind when 'indicator' then 'indicator ' || code else code end as key, id from framework_nodes",
  );
  const world: World = {
    systems,
    offices: mapValues(OFFICES, ([kind, code]) => offices[`${kind} ${code}`]),
    users: mapValues(PEOPLE, (username) => users[username]),
    rounds: mapValues(ROUNDS, (kind) => rounds[kind]),
    frameworkId: frameworks['2562'],
    node: (code) => idOf(nodes, code),
    variable: (code) => idOf(variables, code),
    async entry(round, office, variable) {
      const row = await db('entries')
        .where({
          round_id: world.rounds[round],
          office_id: world.offices[office],
          variable_id: world.variable(variable),
        })
        .first('id');
      if (row === undefined) throw new Error(`${office} has no entry ${variable} in the ${round} round`);
      return row.id;
    },
  };
  return world;
}

async function idsBy<Key extends string>(db: Db, sql: string): Promise<Record<Key, string>> {
  const { rows } = await db.raw<{ rows: { key: Key; id: string }[] }>(sql);
  return Object.fromEntries(rows.map(({ key, id }) => [key, id])) as Record<Key, string>;
}

function mapValues<Key extends string, From>(
  from: Record<Key, From>,
  find: (value: From) => string | undefined,
): Record<Key, string> {
  const pairs = Object.entries<From>(from).map(([key, value]) => {
    const id = find(value);
    if (id === undefined) throw new Error(`The world has no ${key}`);
    return [key, id];
  });
  return Object.fromEntries(pairs) as Record<Key, string>;
}

function idOf(ids: Record<string, string>, key: string): string {
  const id = ids[key];
  if (id === undefined) throw new Error(`The world has no ${key}, only ${Object.keys(ids).join(', ')}`);
  return id;
}
