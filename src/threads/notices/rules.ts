import type { ConcernedSide } from '../../assignments/receivers/queries.ts';
import { labelOf, variableLabel } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import type { MailData, Notice } from '../../notifications/types.ts';
import type { NoticeData, NoticePlace, ThreadNotice, WaitingNotice } from './types.ts';

/** One place with the two sides that are told, and what they are told. */
export interface Concerned {
  place: NoticePlace;
  office: ConcernedSide;
  bureau: ConcernedSide;
  data: MailData;
}

/** Which sides something concerns. */
export function sidesOf(
  notice: NoticeData & Pick<ThreadNotice, 'by'> & { framework: Framework },
): Concerned[] {
  return notice.places.flatMap((place) => concern(notice, place));
}

function concern(notice: Parameters<typeof sidesOf>[0], place: NoticePlace): Concerned[] {
  const variable = notice.framework.variables.get(place.variableId);
  const sub = notice.framework.nodes.get(variable?.subIndicatorId ?? '')?.subIndicator;
  if (variable === undefined || !sub) return [];
  const { by, round, deadline, until, event, items } = notice;
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
        ...(items && { items }),
        ...(event && { event }),
        ...(deadline && { deadline }),
        ...(until && { until }),
      },
    },
  ];
}

/**
 * The notices of something that happened: of each office to whoever reports the sub-indicator, and to the users of
 * the certifying bureau – these one for each variable, however many offices it concerns. Never to the sender.
 */
export function noticesTo(
  receivers: ReadonlyMap<string, readonly string[]>,
  { kind, by, at, sides }: Pick<WaitingNotice, 'kind' | 'by' | 'at'> & { sides: readonly Concerned[] },
): Notice[] {
  const to = ({ officeId, nodeId }: ConcernedSide) =>
    (receivers.get(`${officeId} ${nodeId}`) ?? []).filter((id) => id !== by.id);
  const { systemId } = by;
  const toOffices = sides.map(({ place, office, data }): Notice => {
    const groupKey = `thread-${place.officeId}-${office.nodeId}`;
    return { systemId, kind, userIds: to(office), groupKey, data, at };
  });
  const toBureaus = byVariable(sides).map(({ bureau, groupKey, data }): Notice => {
    return { systemId, kind, userIds: to(bureau), groupKey, data, at };
  });
  return [...toOffices, ...toBureaus];
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
