import type { Variable } from '../../src/framework/types.ts';
import { DAY, officeTime } from './calendar.ts';
import { loaderOf } from './cast.ts';
import { pick, type Random, randomOf } from './random.ts';
import type { DemoOffice, RoundPlan } from './round-plan.ts';
import type { Step } from './stories.ts';
import { momentOf, registeredSameDay, shownTalk } from './talk-shown.ts';
import { ANSWERS, CORRECTED_EVIDENCE, EVIDENCE, QUESTIONS, REMARKS } from './talk-texts.ts';

/** One item of a thread, and its receipt. Times are milliseconds. */
export interface Said {
  kind: 'document' | 'comment' | 'rejection' | 'permit';
  officeId: string;
  variableId: string;
  bureauId: string;
  text: string;
  /** The name of a file of the demo. */
  file: string | null;
  side: 'office' | 'bureau';
  senderId: string;
  senderOfficeId: string;
  onBehalfOf: string | null;
  at: number;
  until: number | null;
  registered: { at: number; by: string } | null;
}

/** What is talked about: one variable of one office, and what happened to its entry. */
export interface Subject {
  plan: Pick<RoundPlan, 'key' | 'year' | 'scenario' | 'times' | 'shift' | 'cast'>;
  office: DemoOffice;
  sub: { code: string };
  variable: Pick<Variable, 'id' | 'bureauId'>;
  /** Documents lie beside the first variable of a sub-indicator. */
  isFirst: boolean;
  steps: readonly Step[];
}

const MINUTE = 60_000;
const EVIDENCE_SHARE = 0.09;
const QUESTION_SHARE = 0.012;
const ANSWER_SHARE = 0.6;
const REMARK_SHARE = 0.015;
/** How much is registered in the end, and how soon. */
const REGISTERED_SHARE = 0.96;
const WITHIN_DAYS = 6;

/** The thread of an entry: reasons of decisions, evidence, questions and answers, as its history has them. */
export function talkOf(subject: Subject): Said[] {
  const { plan, office, sub, variable, steps } = subject;
  if (steps.length === 0) return [];
  const random = randomOf('talk', plan.key, office.code, sub.code, variable.id);
  const shown = shownTalk(subject);
  if (shown !== undefined) return asShown(subject, shown, random);
  const said: Said[] = [];
  let refused = false;
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'reject' || step.kind === 'permit') said.push(decision(subject, step, index, random));
    else if (step.kind === 'save' || step.kind === 'resubmit') {
      said.push(...fromOffice(subject, step, { index, refused, random }));
    } else if (step.kind === 'certify' && random() < REMARK_SHARE) {
      const from = { ...fromBureau(subject, step), at: step.at + 5 * MINUTE };
      said.push(item(subject, { ...from, kind: 'comment', text: pick(random, REMARKS) }, index, random));
    }
    refused = step.kind === 'reject';
  }
  return said.filter(({ at }) => at < plan.times.today);
}

/** What the manual shows: the reasons of the decisions, then its items, registered or not as there. */
function asShown(subject: Subject, shown: ReturnType<typeof shownTalk> & object, random: Random): Said[] {
  const { plan, office, sub, variable, steps } = subject;
  const reporter = plan.cast.reporter(office.username, plan.year, sub.code);
  const certifier = loaderOf(plan.cast, variable.bureauId).userId;
  const registered = (said: Said) => registeredSameDay(said, said.side === 'office' ? certifier : reporter);
  const reasons = steps.flatMap((step, index) =>
    step.kind === 'reject' ? [registered(decision(subject, step, index, random))] : [],
  );
  const items = shown.map(({ on, file, isNew, ...one }) => {
    const isOffice = one.side === 'office';
    const from = { senderId: isOffice ? reporter : certifier, onBehalfOf: null };
    const senderOfficeId = isOffice ? office.id : variable.bureauId;
    const at = momentOf(subject, { ...one, on });
    const sent = { ...one, ...from, senderOfficeId, at, file: file ?? null };
    const said = item(subject, sent, steps.length, random);
    return isNew ? { ...said, registered: null } : registered(said);
  });
  return [...reasons, ...items];
}

type Unsent = Pick<Said, 'kind' | 'text' | 'side' | 'senderId' | 'senderOfficeId' | 'onBehalfOf' | 'at'> &
  Partial<Pick<Said, 'file' | 'until'>>;

function decision(subject: Subject, step: Step, index: number, random: Random): Said {
  const kind = step.kind === 'reject' ? 'rejection' : 'permit';
  const { reason, until } = step;
  return item(subject, { ...fromBureau(subject, step), kind, text: reason ?? '', until }, index, random);
}

function fromOffice(
  subject: Subject,
  step: Step,
  { index, refused, random }: { index: number; refused: boolean; random: Random },
): Said[] {
  const { office, isFirst } = subject;
  const from = {
    side: 'office',
    senderId: step.userId,
    senderOfficeId: office.id,
    onBehalfOf: null,
  } as const;
  const said: Unsent[] = [];
  if (refused && random() < ANSWER_SHARE) {
    const [file, text] = pick(random, CORRECTED_EVIDENCE);
    said.push({ ...from, kind: 'document', file, text, at: step.at + MINUTE });
    said.push({ ...from, kind: 'comment', text: pick(random, ANSWERS), at: step.at + 2 * MINUTE });
  } else if (isFirst && random() < EVIDENCE_SHARE) {
    const [file, text] = pick(random, EVIDENCE);
    said.push({ ...from, kind: 'document', file, text, at: step.at + MINUTE });
  }
  if (isFirst && random() < QUESTION_SHARE) {
    said.push({ ...from, kind: 'comment', text: pick(random, QUESTIONS), at: step.at + 3 * MINUTE });
  }
  return said.map((one) => item(subject, one, index, random));
}

function fromBureau({ plan, variable }: Subject, step: Step) {
  const senderOfficeId = step.onBehalfOf === null ? variable.bureauId : plan.cast.kpiOfficeId;
  const { userId: senderId, onBehalfOf, at } = step;
  return { side: 'bureau' as const, senderId, senderOfficeId, onBehalfOf, at };
}

function item(subject: Subject, unsent: Unsent, index: number, random: Random): Said {
  const { office, variable } = subject;
  const about = { officeId: office.id, variableId: variable.id, bureauId: variable.bureauId };
  const registered = receiptOf(subject, unsent, index, random);
  return { file: null, until: null, ...unsent, ...about, registered };
}

/** Whoever acts on an entry has registered what was sent before; otherwise within some days, or not at all. */
function receiptOf(
  { plan, office, sub, variable, steps }: Subject,
  { side, at }: Unsent,
  index: number,
  random: Random,
): Said['registered'] {
  const byOffice: Step['kind'][] = ['save', 'clear', 'resubmit'];
  const answer = steps.slice(index + 1).find(({ kind }) => byOffice.includes(kind) === (side === 'bureau'));
  const by =
    side === 'bureau'
      ? plan.cast.reporter(office.username, plan.year, sub.code)
      : loaderOf(plan.cast, variable.bureauId).userId;
  const share = random();
  const drawn = officeTime(random, at + MINUTE, at + WITHIN_DAYS * DAY);
  if (answer !== undefined && answer.at > at) return { at: Math.max(at, answer.at - 5 * MINUTE), by };
  return share < REGISTERED_SHARE && drawn < plan.times.today ? { at: drawn, by } : null;
}
