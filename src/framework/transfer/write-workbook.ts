import writeExcelFile, { type Cell, type CellObject } from 'write-excel-file/node';
import { toLocalInput } from '../../i18n/dates.ts';
import { partsOf, type SubIndicatorPart, subIndicatorsOf } from '../drafts/parts.ts';
import type { DraftDocument, DraftRound } from '../drafts/types.ts';
import { type Column, cellText, FLAGS, SHEETS, type SheetName, sourceColumn } from './sheets.ts';

type Row = Record<string, unknown>;

/** Digits that a spreadsheet keeps of a number. */
const SAFE_DIGITS = 15;

/** A framework as an .xlsx file, one sheet for each level; `readWorkbook` reads the same from it. */
export function writeWorkbook(draft: DraftDocument): Promise<Buffer> {
  const rows = rowsOf(draft);
  const kinds = roundKindsOf(draft);
  const sheets = (Object.keys(SHEETS) as SheetName[]).map((name) => {
    const { title, columns: own } = SHEETS[name];
    const columns = name === 'variables' ? [...own, ...kinds.map(sourceColumn)] : own;
    return {
      sheet: title,
      stickyRowsCount: 1,
      columns: columns.map(({ width }) => ({ width })),
      data: [
        columns.map(({ header }): CellObject => ({ ...textCell(header), fontWeight: 'bold' })),
        ...rows[name].map((row) => columns.map((column) => cellOf(column, row[column.field]))),
      ],
    };
  });
  return writeExcelFile(sheets).toBuffer();
}

function rowsOf(draft: DraftDocument): Record<SheetName, Row[]> {
  const { system, fiscal_year, title_th, title_en } = draft;
  const parts = partsOf(draft);
  const subs = subIndicatorsOf(draft);
  return {
    year: [{ system, fiscal_year, title_th, title_en }],
    rounds: draft.rounds.map(roundRow),
    dimensions: draft.dimensions.map(({ code, name }) => ({ code, name })),
    indicators: parts.flatMap(({ kind, part: { code, name }, parents }) => {
      if (kind !== 'indicator') return [];
      const above = parents.at(-1);
      return [{ [`in_${above?.kind}`]: above?.part.code, code, name }];
    }),
    subIndicators: subs.map(({ part, parents }) => ({ ...part, in_indicator: parents.at(-1)?.part.code })),
    criteria: subs.flatMap(criteriaRows),
    offices: subs.flatMap(({ part }) =>
      part.office_exceptions.map((exception) => ({ ...exception, in_sub_indicator: part.code })),
    ),
    variables: subs.flatMap(({ part: { code, variables } }) =>
      variables.map((variable) => ({
        ...variable,
        in_sub_indicator: code,
        ...sourceCells(variable.sources),
      })),
    ),
  };
}

function roundRow(round: DraftRound): Row {
  const { entry_opens_at: opens, entry_closes_at: closes, certification_closes_at: certified } = round;
  return {
    ...round,
    entry_opens_at: wallClock(opens),
    entry_closes_at: wallClock(closes),
    certification_closes_at: wallClock(certified),
  };
}

/** `2019-04-20 16:30` in Bangkok; what is not to the minute keeps its exact form. */
function wallClock(iso: string): string {
  if (!/:00\.000Z$/.test(iso)) return iso;
  return toLocalInput(new Date(iso)).replace('T', ' ');
}

function criteriaRows({ part }: SubIndicatorPart): Row[] {
  const { code, criteria, criteria_by_round: byRound } = part;
  const all = [...(criteria === null ? [] : [['', criteria] as const]), ...Object.entries(byRound)];
  return all.map(([round, levels]) => ({
    in_sub_indicator: code,
    round,
    ...Object.fromEntries(levels.map((level, index) => [`level${index + 1}`, level])),
  }));
}

function sourceCells(sources: Readonly<Record<string, string>>): Row {
  return Object.fromEntries(Object.entries(sources).map(([kind, source]) => [`sources ${kind}`, source]));
}

function roundKindsOf(draft: DraftDocument): string[] {
  const variables = subIndicatorsOf(draft).flatMap(({ part }) => part.variables);
  const named = variables.flatMap(({ sources }) => Object.keys(sources));
  return [...new Set([...draft.rounds.map(({ kind }) => kind), ...named])].filter((kind) => kind !== '');
}

function cellOf({ kind, words }: Column, value: unknown): Cell {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return textCell((words ?? FLAGS)[value ? 'true' : 'false'] ?? '');
  if (Array.isArray(value)) return textCell(value.join(', '));
  const text = String(value);
  if ((kind === 'number' || kind === 'whole') && isExact(text)) return { value: Number(text) };
  return textCell(words?.[text] ?? text);
}

function isExact(text: string): boolean {
  return text.replace(/\D/g, '').length <= SAFE_DIGITS && String(Number(text)) === text;
}

/** "Text" by its format, too: nobody makes a number of `01` or a date of `1.5`. */
function textCell(text: string): CellObject {
  return { type: String, value: cellText(text), format: '@' };
}
