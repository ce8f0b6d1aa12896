import { loadFrameworkOf } from '../framework/queries.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { findTargets, planDecision } from './actions.ts';
import { targetName } from './answers.ts';
import {
  PERMIT_TEMPLATES,
  type PlaceForm,
  REJECTION_TEMPLATES,
  type ReasonForm,
  type ReasonProblem,
} from './forms.ts';
import { placeOf } from './load.ts';
import type { Place } from './page.ts';
import { checkUntil } from './rules.ts';
import { CERTIFIER_TRANSITIONS, type CertifierEvent, type CertifierTransition } from './transitions.ts';
import type { AskedTarget, DecisionRound, LeftReason, Target } from './types.ts';

/** What a form that could not be done as typed shows again. */
export interface FormState {
  typed?: ReasonForm;
  problems?: { reason?: ReasonProblem; until?: ReasonProblem };
  /** The time that was typed, where it could be read: whether the round allows it is told at once with the rest. */
  until?: Date | null;
  /** The entries count as seen in the versions that the form shows now. */
  latest?: boolean;
  /** They changed since they were seen: said above the form. */
  changed?: boolean;
}

export interface DecisionForm {
  event: CertifierEvent;
  /** null: nothing was selected. */
  place: Place | null;
  round: DecisionRound | null;
  entries: { target: AskedTarget; name: string; variable: string; unit: string }[];
  /** Selected, but it cannot be decided so. */
  left: { name: string; why: LeftReason }[];
  /** Everything selected, in the versions seen: what the form sends. */
  seen: [id: string, version: number][];
  asksReason: boolean;
  asksUntil: boolean;
  untilRequired: boolean;
  templates: readonly string[];
  typed: ReasonForm;
  problems: NonNullable<FormState['problems']>;
  changed: boolean;
}

const NOTHING_TYPED: ReasonForm = { template: undefined, reason: '', until: '' };

/** The question before ✗, 🕓 and before anything that concerns many entries. Throws as `findTargets` does. */
export async function decisionForm(
  context: AppContext,
  user: CurrentUser,
  asked: { event: CertifierEvent; seen: ReadonlyMap<string, number>; form: PlaceForm },
  state: FormState,
): Promise<DecisionForm> {
  const { event } = asked;
  const rule: CertifierTransition = CERTIFIER_TRANSITIONS[event];
  const form: DecisionForm = {
    event,
    place: null,
    round: null,
    entries: [],
    left: [],
    seen: [],
    asksReason: rule.asksReason === true,
    asksUntil: rule.asksReason === true,
    untilRequired: event === 'permit',
    templates: event === 'permit' ? PERMIT_TEMPLATES : REJECTION_TEMPLATES,
    typed: state.typed ?? NOTHING_TYPED,
    problems: state.problems ?? {},
    changed: state.changed ?? false,
  };
  if (asked.seen.size === 0) return form;
  const { targets, round } = await findTargets(context, user, [...asked.seen.keys()]);
  const first = targets.find(({ setAside }) => !setAside) ?? targets[0];
  if (first === undefined) return form;
  const framework = await loadFrameworkOf(context.db, round);
  const place = placeOf(first, asked.form);
  const seen = state.latest ? new Map(targets.map(({ id, version }) => [id, version])) : asked.seen;
  const now = context.clock();
  const { possible, already, left } = planDecision(
    { event, seen, reason: null, until: null },
    targets,
    user,
    now,
  );
  const nameOf = (target: Target) => targetName(target, place, framework);
  const done = already.map((target) => ({ target, why: 'status' as const }));
  return {
    ...form,
    place,
    round,
    entries: possible.map((target) => ({
      target,
      name: nameOf(target),
      variable: targetName(target, { view: 'offices' }, framework),
      unit: framework.variables.get(target.variableId)?.unit ?? '',
    })),
    left: [...left, ...done].map(({ target, why }) => ({ name: nameOf(target), why })),
    seen: [...seen],
    problems: { ...untilProblem(state, round, now), ...form.problems },
    asksUntil: form.asksUntil && now < round.certificationClosesAt,
  };
}

function untilProblem({ until = null }: FormState, round: DecisionRound, now: Date): FormState['problems'] {
  const problem = until === null ? null : checkUntil(until, round, now);
  return problem === null ? {} : { until: problem };
}
