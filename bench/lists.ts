import { createLists } from '../src/cycle/lists/actions.ts';
import type { Db } from '../src/db/database.ts';
import { loadFramework } from '../src/framework/queries.ts';
import { createBenchSystem } from './data.ts';
import { ROUNDS } from './framework.ts';
import { type Check, checkOf } from './report.ts';
import type { Stage } from './stage.ts';

const SMALL = 225;
const LARGE = 2250;
/** As many sub-indicators as make 150 variables. */
const SUB_INDICATORS = 77;
const VARIABLES = 150;

interface Creation {
  seconds: number;
  statements: number;
  entries: number;
}

/** Creating the entry lists of a round with their first scores: how long, and how many statements. */
export async function checkLists({ database: { db } }: Stage): Promise<Check[]> {
  const small = await measureCreation(db, 'listsa', SMALL);
  const large = await measureCreation(db, 'listsb', LARGE);
  const label = (offices: number) => `create entries, ${offices} offices × ${VARIABLES} variables`;
  return [
    checkOf('lists', label(SMALL), small.seconds, 's', null, small),
    checkOf('lists', label(LARGE), large.seconds, 's', null, large),
    checkOf('lists', `statements of that, ${SMALL} offices`, small.statements, 'statements', null),
    checkOf(
      'lists',
      `statements of that, ${LARGE} offices`,
      large.statements,
      'statements',
      small.statements,
    ),
  ];
}

async function measureCreation(db: Db, code: string, offices: number): Promise<Creation> {
  const system = await createBenchSystem(db, {
    ...{ code, offices, certifiers: 1, subIndicators: SUB_INDICATORS },
    ...{ onlyEntries: true, withoutLists: true },
  });
  const round = await db('rounds').where({ id: system.rounds[ROUNDS.ours] }).first('id', 'framework_id');
  const user = await db('users').where({ system_id: system.id }).first('id');
  const framework = await loadFramework(db, round.framework_id, 1);
  let statements = 0;
  const count = () => {
    statements += 1;
  };
  db.on('query', count);
  const begin = performance.now();
  const made = await db.transaction((trx) =>
    createLists(trx, framework, { id: round.id, kind: ROUNDS.ours }, { userId: user.id, now: new Date() }),
  );
  const seconds = (performance.now() - begin) / 1000;
  db.removeListener('query', count);
  if (made.created !== offices * VARIABLES) throw new Error(`${made.created} entries were created`);
  return { seconds, statements, entries: made.created };
}
