import type { FrameworkRows } from '../../framework/rows.ts';
import { isDecimal, trimZeros } from '../../lib/decimal.ts';
import type { Plain } from './canonical.ts';
import type { FixedRows } from './queries.ts';
import type { LongList, SealedContent } from './types.ts';

/** Columns of framework rows that are decimals. */
const DECIMALS = new Set(['weight', 'min', 'max', 'level1', 'level2', 'level3', 'level4', 'level5']);
/** By what the rows of each table are put in order. */
const KEYS: { [Table in Exclude<keyof FrameworkRows, 'framework'>]: readonly string[] } = {
  nodes: ['id'],
  subIndicators: ['node_id'],
  officeExceptions: ['node_id', 'office_id'],
  criteria: ['node_id', 'round_kind'],
  variables: ['id'],
  variableRounds: ['variable_id', 'round_kind'],
};

/** What is sealed of a round, from its rows and those of the revision that it is pinned to; its long lists apart. */
export function fixedContent(
  { system, round, offices, auditScores, officeNames, peopleNames }: FixedRows,
  framework: FrameworkRows,
): Omit<SealedContent, LongList> {
  return {
    format: 1,
    system,
    round,
    framework: frameworkContent(framework),
    offices,
    auditScores,
    names: { offices: officeNames, people: peopleNames },
  };
}

function frameworkContent({ framework, ...tables }: FrameworkRows): SealedContent['framework'] {
  const lists = Object.entries(tables).map(([table, rows]) => {
    const keys = KEYS[table as keyof typeof KEYS];
    const plain = (rows as readonly object[]).map(plainRow);
    return [table, plain.sort((left, right) => compare(keyOf(left, keys), keyOf(right, keys)))];
  });
  return { framework: plainRow(framework), ...Object.fromEntries(lists) };
}

function plainRow(row: object): Record<string, Plain> {
  const fields = Object.entries(row).map(([column, value]) => [
    column,
    DECIMALS.has(column) && typeof value === 'string' && isDecimal(value) ? trimZeros(value) : value,
  ]);
  return Object.fromEntries(fields);
}

/** Ids are compared as numbers: of the same length. */
function keyOf(row: Record<string, Plain>, keys: readonly string[]): string {
  return keys.map((key) => String(row[key] ?? '').padStart(20, '0')).join(' ');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
