import type { ProblemText, ProblemValues } from '../problems.ts';
import type { SheetName } from './sheets.ts';

/** Of a file nothing could be read. */
export type WholeFileProblem =
  | 'missing'
  | 'noBytes'
  | 'tooLarge'
  | 'unreadable'
  | 'oldExcel'
  | 'tooManyRows'
  | 'notJson'
  | 'noFramework'
  | 'tooMuch'
  | 'tooDeep'
  | 'noYear'
  | 'otherSystem';

export interface FileRefusal {
  kind: WholeFileProblem;
  values: Record<string, string | number>;
}

/** What only a workbook can have. */
export type SheetProblem =
  | 'missingSheet'
  | 'sheetTwice'
  | 'unknownColumn'
  | 'columnTwice'
  | 'missingColumn'
  | 'extraCells'
  | 'dateCell'
  | 'unknownParent'
  | 'noParent'
  | 'twoParents'
  | 'criteriaTwice'
  | 'moreRows';

/** Where in a file: a readable path of JSON, or sheet, row (as spreadsheets count) and heading. */
export interface IssuePlace {
  path?: string;
  sheet?: SheetName;
  row?: number;
  column?: string;
}

/** One thing that is wrong, or strange, in a file. */
export interface FileIssue {
  /** `refuses`: the file cannot be imported; `later`: it can, but the draft cannot be published so; `warning`. */
  weight: 'refuses' | 'later' | 'warning';
  place: IssuePlace;
  text: { lint: ProblemText; values: ProblemValues } | { sheet: SheetProblem; values: { value: string } };
}

/** A file as JSON in the format of docs/framework-format.md, whichever form it had. */
export interface ReadFile {
  json: unknown;
  /** What could not become JSON. */
  issues: FileIssue[];
  /** Where in the file stands what is at this path of the JSON; undefined for a file that is JSON itself. */
  locate?: (path: readonly (string | number)[]) => IssuePlace | undefined;
}
