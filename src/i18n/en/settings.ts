export const settings = {
  title: 'Settings',
  intro:
    'They apply to everybody who uses {{system}}. Only the KPI office may change them; every change is kept in the history below.',
  limits: 'Whole number, {{min}} to {{max}}',
  save: 'Save settings',
  saved:
    'The settings were saved and apply at once. Where the system runs on several machines, the others follow within 30 seconds.',
  unchanged: 'Nothing was different from what is stored',
  group: { session: 'Sessions', account: 'Accounts', history: 'History', files: 'Files' },
  name: {
    idleMinutes: 'Sign out after so many minutes without use',
    absoluteHours: 'Longest session (hours)',
    passwordMinBytes: 'Shortest password (characters)',
    loginHistoryDays: 'Keep the login history for (days)',
    maxFileMegabytes: 'Largest file (MB)',
    secondFactorRoles: 'Roles that need a second factor',
  },
  hint: {
    idleMinutes:
      'Who has not clicked or saved anything for so long must sign in again. Applies to running sessions, too.',
    absoluteHours: 'Counted from signing in; then one must sign in again. Applies to running sessions, too.',
    passwordMinBytes:
      'Applies the next time a password is set; passwords in use stay valid. A Thai letter counts as three.',
    loginHistoryDays: 'Older lines are deleted every night and cannot be brought back.',
    maxFileMegabytes:
      'Applies to every file that is attached from now on; files that are there already stay.',
    secondFactorRoles:
      'Besides the password, a code from an app on the phone. Who has none yet must set it up before going on.',
  },
  factors: '{{withFactor}} of {{people}} people have one',
  noRoles: 'none',
  problem: {
    notWhole: 'Enter a whole number',
    outside: 'Enter {{min}} to {{max}}',
    idleLongerThanSession: 'Must not be longer than the longest session',
  },
  changed: {
    title: '{{by}} changed the settings on {{at}}. What you typed has not been saved.',
    text: 'Look at the fields with a note and save again if you want what you typed.',
    field: 'Now stored: {{value}}',
  },
  confirm: {
    title: 'A second factor for your own role',
    question:
      'You have not set up a second factor. After saving you must set it up with an app on your phone before you can open any other page. Have your phone ready.',
    ok: 'Save, then set up mine',
  },
  history: {
    title: 'History of the settings',
    none: 'No change so far: the defaults apply',
    at: 'When',
    by: 'Who',
    what: 'Setting',
    before: 'Before',
    after: 'After',
  },
};
