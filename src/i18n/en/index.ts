import type { th } from '../th/index.ts';
import { assignments } from './assignments.ts';
import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { carry } from './carry.ts';
import { central } from './central.ts';
import { certify } from './certify.ts';
import { common, errors, menu, status } from './common.ts';
import { design } from './design.ts';
import { entry } from './entry.ts';
import { files } from './files.ts';
import { handbook } from './handbook.ts';
import { handover } from './handover.ts';
import { home } from './home.ts';
import { lint } from './lint.ts';
import { logins } from './logins.ts';
import { mail } from './mail.ts';
import { news } from './news.ts';
import { owing } from './owing.ts';
import { portal } from './portal.ts';
import { profile } from './profile.ts';
import { publish } from './publish.ts';
import { rehearsal } from './rehearsal.ts';
import { report } from './report.ts';
import { requests } from './requests.ts';
import { rounds } from './rounds.ts';
import { seal } from './seal.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';
import { simulation } from './simulation.ts';
import { tasks } from './tasks.ts';
import { threads } from './threads.ts';
import { transfer } from './transfer.ts';
import { userImport } from './user-import.ts';
import { users } from './users.ts';

type SameKeys<Part> = { [Key in keyof Part]: Part[Key] extends string ? string : SameKeys<Part[Key]> };

/** The English catalogue; a missing key does not compile. Beside a text may stand its form for one thing, `key_one`. */
export const en: SameKeys<typeof th> = {
  assignments,
  audit,
  auth,
  carry,
  central,
  certify,
  common,
  design,
  entry,
  errors,
  files,
  handbook,
  handover,
  home,
  lint,
  logins,
  mail,
  menu,
  news,
  owing,
  portal,
  profile,
  publish,
  rehearsal,
  report,
  requests,
  rounds,
  seal,
  search,
  settings,
  simulation,
  status,
  tasks,
  threads,
  transfer,
  userImport,
  users,
};
