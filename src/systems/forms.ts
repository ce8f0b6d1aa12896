import { z } from 'zod';
import { ROLES, type SystemSettings } from '../http/current-user.ts';
import { version } from '../http/input.ts';
import { NUMBER_SETTINGS, type NumberSetting, type SettingProblem, settingProblems } from './rules.ts';

const MAX_TYPED = 50;
const text = z.string().trim().max(MAX_TYPED).default('');
const THAI_ZERO = 0x0e50;

/** The settings page's form, as typed; anything that no such page sends makes it unreadable. */
export const settingsForm = z.object({
  version,
  idleMinutes: text,
  absoluteHours: text,
  passwordMinBytes: text,
  loginHistoryDays: text,
  maxFileMegabytes: text,
  secondFactorRoles: z
    .union([z.enum(ROLES).transform((role) => [role]), z.array(z.enum(ROLES))])
    .default([])
    .transform((roles) => ROLES.filter((role) => roles.includes(role))),
  confirmed: z.literal('1').optional(),
});
export type SettingsForm = z.infer<typeof settingsForm>;

export type SettingsProblems = Partial<Record<NumberSetting, SettingProblem>>;

/** The settings that were typed, or what is wrong with them. */
export function readSettings(
  form: SettingsForm,
): { settings: SystemSettings; problems?: undefined } | { problems: SettingsProblems } {
  const numbers = Object.fromEntries(
    NUMBER_SETTINGS.map((name) => [name, wholeNumber(form[name])]),
  ) as Record<NumberSetting, number | null>;
  const problems = settingProblems(numbers);
  if (Object.keys(problems).length > 0) return { problems };
  const { idleMinutes, absoluteHours, passwordMinBytes, loginHistoryDays, maxFileMegabytes } = numbers;
  return {
    settings: {
      idleMinutes: Number(idleMinutes),
      absoluteHours: Number(absoluteHours),
      passwordMinBytes: Number(passwordMinBytes),
      loginHistoryDays: Number(loginHistoryDays),
      maxFileMegabytes: Number(maxFileMegabytes),
      secondFactorRoles: form.secondFactorRoles,
    },
  };
}

/** Thai digits count, too; null where it is no whole number. */
function wholeNumber(typed: string): number | null {
  const latin = typed.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - THAI_ZERO));
  return /^\d{1,9}$/.test(latin) ? Number(latin) : null;
}
