import { assignments } from './assignments.ts';
import { auth } from './auth.ts';
import { certify } from './certify.ts';
import { common, errors, menu, status } from './common.ts';
import { entry } from './entry.ts';
import { files } from './files.ts';
import { handover } from './handover.ts';
import { home } from './home.ts';
import { logins } from './logins.ts';
import { mail } from './mail.ts';
import { news } from './news.ts';
import { portal } from './portal.ts';
import { profile } from './profile.ts';
import { report } from './report.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';
import { threads } from './threads.ts';
import { userImport } from './user-import.ts';
import { users } from './users.ts';

/** The Thai catalogue: the language of the product. Labels are those of the manuals. */
export const th = {
  assignments,
  auth,
  certify,
  common,
  entry,
  errors,
  files,
  handover,
  home,
  logins,
  mail,
  menu,
  news,
  portal,
  profile,
  report,
  search,
  settings,
  status,
  threads,
  userImport,
  users,
} as const;
