import { sideBySide, together } from '../db/statement.ts';
import { loadFrameworkOf } from '../framework/queries.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { notFound } from '../lib/errors.ts';
import { roundsFor } from '../rounds/queries.ts';
import { askedRound } from '../rounds/rules.ts';
import type { Round } from '../rounds/types.ts';
import { loadMarks } from '../threads/marks/queries.ts';
import { type AuditBox, auditBoxes, type RetypedScores } from './audit/boxes.ts';
import { loadOfficeAudits } from './audit/queries.ts';
import {
  type Bureau,
  bureausOf,
  type ChosenVariable,
  chosenVariable,
  type VariableChoice,
  variableChoice,
} from './choice.ts';
import type { ListQuery, PlaceForm } from './forms.ts';
import { type HeadingScore, loadHeadingScores } from './headings/queries.ts';
import { type Block, officeBlocks } from './office-blocks.ts';
import { type Place, type RowList, rowList } from './page.ts';
import { countByOffice, countByVariable, listOfOffice, listOfVariable, type OfficeCount } from './queries.ts';
import { reachOf } from './rules.ts';
import type { CertifyRow, DecisionRound, LeftReason, Target } from './types.ts';

/** What an answer to a decision marks in the list that it shows again. */
export interface Marks {
  left?: ReadonlyMap<string, LeftReason>;
  retypedScores?: RetypedScores;
}

export interface VariablePage {
  round: Round | undefined;
  rounds: Round[];
  choice: VariableChoice;
  chosen: ChosenVariable | undefined;
  list: RowList | undefined;
  bureauId: string | undefined;
}

/** รับรองข้อมูล ตามตัวชี้วัด: one variable of every office (R117–R121). Throws notFound for one of other people. */
export async function loadVariablePage(
  context: AppContext,
  user: CurrentUser,
  query: ListQuery,
  marks: Marks = {},
): Promise<VariablePage> {
  const { db, clock } = context;
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  const round = askedRound(rounds, query.round, now);
  const bureauId = bureauFilter(user, query);
  if (round === undefined) {
    const choice = { groups: [], bureaus: [], pending: 0 };
    return { round, rounds, choice, chosen: undefined, list: undefined, bureauId };
  }
  const framework = await loadFrameworkOf(db, round);
  const reach = { systemId: user.systemId, bureauId: reachOf(user), now };
  const counts = await countByVariable(db, reach, round.id);
  const chosen = chosenVariable(framework, counts, user, query.variable);
  if (query.variable !== undefined && chosen === undefined) throw notFound();
  const choice = variableChoice(framework, counts, bureauId);
  if (chosen === undefined) return { round, rounds, choice, chosen, list: undefined, bureauId };
  const place = {
    view: 'variables',
    roundId: round.id,
    of: chosen.variable.id,
    status: query.status,
    bureauId,
  } as const;
  const { variable } = chosen;
  const threads = { systemId: user.systemId, roundId: round.id };
  const [rows, inThreads] = await together(db, (one) =>
    Promise.all([
      listOfVariable(one, reach, { roundId: round.id, variableId: variable.id }),
      loadMarks(one, { ...threads, variableIds: [variable.id], officeId: null }),
    ]),
  );
  const input = { user, round, framework, place, now, ticked: query.select, ...marks };
  const list = rowList({ ...input, marks: inThreads }, rows);
  return { round, rounds, choice, chosen, list, bureauId };
}

export interface OfficePage {
  round: Round | undefined;
  rounds: Round[];
  offices: OfficeCount[];
  chosen: OfficeCount | undefined;
  list: RowList | undefined;
  blocks: Block[];
  /** AUDIT by sub-indicator, where the person may give the score. */
  audits: ReadonlyMap<string, AuditBox>;
  total: HeadingScore | null;
  bureaus: Bureau[];
  bureauId: string | undefined;
}

