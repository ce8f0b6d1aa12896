import { auth } from './auth.ts';
import { certify } from './certify.ts';
import { common, errors, menu, status } from './common.ts';
import { entry } from './entry.ts';
import { home } from './home.ts';
import { portal } from './portal.ts';
import { report } from './report.ts';
import { search } from './search.ts';

/** The Thai catalogue: the language of the product. Labels are those of the manuals. */
export const th = {
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
} as const;
