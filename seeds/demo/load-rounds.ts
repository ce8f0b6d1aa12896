import type { Transaction } from '../../src/db/database.ts';
import type { YearRound } from '../../src/framework/types.ts';
import { createRound } from '../../src/rounds/actions.ts';
import { listRoundOffices } from '../../src/rounds/queries.ts';
import { refreshScores } from '../../src/scores/actions.ts';
import { planAudits, planOpenings } from './audits.ts';
import { DAY, iso } from './calendar.ts';
import { planCirculars } from './circulars.ts';
import { planRound, type RoundPlan } from './round-plan.ts';
import type { RoundRows } from './round-rows.ts';
import { roundKey, yearKey } from './scenarios.ts';
import {
  extendOffices,
  insertAuditOpening,
  insertAuditScores,
  listEntryIds,
  writeRound,
} from './statements.ts';
import type { Said } from './talk.ts';
import { type Letter, writeLetters } from './talk-statements.ts';

export interface LoadedRound {
  system: string;
  label: string;
  entries: number;
  /** Rows of history. */
  events: number;
}

export interface RoundToLoad extends Omit<RoundPlan, 'key' | 'year' | 'entryId' | 'times' | 'sequence'> {
  planned: YearRound;
  /** Midnight in Bangkok. */
  today: number;
}

interface CreatedRound extends RoundPlan {
  id: string;
  systemId: string;
  label: string;
  entries: number;
}

/**
 * Creates rounds, writes all that happened in them and was said, and stores the scores: a constant number of
 * statements each. `fileIds` are those of the demo's files, by name.
 */
export async function loadRounds(
  trx: Transaction,
  rounds: readonly RoundToLoad[],
  fileIds: ReadonlyMap<string, string>,
): Promise<LoadedRound[]> {
  const created: CreatedRound[] = [];
  for (const round of rounds) created.push(await create(trx, round));
  const loaded: LoadedRound[] = [];
  const letters: Letter[] = planCirculars(created);
  let writing: Promise<unknown> = Promise.resolve();
  for (const round of created) {
    const rows = planRound(round);
    // PostgreSQL writes one round while the next is worked out.
    await writing;
    writing = write(trx, round, rows);
    letters.push(...rows.said.map((said) => letterOf(round, said)));
    const { entries, scenario, label } = round;
    loaded.push({ system: scenario.system, label, entries, events: rows.events.entryIds.length });
  }
  await writing;
  await writeLetters(trx, letters, fileIds);
  for (const round of created) await score(trx, round);
  return loaded;
}

function letterOf({ id: roundId, systemId }: CreatedRound, { registered, ...said }: Said): Letter {
  const { officeId } = said;
  const receiverId = said.side === 'office' ? said.bureauId : officeId;
  return { ...said, systemId, roundId, deadline: null, receipts: [{ receiverId, officeId, registered }] };
}

async function create(trx: Transaction, round: RoundToLoad): Promise<CreatedRound> {
  const { planned, framework, scenario, today } = round;
  const { label, sequence } = planned;
  const opens = planned.entryOpensAt.getTime();
  const closes = planned.entryClosesAt.getTime();
  const certificationCloses = planned.certificationClosesAt.getTime();
  const { id, systemId, createdEntries } = await createRound(trx, { ...planned, frameworkId: framework.id });
  const { codes, days } = scenario.extended;
  if (codes.length > 0) await extendOffices(trx, id, codes, iso(closes + days * DAY));
  const entryIds = await listEntryIds(trx, id);
  return {
    ...round,
    id,
    systemId,
    key: roundKey(scenario),
    year: yearKey(scenario),
    label,
    entries: createdEntries,
    sequence,
    times: { opens, closes, certificationCloses, today },
    entryId: (officeId, variableId) => {
      const entryId = entryIds.get(`${officeId} ${variableId}`);
      if (entryId === undefined) throw new Error(`Office ${officeId} has no entry of variable ${variableId}`);
      return entryId;
    },
  };
}

async function write(trx: Transaction, round: CreatedRound, rows: RoundRows): Promise<void> {
  await writeRound(trx, round.id, rows);
  for (const opening of planOpenings(round, round.id)) await insertAuditOpening(trx, opening);
  await insertAuditScores(trx, round.id, planAudits(round));
}

async function score(trx: Transaction, { id, framework, scenario }: CreatedRound): Promise<void> {
  await refreshScores(trx, framework, { id, kind: scenario.kind }, await listRoundOffices(trx, id));
}
