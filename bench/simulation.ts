import { createBenchSystem, PASSWORD } from './data.ts';
import { send, signIn } from './load.ts';
import { medianOf } from './measure.ts';
import { entryPath } from './pairs.ts';
import { type Check, checkOf } from './report.ts';
import type { Stage } from './stage.ts';
import { roundOf } from './world.ts';

const OFFICES = 225;
/** As many sub-indicators as make 150 variables. */
const SUB_INDICATORS = 77;
const WARM_UPS = 20;
const REPETITIONS = 200;
const PATIENCE_MS = 120_000;

/** Simulating a round of 225 offices in a thread, and the entry page meanwhile, one request at a time. */
export async function checkSimulation(stage: Stage): Promise<Check[]> {
  const { database, servers, system, seats } = stage;
  const { origin } = servers.ours;
  const [seat] = seats;
  if (seat === undefined) throw new Error('Nobody has signed in');
  const simulated = await createBenchSystem(database.db, {
    ...{ code: 'simulated', offices: OFFICES, certifiers: 1, subIndicators: SUB_INDICATORS },
    onlyEntries: true,
  });
  const round = await database.db('rounds').where({ system_id: simulated.id }).first('id', 'fiscal_year');
  const variables = await database
    .db('entries')
    .where({ round_id: round.id })
    .countDistinct('variable_id as n')
    .first();
  const cookie = await signIn(origin, simulated.code, 'kpi', PASSWORD);
  const page = () => timeOf(origin, entryPath(system), seat.ours);
  for (let time = 0; time < WARM_UPS; time += 1) await page();
  const alone: number[] = [];
  for (let time = 0; time < REPETITIONS; time += 1) alone.push(await page());

  const begin = performance.now();
  const task = await begun(origin, `/${simulated.code}/framework/${round.fiscal_year}/simulation`, cookie, {
    round: String(roundOf(simulated, 'ours')),
    against: 'published',
  });
  const meanwhile: number[] = [];
  while (await isUnderWay(stage, task)) {
    if (performance.now() - begin > PATIENCE_MS) throw new Error('The simulation does not end');
    meanwhile.push(await page());
  }
  const seconds = (performance.now() - begin) / 1000;
  const label = `simulate ${OFFICES} offices × ${variables?.n} variables`;
  return [
    checkOf('simulation', label, seconds, 's', null),
    checkOf('simulation', 'entry page, alone: median', medianOf(alone), 'ms', null, alone),
    checkOf('simulation', 'entry page meanwhile: median', medianOf(meanwhile), 'ms', null, meanwhile),
    checkOf('simulation', 'entry page, alone: slowest', Math.max(...alone), 'ms', null),
    checkOf('simulation', 'entry page meanwhile: slowest', Math.max(...meanwhile), 'ms', null),
  ];
}

async function timeOf(origin: string, path: string, cookie: string): Promise<number> {
  const begin = performance.now();
  const { status } = await send(origin, { method: 'GET', path, cookie });
  if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
  return performance.now() - begin;
}

/** Asks for the simulation; the id of its task. */
async function begun(
  origin: string,
  path: string,
  cookie: string,
  fields: Record<string, string>,
): Promise<string> {
  const body = new URLSearchParams(fields).toString();
  const { status, headers } = await send(origin, { method: 'POST', path, cookie, body });
  const task = headers.location?.split('/').at(-1);
  if (status !== 303 || task === undefined) throw new Error(`POST ${path} answered ${status}`);
  return task;
}

async function isUnderWay({ database }: Stage, task: string): Promise<boolean> {
  const { state, result } = await database.db('tasks').where({ id: task }).first('state', 'result');
  if (state === 'failed') throw new Error(`The simulation failed: ${JSON.stringify(result)}`);
  return state !== 'done';
}
