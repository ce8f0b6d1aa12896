import type { th } from '../th/index.ts';
import { auth } from './auth.ts';
import { certify } from './certify.ts';
import { common, errors, menu, status } from './common.ts';
import { entry } from './entry.ts';
import { home } from './home.ts';
import { portal } from './portal.ts';
import { report } from './report.ts';
import { search } from './search.ts';

type SameKeys<Part> = { [Key in keyof Part]: Part[Key] extends string ? string : SameKeys<Part[Key]> };

/** The English catalogue; a missing or superfluous key does not compile. */
export const en: SameKeys<typeof th> = {
  auth,
  certify,
  common,
  entry,
  errors,
  home,
  menu,
  portal,
  report,
  search,
  status,
};
