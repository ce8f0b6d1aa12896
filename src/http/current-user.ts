import type { Request } from 'express';
import type {} from 'passport';
import { AppError } from '../lib/errors.ts';

export const ROLES = ['kpi_office', 'bureau_admin', 'certifier', 'district_admin', 'reporter'] as const;
export type Role = (typeof ROLES)[number];
export type OfficeKind = 'district' | 'bureau' | 'kpi_office';

/** The running system that a path belongs to (`/krs/…`). */
export interface CurrentSystem {
  id: string;
  code: string;
  brand: string;
  nameTh: string;
  nameEn: string;
  settings: SystemSettings;
  /** What the system is called in each published fiscal year, newest first (R6). */
  titles: readonly { fiscalYear: number; th: string; en: string }[];
  /** What everybody may download, newest year first (R24). */
  manuals: readonly OfferedManual[];
}

/** A manual as pages offer it, without signing in. */
export interface OfferedManual {
  id: string;
  title: string;
  fiscalYear: number | null;
  fileName: string;
  /** In bytes. */
  size: number;
}

/** No setting lets a session last longer. */
export const LONGEST_SESSION_HOURS = 24;

export interface SystemSettings {
  idleMinutes: number;
  absoluteHours: number;
  passwordMinBytes: number;
  loginHistoryDays: number;
  secondFactorRoles: Role[];
  /** The largest file that may be attached. */
  maxFileMegabytes: number;
}

/** Who is signed in, loaded afresh with every request: a disabled account is out at its next click. */
export interface CurrentUser {
  id: string;
  systemId: string;
  officeId: string;
  officeKind: OfficeKind;
  /** สพป or สพม; null for bureaus. */
  officeType: string | null;
  officeName: string;
  officeShortName: string;
  username: string;
  name: string;
  role: Role;
  locale: 'th' | 'en';
  certifyKeys: boolean;
  hasSecondFactor: boolean;
  /** Names the present picture; null: there is none. */
  avatarHash: string | null;
  /** When the person last looked through the own data. */
  profileSavedAt: Date | null;
  /** How many items are new for the person's side, for the bell; told up to a bound. */
  newItems: number;
}

declare global {
  namespace Express {
    interface User extends CurrentUser {}
    interface Request {
      system?: CurrentSystem;
      /** The person whose session it is, read together with it. */
      sessionUser?: CurrentUser | undefined;
    }
  }
}

/** The signed-in user and system of a request behind the sign-in guard. */
export function signedIn(req: Request): { user: CurrentUser; system: CurrentSystem } {
  if (req.user === undefined) throw new AppError('forbidden');
  return { user: req.user, system: systemOf(req) };
}

/** The system of a request below `/:system`. */
export function systemOf(req: Request): CurrentSystem {
  if (req.system === undefined) throw new AppError('notFound');
  return req.system;
}
