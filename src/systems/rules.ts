import { LONGEST_SESSION_HOURS, type SystemSettings } from '../http/current-user.ts';

/** The settings that are whole numbers. */
export const NUMBER_SETTINGS = [
  'idleMinutes',
  'absoluteHours',
  'passwordMinBytes',
  'loginHistoryDays',
  'maxFileMegabytes',
] as const;
export type NumberSetting = (typeof NUMBER_SETTINGS)[number];
export type Setting = NumberSetting | 'secondFactorRoles';

const SETTINGS: readonly Setting[] = [...NUMBER_SETTINGS, 'secondFactorRoles'];
const MINUTES_PER_HOUR = 60;

/**
 * From where to where each number may be set. A click is noted once a minute, so an idle time of fewer than
 * five minutes would not be exact; passwords are 8 to 72 bytes long (domain rules, Passwords and accounts).
 */
export const SETTING_LIMITS: Record<NumberSetting, { min: number; max: number }> = {
  idleMinutes: { min: 5, max: 480 },
  absoluteHours: { min: 1, max: LONGEST_SESSION_HOURS },
  passwordMinBytes: { min: 8, max: 72 },
  loginHistoryDays: { min: 30, max: 3650 },
  maxFileMegabytes: { min: 1, max: 100 },
};

export type SettingProblem = 'notWhole' | 'outside' | 'idleLongerThanSession';

/** What is wrong with settings as typed, field by field; nothing if they may be stored. */
export function settingProblems(
  numbers: Record<NumberSetting, number | null>,
): Partial<Record<NumberSetting, SettingProblem>> {
  const problems: Partial<Record<NumberSetting, SettingProblem>> = {};
  for (const name of NUMBER_SETTINGS) {
    const value = numbers[name];
    const { min, max } = SETTING_LIMITS[name];
    if (value === null) problems[name] = 'notWhole';
    else if (value < min || value > max) problems[name] = 'outside';
  }
  const { idleMinutes, absoluteHours } = numbers;
  const bothGiven = problems.idleMinutes === undefined && problems.absoluteHours === undefined;
  if (bothGiven && (idleMinutes ?? 0) > (absoluteHours ?? 0) * MINUTES_PER_HOUR) {
    problems.idleMinutes = 'idleLongerThanSession';
  }
  return problems;
}

/** The settings in which these two differ, in the order of the page. */
export function changedSettings(before: SystemSettings, after: SystemSettings): Setting[] {
  return SETTINGS.filter((name) => String(before[name]) !== String(after[name]));
}

/** Whether saving would ask the editor's own role for a second factor that the editor does not have. */
export function locksOutEditor(
  before: SystemSettings,
  after: SystemSettings,
  editor: { role: SystemSettings['secondFactorRoles'][number]; hasSecondFactor: boolean },
): boolean {
  const { role, hasSecondFactor } = editor;
  return (
    !hasSecondFactor && after.secondFactorRoles.includes(role) && !before.secondFactorRoles.includes(role)
  );
}
