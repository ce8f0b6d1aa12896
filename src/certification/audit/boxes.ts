import { appliesTo, isDue, labelOf, type ScopedOffice } from '../../framework/rules.ts';
import type { Framework, SubIndicator } from '../../framework/types.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import type { DecisionWindow } from '../transitions.ts';
import { givesInSteadOf, isOpened, mayGive } from './rules.ts';
import type {
  GivenScore,
  OfficeAudits,
  ScoreOutcome,
  ScoreProblem,
  ScoreRefusal,
  TypedScore,
} from './types.ts';

/** The AUDIT part of a sub-indicator's heading in the list of one office. */
export interface AuditBox {
  nodeId: string;
  /** As the label of the box says it: code and name. */
  label: string;
  given: GivenScore | null;
  /** There is a box to type into. */
  editable: boolean;
  canWithdraw: boolean;
  /** AUDIT is not open, and the person may ask for it or open it. */
  canOpen: boolean;
  text: string;
  /** `<version>:<score>`: what the form says it has seen. */
  seen: string;
  problem: ScoreProblem | null;
  refusal: ScoreRefusal | null;
  inSteadOf: string | null;
}

/** What a form that could not be saved as typed shows again. */
export type RetypedScores = Pick<ScoreOutcome, 'problems' | 'refusals'> & {
  typed: ReadonlyMap<string, TypedScore>;
};

export interface BoxesInput {
  framework: Framework;
  roundKind: string;
  office: ScopedOffice;
  user: CurrentUser;
  window: DecisionWindow;
  audits: OfficeAudits;
  retyped?: RetypedScores | undefined;
}

/** The AUDIT parts of an office's list, by sub-indicator; only where the person may give the score (R142). */
export function auditBoxes(input: BoxesInput): Map<string, AuditBox> {
  const { framework, roundKind, office, user } = input;
  const mine = framework.subIndicators.filter(
    (sub) => isDue(sub, roundKind) && appliesTo(sub, office) && mayGive(user, sub, roundKind),
  );
  return new Map(mine.map((sub) => [sub.id, auditBox(sub, input)]));
}

function auditBox(sub: SubIndicator, { roundKind, user, window, audits, retyped }: BoxesInput): AuditBox {
  const given = audits.given.get(sub.id) ?? null;
  const typed = retyped?.typed.get(sub.id);
  const problem = retyped?.problems.get(sub.id) ?? null;
  const refusal = retyped?.refusals.get(sub.id) ?? null;
  const unsaved = typed !== undefined && (refusal !== null || (retyped?.problems.size ?? 0) > 0);
  // what the person was told of counts as seen; anything else keeps what it was typed over
  const seen = unsaved && refusal === null ? seenOf(typed.seenVersion, typed.seenScore) : undefined;
  return {
    nodeId: sub.id,
    label: labelOf(sub),
    given,
    editable: window === 'open' && isOpened(sub, audits),
    canWithdraw: window === 'open' && given !== null && !isOpened(sub, audits),
    canOpen: window === 'open' && !isOpened(sub, audits),
    text: unsaved ? typed.text : (given?.score ?? ''),
    seen: seen ?? seenOf(given?.version ?? 0, given?.score ?? null),
    problem,
    refusal,
    inSteadOf: givesInSteadOf(user, sub, roundKind),
  };
}

function seenOf(version: number, score: string | null): string {
  return `${version}:${score ?? ''}`;
}