/** รับรองข้อมูล ตามหน่วยงาน: one office, every variable of the person's (R133–R138). Throws notFound. */
export async function loadOfficePage(
  context: AppContext,
  user: CurrentUser,
  query: ListQuery,
  marks: Marks = {},
): Promise<OfficePage> {
  const { db, clock } = context;
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  const round = askedRound(rounds, query.round, now);
  const bureauId = bureauFilter(user, query);
  const nothing = { blocks: [], audits: new Map(), total: null, bureaus: [], bureauId };
  const none = { chosen: undefined, list: undefined, ...nothing };
  if (round === undefined) return { round, rounds, offices: [], ...none };
  const reach = { systemId: user.systemId, bureauId: reachOf(user) ?? bureauId ?? null, now };
  const offices = await countByOffice(db, reach, round.id);
  const chosen = offices.find((office) => office.officeId === query.office);
  if (query.office !== undefined && chosen === undefined) throw notFound();
  if (chosen === undefined) return { round, rounds, offices, ...none };
  const framework = await loadFrameworkOf(db, round);
  const { officeId } = chosen;
  const place = { view: 'offices', roundId: round.id, of: officeId, status: query.status, bureauId } as const;
  const own = { ...reach, bureauId: reachOf(user) };
  const threads = { systemId: user.systemId, roundId: round.id };
  const [rows, scores, audits, inThreads] = await sideBySide(db, (one) =>
    Promise.all([
      listOfOffice(one, own, { roundId: round.id, officeId }),
      loadHeadingScores(one, round.id, officeId),
      loadOfficeAudits(one, { roundId: round.id, officeId }),
      loadMarks(one, { ...threads, variableIds: [...framework.variables.keys()], officeId }),
    ]),
  );
  const input = { user, round, framework, place, now, ticked: query.select, ...marks };
  const shown = ofBureau(rows, bureauId);
  const list = rowList({ ...input, marks: inThreads }, shown);
  return {
    round,
    rounds,
    offices,
    chosen,
    list,
    blocks: officeBlocks(framework, chosen, scores, list),
    audits: auditBoxes({
      framework,
      roundKind: round.kind,
      office: { id: officeId, type: chosen.officeType },
      user,
      window: list.window,
      audits,
      retyped: marks.retypedScores,
    }),
    total: scores.get('') ?? null,
    bureaus: bureausOf(rows),
    bureauId,
  };
}

/** The whole list that a decision was made on, as it is now: for the rows and counts that the answer replaces. */
export async function loadListOf(
  { db, clock }: AppContext,
  user: CurrentUser,
  round: DecisionRound,
  at: Place,
  marks: Marks,
): Promise<RowList> {
  const now = clock();
  const reach = { systemId: user.systemId, bureauId: reachOf(user), now };
  const framework = await loadFrameworkOf(db, round);
  const place = { ...at, status: undefined };
  const threads = { systemId: user.systemId, roundId: round.id };
  const [rows, inThreads] = await sideBySide(db, (one) =>
    place.view === 'variables'
      ? Promise.all([
          listOfVariable(one, reach, { roundId: round.id, variableId: place.of }),
          loadMarks(one, { ...threads, variableIds: [place.of], officeId: null }),
        ])
      : Promise.all([
          listOfOffice(one, reach, { roundId: round.id, officeId: place.of }),
          loadMarks(one, { ...threads, variableIds: [...framework.variables.keys()], officeId: place.of }),
        ]),
  );
  const shown = place.view === 'variables' ? rows : ofBureau(rows, place.bureauId);
  return rowList({ user, round, framework, place, now, marks: inThreads, ...marks }, shown);
}

/** Where a form was sent from: the list that shows its first entry. */
export function placeOf(target: Target, form: PlaceForm): Place {
  const { view, status, bureau: bureauId } = form;
  return {
    view,
    roundId: target.roundId,
    of: view === 'variables' ? target.variableId : target.officeId,
    status,
    bureauId,
  };
}

/** The place as the query of its address. */
export function queryOf(place: Place): ListQuery {
  const of = place.view === 'variables' ? { variable: place.of } : { office: place.of };
  return { view: place.view, round: place.roundId, status: place.status, bureau: place.bureauId, ...of };
}

function ofBureau<Row extends CertifyRow>(rows: readonly Row[], bureauId: string | undefined): Row[] {
  return rows.filter((row) => bureauId === undefined || row.bureauId === bureauId);
}

/** Only who decides for all bureaus can narrow a list to one. */
function bureauFilter(user: CurrentUser, query: ListQuery): string | undefined {
  return reachOf(user) === null ? query.bureau : undefined;
}
