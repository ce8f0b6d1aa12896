import type { SheetColumn, SpreadsheetDownload } from '../../http/spreadsheet.ts';
import type { Translate } from '../../i18n/index.ts';
import type { Round } from '../../rounds/types.ts';
import type { ChosenOffice, Figures, OfficeReport, ReportRow } from './types.ts';

type Line = Figures & Pick<ReportRow, 'code' | 'name' | 'reason' | 'audit'>;

interface Shown {
  report: OfficeReport;
  office: ChosenOffice;
  round: Round;
  /** Lines below the table: of which moment the figures are, and how they count. */
  notes: string[];
}

/**
 * The score report as a spreadsheet: the lines of the page with its total, and of them only what the reader sees
 * on the page (manual 2559, R153–R160).
 */
export function reportSheet(
  { report, office, round, notes }: Shown,
  t: Translate,
): SpreadsheetDownload<Line> {
  const title = `${office.label} ${round.label}`;
  const total = { ...report.total, code: '', name: t('report.summary.total'), reason: null, audit: false };
  return {
    fileName: `${t('report.office.title')} ${title}`,
    plainName: `score-report-${office.id}-${round.id}`,
    sheet: title,
    columns: columnsOf(report, t),
    rows: [...report.rows.map((row) => (row.kind === 'dimension' ? { ...row, code: '' } : row)), total],
    notes: [`${office.name} · ${round.label}`, ...notes],
  };
}

function columnsOf({ showsPercent }: OfficeReport, t: Translate): SheetColumn<Line>[] {
  const score = (header: string, figure: 'certified' | 'selfAssessed' | 'weighted'): SheetColumn<Line> => ({
    header,
    type: 'number',
    decimals: 4,
    value: (line) => line[figure],
  });
  const percent: SheetColumn<Line> = {
    header: t('common.percent'),
    type: 'number',
    decimals: 2,
    width: 10,
    value: (line) => line.percent,
  };
  return [
    { header: t('report.column.code'), type: 'text', width: 8, value: (line) => line.code },
    { header: t('report.column.name'), type: 'text', width: 70, value: (line) => line.name },
    { header: t('common.weight'), type: 'number', width: 10, value: (line) => line.weight },
    score(t('report.column.certified'), 'certified'),
    score(t('report.column.selfAssessed'), 'selfAssessed'),
    ...(showsPercent ? [percent] : []),
    score(t('report.column.weighted'), 'weighted'),
    { header: t('report.column.why'), type: 'text', width: 24, value: (line) => remarks(line, t) },
  ];
}

function remarks({ reason, audit }: Line, t: Translate): string {
  const words = [
    ...(reason === null ? [] : [t(`report.reason.${reason}`)]),
    ...(audit ? [t('report.audit')] : []),
  ];
  return words.join(', ');
}
