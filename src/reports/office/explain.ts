import { loadOfficeAudits } from '../../certification/audit/queries.ts';
import type { Queryable } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import { toScoring } from '../../framework/rules.ts';
import type { Framework, FrameworkNode } from '../../framework/types.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import type { Round } from '../../rounds/types.ts';
import { withDescendants } from '../../scores/actions.ts';
import { describeScore, type ScoreExplanation, withoutForeign } from '../../scores/explanation.ts';
import { loadFacts } from '../../scores/queries.ts';
import { type OfficeScore, scoreOffice, subIndicatorsBelow, type Totals } from '../../scoring/index.ts';
import { seesVariable, sightOf, sightOfSubIndicator } from '../rules.ts';
import { loadRejections, loadStoredReport } from './queries.ts';
import { leavesOf } from './report.ts';
import type { ReportingOffice, StoredReport } from './types.ts';

export interface ExplainedPart {
  code: string;
  name: string;
  weight: string;
  certified: string;
  certifiedWeighted: string;
}

/** The sums over the parts, and the parts. */
type RolledUp = Pick<Totals, 'weight' | 'certified' | 'certifiedWeighted'> & { lines: ExplainedPart[] };

/** Exactly one of `explained` (sub-indicators) and `rolledUp` (headings, dimensions, total) is there. */
export interface NodeExplanation {
  node: { code: string; name: string } | null;
  explained: ScoreExplanation | null;
  rolledUp: RolledUp | null;
  /** Who gave the AUDIT score; null where there is none. */
  given: ShownGiver | null;
  /** False where the stored score is not the one that was just computed; `scores verify` finds these. */
  fits: boolean;
}

/** The office people read of which bureau an AUDIT score is, as of a rejection; certifiers also who gave it. */
export interface ShownGiver {
  bureau: string;
  /** The bureau in whose stead it was given. */
  onBehalfOf: string | null;
  person: string | null;
  at: Date;
}

interface Question {
  user: CurrentUser;
  round: Round;
  office: ReportingOffice;
  /** Null: the office's total. */
  nodeId: string | null;
}

/**
 * How a stored score came about, recomputed from the entries. Throws notFound where the node does not exist,
 * has no score in this round, or may not be explained to this person.
 */
export async function explainNode(db: Queryable, question: Question): Promise<NodeExplanation> {
  const { round, office, nodeId } = question;
  const framework = await loadFrameworkOf(db, round);
  const scope = { roundId: round.id, officeId: office.id };
  const facts = (await loadFacts(db, round.id, [office.id])).get(office.id);
  const stored = await loadStoredReport(db, scope);
  const tree = toScoring(framework, round.kind, office);
  const entries = facts?.entries ?? new Map();
  const scored = scoreOffice(tree, entries, facts?.audits ?? new Map());
  const node = nodeId === null ? null : framework.nodes.get(nodeId);
  if (node === undefined) throw notFound();
  if (node?.subIndicator == null) return explainRollUp(framework, node, scored, stored, question);

  const sub = subIndicatorsBelow(tree).find(({ id }) => id === node.id);
  const score = scored.subIndicators.get(node.id);
  const sight = sightOf(question.user, office.id);
  const extent = sightOfSubIndicator(question.user, sight, node.subIndicator, round.kind);
  if (sub === undefined || score === undefined || extent === 'nothing') throw notFound();
  const rejections = await loadRejections(db, scope);
  const whole = describeScore({
    subIndicator: node.subIndicator,
    scored: sub,
    facts: entries,
    score,
    rejections,
  });
  const maySee = (variableId: string) => {
    const variable = framework.variables.get(variableId);
    return variable !== undefined && seesVariable(question.user, sight, variable);
  };
  return {
    node,
    explained: extent === 'all' ? whole : withoutForeign(whole, maySee),
    rolledUp: null,
    given: score.audit === null ? null : await findGiver(db, question, scope, node.id),
    fits: stored.nodes.get(node.id)?.certified === score.certified,
  };
}

async function findGiver(
  db: Queryable,
  { user }: Question,
  scope: { roundId: string; officeId: string },
  nodeId: string,
): Promise<ShownGiver | null> {
  const score = (await loadOfficeAudits(db, scope)).given.get(nodeId);
  if (score === undefined) return null;
  const { by, byOffice: bureau, onBehalfOf, at } = score;
  return { bureau, onBehalfOf, person: user.officeKind === 'district' ? null : by, at };
}

function explainRollUp(
  framework: Framework,
  node: FrameworkNode | null,
  scored: OfficeScore,
  stored: StoredReport,
  { user, round, office }: Question,
): NodeExplanation {
  const totals =
    node === null ? scored.total : withDescendants(scored.nodes).find((one) => one.id === node.id);
  const sight = sightOf(user, office.id);
  const below = node === null ? framework.subIndicators : leavesOf(node);
  const counted = below.filter((sub) => scored.subIndicators.has(sub.id));
  const allSeen = counted.every((sub) => sightOfSubIndicator(user, sight, sub, round.kind) === 'all');
  if (totals === undefined || totals.parts.length === 0 || !allSeen) throw notFound();
  const lines = totals.parts.map(({ subIndicatorId, code, weight, certified, certifiedWeighted }) => {
    const name = framework.nodes.get(subIndicatorId)?.name ?? '';
    return { code, name, weight, certified, certifiedWeighted };
  });
  const kept = node === null ? stored.total : stored.nodes.get(node.id);
  return {
    node,
    explained: null,
    rolledUp: {
      weight: totals.weight,
      certified: totals.certified,
      certifiedWeighted: totals.certifiedWeighted,
      lines,
    },
    given: null,
    fits: kept?.certified === totals.certified,
  };
}
