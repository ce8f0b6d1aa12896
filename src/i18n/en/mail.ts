export const mail = {
  title: 'Mail log',

  greeting: 'Dear {{name}},',
  username: 'Username',
  office: 'Office',
  automatic: 'This mail was sent automatically. Please do not reply.',
  preference: 'You choose which mails you get on the page “{{page}}” of the system.',
  more: 'And {{count}} more: please look in the system.',
  activation: {
    subject: 'Set the password of your {{brand}} account',
    opening: 'You have an account in the {{system}}.',
    link: 'Please set your password at this link. It works once, for {{hours}} h from when this mail was sent.',
    closing:
      'Once it has expired, ask for a new one with “{{forgotten}}” on the sign-in page, or ask the administrator of your office.',
  },
  reset: {
    subject: 'Set a new password for your {{brand}} account',
    opening: 'Somebody asked for a new password for your account in the {{system}}.',
    link: 'Set it at this link. It works once, for {{hours}} h from when this mail was sent.',
    closing: 'If it was not you, there is nothing to do: your password stays as it is.',
  },
  resetByAdmin: {
    opening:
      'The administrator ({{by}}) of {{office}} sends you this link to set a new password for your account in the {{system}}.',
    closing:
      'Your present password works until you set a new one. If in doubt, please ask that administrator.',
  },
  accountChanged: {
    subject: 'Your {{brand}} account was changed',
    opening: 'Your account in the {{system}} was changed.',
    closing: 'If you do not know of this change, tell the administrator of your office at once.',
    what: {
      handedOver: 'The administration of {{managed}} was handed over from {{from}} to {{to}} by {{by}}',
      disabled: 'The account was disabled by {{by}}',
      enabled: 'The account was enabled again by {{by}}',
      role: 'The role of the account is now “{{role}}”, given by {{by}}',
      email: 'The e-mail address of the account is now {{email}}',
      emailRemoved:
        'The e-mail address of the account was removed: it gets neither links to reset the password nor notifications any more',
      password: 'The password was changed',
      secondFactorOn: 'Signing in with a second step was switched on',
      secondFactorOff: 'Signing in with a second step was switched off',
      other: 'Data of the account were changed',
    },
  },
  notices: {
    subject: '{{brand}}: {{count}} messages for you',
    subject_one: '{{brand}}: {{count}} message for you',
    opening: 'There is something to tell you in the {{system}}.',
  },
  summary: {
    subject: '{{brand}}: daily summary ({{count}})',
    opening: 'What there is to tell you in the {{system}}:',
  },
  notice: {
    assigned: {
      subject: '{{brand}}: indicators were assigned to you',
      line: '{{by}} made you responsible for these indicators of fiscal year {{year}}:',
    },
    thread: {
      about: '{{indicator}} · {{variable}} · {{office}} · {{round}}',
      offices: '{{count}} offices',
      offices_one: '{{count}} office',
      deadline: 'Please act by {{time}}',
      until: 'May be edited until {{time}}',
      document: { subject: '{{brand}}: new document, {{office}}', line: '{{by}} attached a document:' },
      comment: { subject: '{{brand}}: new comment, {{office}}', line: '{{by}} wrote a comment:' },
      certify: { subject: '{{brand}}: certified, {{office}}', line: '{{by}} certified:' },
      reject: { subject: '{{brand}}: not certified, {{office}}', line: '{{by}} did not certify:' },
      cancel: {
        subject: '{{brand}}: decision cancelled, {{office}}',
        line: '{{by}} cancelled the decision:',
      },
      permit: {
        subject: '{{brand}}: permission to add, {{office}}',
        line: '{{by}} permitted additions while certifying:',
      },
    },
  },

  workshop: {
    reason: 'Reason: {{reason}}',
    at: 'On {{time}}',
    opens: 'Opens {{time}}',
    closes: 'Closes {{time}}',
    certificationCloses: 'Certification closes {{time}}',
    before: '(before: {{time}})',
    until: 'May be edited until {{time}}',
    entryOpened: { subject: '{{brand}}: entry is open, {{round}}', line: 'Entry is open: {{round}}' },
    entryChanged: {
      subject: '{{brand}}: new times for entry, {{round}}',
      line: '{{by}} changed the times for entry: {{round}}',
    },
    entryClosed: {
      subject: '{{brand}}: entry is closed, {{round}}',
      line: '{{by}} closed entry: {{round}}',
    },
    certificationChanged: {
      subject: '{{brand}}: new times for certification, {{round}}',
      line: '{{by}} changed the times for certification: {{round}}',
    },
    entryReminder: {
      subject: '{{brand}}: entry closes soon, {{round}}',
      line: 'You still have values to report in {{round}}:',
    },
    permitReminder: {
      subject: '{{brand}}: permit to edit ends soon, {{round}}',
      line: 'Your office was allowed to edit data in {{round}} after entry closed, and has not yet:',
    },
    certificationReminder: {
      subject: '{{brand}}: certification closes soon, {{round}}',
      line: 'Your bureau still has values to decide on, or AUDIT scores to give, in {{round}}:',
    },
    revised: {
      subject: '{{brand}}: framework revised, {{round}}',
      line: '{{by}} revised the framework of {{round}}; the scores have been computed anew',
    },
    auditAsked: {
      subject: '{{brand}}: AUDIT asked for, {{round}}',
      line: '{{by}} asks to open AUDIT in {{round}}',
    },
    auditOpened: { subject: '{{brand}}: AUDIT opened, {{round}}', line: '{{by}} opened AUDIT in {{round}}' },
    auditDeclined: {
      subject: '{{brand}}: AUDIT not opened, {{round}}',
      line: '{{by}} declined to open AUDIT in {{round}}',
    },
    auditClosed: { subject: '{{brand}}: AUDIT closed, {{round}}', line: '{{by}} closed AUDIT in {{round}}' },
    auditScored: {
      subject: '{{brand}}: AUDIT score given in your stead, {{round}}',
      line: '{{by}} gave or withdrew AUDIT scores in your stead in {{round}}',
    },
    centralLoaded: {
      subject: '{{brand}}: central data loaded in your stead, {{round}}',
      line: '{{by}} loaded or corrected central data in your stead in {{round}}',
    },
    editAsked: {
      subject: '{{brand}}: wish to edit, {{round}}',
      line: '{{by}} asks to edit data in {{round}}',
    },
    editGranted: {
      subject: '{{brand}}: editing allowed, {{round}}',
      line: '{{by}} allowed data to be edited in {{round}}',
    },
    editDeclined: {
      subject: '{{brand}}: editing not allowed, {{round}}',
      line: '{{by}} declined to have data edited in {{round}}',
    },
    sealed: {
      subject: '{{brand}}: results sealed, {{round}}',
      line: '{{by}} sealed the results of {{round}}. Please keep this hash:',
    },
  },

  list: {
    search: 'Name, username, address or subject',
    to: 'To',
    about: 'Subject',
    when: 'When',
    state: 'State',
    tries: 'Tries',
    sentAgain: 'Sent {{count}} times, last {{when}}',
    sentBefore: 'Was sent before, is being sent again',
    againFailed: 'Sending it again failed:',
    next: 'Next try {{when}}',
    action: 'Action',
    empty: 'No mail',
    emptyHint: 'Mails that the system sends are shown here.',
    nothingFound: 'No mail fits what was chosen.',
    showAll: 'Show all',
    inFolder:
      'No mail server is set (SMTP_URL): mails are kept as .eml files in the folder “mail” of the data and do not leave the system.',
  },
  state: {
    waiting: 'Waiting',
    sent: 'Sent',
    failed: 'Failed',
  },
  kind: {
    activation: 'Link to set a password (new account)',
    reset: 'Link to set a new password',
    accountChanged: 'Change of an account',
    sealed: 'Hash of a seal',
    notices: 'Notice',
    summary: 'Daily summary',
  },
  failure: {
    linkEnded: 'Not sent: the link was ended or used',
    accountDisabled: 'Not sent: the account is disabled',
    badAddress: 'Not sent: the address is not valid',
    nothingToTell: 'Not sent: there is nothing to tell',
    internal: 'Not sent: something went wrong, see the log of the program',
  },
  again: {
    button: 'Send again',
    buttonFor: 'Send again to {{name}}',
    title: 'Send a mail again',
    question: 'This mail was sent to {{name}}. Send it again?',
    done: 'The mail is waiting to be sent again.',
    used: 'Cannot be sent again: its link was used.',
    ended: 'Cannot be sent again: its link was ended.',
    already: 'This mail is already waiting to be sent.',
  },
};
