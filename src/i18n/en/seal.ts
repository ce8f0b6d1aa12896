export const seal = {
  title: 'Seal',
  titleOf: 'Seal of {{round}}',
  sealed: 'Sealed',
  by: 'Sealed on {{when}} by {{name}}',
  hash: 'Hash (SHA-256)',
  revision: 'By revision {{revision}} of the framework',
  meansTitle: 'What the seal does',
  means: {
    kept: 'Framework, values, decisions and scores of all offices in this round are kept as a copy that cannot be changed.',
    closed:
      'Nobody changes anything of this round any more, the KPI office included. A seal is not taken back.',
    hash: 'A hash of the copy is mailed to the KPI office and printed on reports: whoever changes data later is found out.',
  },
  counts:
    'Sub-indicators with these entries stay at 1.0000 for good (those that have an AUDIT score left out)',
  count: {
    unreported: 'not reported: {{n}}',
    pending: 'waiting for a decision: {{n}}',
    rejected: 'rejected: {{n}}',
    centralMissing: 'waiting for central data: {{n}}',
  },
  noReceiver:
    'No account of the KPI office has a mail address: the hash cannot be mailed. Please add one before sealing; otherwise copy the hash from this page and keep it outside the system.',
  noReceiverGo: 'Add your address',
  refused: {
    sealed: 'This round is sealed already',
    noLists: 'This round has no entry lists: there is nothing to seal',
    certifying: 'It can be sealed once certification has closed, after {{closes}}',
    reopened: 'An office may still report until {{until}}: it cannot be sealed yet',
    scores:
      'Some stored scores are not what the values give: it cannot be sealed. “npm run cli -- scores verify” lists them.',
    permits: 'Permits that still run: {{count}}. It cannot be sealed yet',
  },
  reason: 'Reason or remark (optional)',
  confirm: 'I understand that a seal is final and cannot be taken back',
  notConfirmed: 'Please tick the box before sealing',
  reasonLong: 'It is longer than {{count}} characters',
  button: 'Seal',
  done: '{{round}} is sealed; its hash is on the way to the KPI office by mail',
  doneUnmailed:
    '{{round}} is sealed. No account of the KPI office has a mail address: please copy the hash and keep it outside the system.',
  task: {
    refused: 'It could not be sealed: the round has changed since. Its page says why.',
    hash: 'SHA-256: {{hash}}',
    next: 'To the page of the seal',
  },
  download: 'Download the sealed copy (JSON)',
  verify: 'To verify it, run',
  back: 'Back to the round',
};
