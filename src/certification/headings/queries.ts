import { type Reader, rowsOf } from '../../db/statement.ts';

export interface HeadingScore {
  nodeId: string;
  selfAssessed: string;
  certified: string;
  reason: string | null;
  audit: string | null;
}

const HEADING_SCORES = `
  select s.node_id as "nodeId", s.self_assessed as "selfAssessed", s.certified, s.reason, a.score as audit
    from scores s
    left join audit_scores a on a.round_id = s.round_id and a.office_id = s.office_id and a.node_id = s.node_id
   where s.round_id = :roundId and s.office_id = :officeId
  union all
  select null, self_assessed, certified, null, null
    from round_offices where round_id = :roundId and office_id = :officeId and self_assessed is not null`;

/** The stored scores of one office in one round by node, the total under '' . */
export async function loadHeadingScores(
  db: Reader,
  roundId: string,
  officeId: string,
): Promise<Map<string, HeadingScore>> {
  const rows = await rowsOf<HeadingScore>(db, HEADING_SCORES, { roundId, officeId });
  return new Map(rows.map((row) => [row.nodeId ?? '', row]));
}
