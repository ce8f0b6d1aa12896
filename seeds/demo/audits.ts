import { appliesTo, isDue } from '../../src/framework/rules.ts';
import { iso, officeTime } from './calendar.ts';
import { deciderOf } from './cast.ts';
import { around, randomOf } from './random.ts';
import type { RoundPlan } from './round-plan.ts';
import { auditIsEmpty } from './screens.ts';
import type { AuditColumns, AuditOpening } from './statements.ts';

const GIVEN_WHEN_CLOSED = 0.94;
const GIVEN_WHEN_OPEN = 0.45;

/** Single offices for which the KPI office opened AUDIT, because a wrong file spoilt the computed score (R140). */
const OPENED = [
  {
    round: 'krs 2562 6M',
    office: '7101',
    sub: '7',
    reason: 'ไฟล์หลักฐานผิดทำให้คะแนนคำนวณต่ำกว่าความเป็นจริง ตามหนังสือขอเปิด AUDIT ของสำนัก',
    isClosed: true,
  },
  {
    round: 'krs 2562 12M',
    office: '5001',
    sub: '6',
    reason: 'จำนวนโรงเรียนเป้าหมายในระบบไม่ตรงกับประกาศฉบับล่าสุด ผู้รับรองขอให้คะแนนเอง',
    isClosed: false,
  },
] as const;

/** The scores that certifiers gave by AUDIT: most of those of mode audit (R145), and one for each opening. */
export function planAudits(plan: RoundPlan): AuditColumns {
  const columns: AuditColumns = { officeIds: [], nodeIds: [], scores: [], givenBy: [], givenAt: [] };
  const { key: round, scenario, times, cast } = plan;
  const latest = Math.min(times.certificationCloses, times.today);
  for (const sub of plan.framework.subIndicators) {
    const [variable] = sub.variables;
    if (variable === undefined || !isDue(sub, scenario.kind)) continue;
    for (const office of plan.offices) {
      const opened = OPENED.some((o) => o.round === round && o.office === office.code && o.sub === sub.code);
      if (!opened && (sub.mode !== 'audit' || auditIsEmpty(round, office.code))) continue;
      const random = randomOf('audit', round, office.code, sub.code);
      const given = opened || random() < (scenario.open ? GIVEN_WHEN_OPEN : GIVEN_WHEN_CLOSED);
      if (!given || !appliesTo(sub, office)) continue;
      const score = Math.round(around(random, 3.8, 0.7) * 4) / 4;
      columns.officeIds.push(office.id);
      columns.nodeIds.push(sub.id);
      columns.scores.push(String(Math.min(Math.max(score, 1), 5)));
      columns.givenBy.push(deciderOf(cast, variable.bureauId, random).userId);
      columns.givenAt.push(iso(officeTime(random, (times.opens + latest) / 2, latest)));
    }
  }
  return columns;
}

/** The openings of a round; mode audit needs none, it is an opening for all offices. */
export function planOpenings(plan: RoundPlan, roundId: string): AuditOpening[] {
  const { times, framework, cast } = plan;
  return OPENED.filter(({ round }) => round === plan.key).map((opened) => {
    const sub = framework.subIndicators.find(({ code }) => code === opened.sub);
    const office = plan.offices.find(({ code }) => code === opened.office);
    if (sub === undefined || office === undefined) throw new Error(`AUDIT of ${opened.sub} has no place`);
    return {
      roundId,
      nodeId: sub.id,
      officeId: office.id,
      reason: opened.reason,
      openedBy: cast.kpiOffice,
      openedAt: iso(times.opens + (Math.min(times.closes, times.today) - times.opens) / 3),
      closedAt: opened.isClosed ? iso(times.certificationCloses) : null,
    };
  });
}
