import { AppError } from '../../lib/errors.ts';

/** Somebody works on a draft that is not there: it was published or thrown away, or there never was one. */
export class DraftGone extends AppError {
  readonly fiscalYear: number;

  constructor(fiscalYear: number) {
    super('notFound');
    this.name = 'DraftGone';
    this.fiscalYear = fiscalYear;
  }
}
