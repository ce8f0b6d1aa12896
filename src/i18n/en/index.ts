import type { th } from '../th/index.ts';
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

type SameKeys<Part> = { [Key in keyof Part]: Part[Key] extends string ? string : SameKeys<Part[Key]> };

/** The English catalogue; a missing or superfluous key does not compile. */
export const en: SameKeys<typeof th> = {
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
};
