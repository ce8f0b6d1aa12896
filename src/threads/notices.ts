import type { Knex } from 'knex';
import { assigneesForMail, type ConcernedSide } from '../assignments/queries.ts';
import { labelOf } from '../assignments/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { notifyAll } from '../notifications/actions.ts';
import type { MailData, Notice, NoticeKind } from '../notifications/types.ts';
import { variableLabel } from './rules.ts';

/** An office and a variable that something happened to. */
export interface NoticePlace {
  officeId: string;
  /** Short name. */
  office: string;
  variableId: string;
}

/** Something that happened in threads and that people are told of. */
export interface ThreadNotice {
  kind: Extract<NoticeKind, 'document' | 'comment' | 'decision' | 'permit'>;
  /** What the certifier did, of a decision. */
  event?: 'certify' | 'reject' | 'cancel';
  by: CurrentUser;
  framework: Framework;
  round: { id: string; label: string };
  text: string;
  deadline?: Date | null;
  until?: Date | null;
  places: readonly NoticePlace[];
}

/**
 * Tells both sides (manual KRS 2558, R104–R105): of each office whoever reports the sub-indicator, and the users
 * of the certifying bureau – these with one notice for each variable, however many offices it concerns. Never the
 * sender. A constant number of statements, in the caller's transaction.
 */
export async function notifyThread(trx: Knex.Transaction, notice: ThreadNotice): Promise<void> {
  const concerned = notice.places.flatMap((place) => concern(notice, place));
  if (concerned.length === 0) return;
  const sides = concerned.flatMap(({ office, bureau }) => [office, bureau]);
  const receivers = await assigneesForMail(trx, notice.by.systemId, sides);
  const to = ({ officeId, nodeId }: ConcernedSide) =>
    (receivers.get(`${officeId} ${nodeId}`) ?? []).filter((id) => id !== notice.by.id);
  const { systemId } = notice.by;
  const { kind } = notice;
  const toOffices = concerned.map(({ place, office, data }): Notice => {
    const groupKey = `thread-${place.officeId}-${office.nodeId}`;
    return { systemId, kind, userIds: to(office), groupKey, data };
  });
  const toBureaus = byVariable(concerned).map(({ bureau, ...one }): Notice => {
    return { systemId, kind, userIds: to(bureau), groupKey: one.groupKey, data: one.data };
  });
  await notifyAll(trx, [...toOffices, ...toBureaus]);
}

interface Concerned {
  place: NoticePlace;
  office: ConcernedSide;
  bureau: ConcernedSide;
  data: MailData;
}

function concern(notice: ThreadNotice, place: NoticePlace): Concerned[] {
  const variable = notice.framework.variables.get(place.variableId);
  const sub = notice.framework.nodes.get(variable?.subIndicatorId ?? '')?.subIndicator;
  if (variable === undefined || !sub) return [];
  const { by, round, deadline, until, event } = notice;
  return [
    {
      place,
      office: { officeId: place.officeId, nodeId: sub.id },
      bureau: { officeId: variable.bureauId, nodeId: sub.id },
      data: {
        by: `${by.name} (${by.officeShortName})`,
        office: place.office,
        round: round.label,
        indicator: labelOf(sub),
        variable: variableLabel(variable),
        text: notice.text,
        path: `/threads/${place.officeId}/${place.variableId}?round=${round.id}`,
        ...(event && { event }),
        ...(deadline && { deadline: deadline.toISOString() }),
        ...(until && { until: until.toISOString() }),
      },
    },
  ];
}

/** What a bureau is told: of one office as the office is, of many offices once for each variable. */
function byVariable(concerned: readonly Concerned[]) {
  const variables = new Map<string, Concerned[]>();
  for (const one of concerned) {
    const { variableId } = one.place;
    const known = variables.get(variableId);
    if (known === undefined) variables.set(variableId, [one]);
    else known.push(one);
  }
  const isOne = concerned.length === 1;
  return [...variables.values()].flatMap((places) => {
    const [first] = places;
    if (first === undefined) return [];
    const { bureau, data, place } = first;
    const groupKey = isOne ? `thread-${place.officeId}-${bureau.nodeId}` : `threads-${bureau.officeId}`;
    const counted: MailData = places.length > 1 ? { ...data, offices: places.length } : data;
    return [{ bureau, groupKey, data: counted }];
  });
}
