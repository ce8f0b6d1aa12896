import { appliesTo, sourceIn } from '../../src/framework/rules.ts';
import type { SubIndicator, Variable } from '../../src/framework/types.ts';
import { atHour, DAY, officeTime } from './calendar.ts';
import { loaderOf } from './cast.ts';
import { between, randomOf } from './random.ts';
import type { RoundPlan } from './round-plan.ts';
import { isShownInManual } from './talk-shown.ts';
import type { Letter } from './talk-statements.ts';
import { CIRCULARS } from './talk-texts.ts';

interface Round extends RoundPlan {
  id: string;
  systemId: string;
}

const REGISTERED = { open: 0.6, over: 0.98 };
const DAYS_BEFORE_CLOSE = 5;

/** One message of each certifying bureau to all offices, in the newest of its rounds: with a deadline. */
export function planCirculars(rounds: readonly Round[]): Letter[] {
  const done = new Set<string>();
  const newestFirst = rounds.toSorted((a, b) => b.times.closes - a.times.closes);
  return newestFirst.flatMap((round) =>
    round.framework.subIndicators.flatMap((sub) => {
      const variable = sub.variables.find((one) => sourceIn(one, round.scenario.kind) === 'office');
      const key = `${round.systemId} ${variable?.bureauId}`;
      if (variable === undefined || done.has(key) || isShownInManual(round.key, sub.code)) return [];
      done.add(key);
      return [circular(round, sub, variable, done.size)];
    }),
  );
}

function circular(round: Round, sub: SubIndicator, variable: Variable, number: number): Letter {
  const { cast, times, scenario, year, key } = round;
  const random = randomOf('circular', key, variable.id);
  const [file, text] = CIRCULARS[number % CIRCULARS.length] ?? CIRCULARS[0];
  const day = (scenario.open ? times.today : times.closes) - between(random, 3, 9) * DAY;
  const at = atHour(day, between(random, 9, 15));
  const bureauId = variable.bureauId;
  const offices = round.offices.filter((office) => appliesTo(sub, office));
  const receipts = offices.map((office) => {
    const share = random();
    const registeredAt = officeTime(random, at, Math.min(at + 5 * DAY, times.today));
    const isRegistered = share < (scenario.open ? REGISTERED.open : REGISTERED.over);
    const by = cast.reporter(office.username, year, sub.code);
    return {
      receiverId: office.id,
      officeId: office.id,
      registered: isRegistered ? { at: registeredAt, by } : null,
    };
  });
  return {
    ...{ systemId: round.systemId, roundId: round.id, variableId: variable.id, officeId: null, bureauId },
    ...{ kind: file === null ? 'comment' : 'document', text, file, side: 'bureau', receipts },
    ...{
      senderId: loaderOf(cast, bureauId).userId,
      senderOfficeId: bureauId,
      onBehalfOf: null,
      at,
      until: null,
    },
    deadline: atHour(times.closes - DAYS_BEFORE_CLOSE * DAY, 16.5),
  };
}
