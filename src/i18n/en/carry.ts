export const carry = {
  title: 'Carry-over',
  titleOf: 'Carry-over into {{round}}',
  linkCount: 'Carry-over ({{n}} could be carried)',
  intro:
    'Values and decisions of the variables flagged for carry-over are taken from {{from}} into {{round}}: only entries that are still unreported and were never carried. Scores follow the criteria of {{round}}.',
  count: 'Entries that would be carried over: {{n}}',
  audits: 'and AUDIT scores: {{n}}',
  misfits:
    'Entries that are not carried over: {{n}}. Their variables do not admit these values in this round; they have to be reported or loaded anew.',
  button: 'Carry over now',
  question: 'Carry {{n}} entries over from {{from}} into {{round}}?',
  question_one: 'Carry {{n}} entry over from {{from}} into {{round}}?',
  none: 'Nothing to carry over',
  noneFlagged:
    'No variable that is due in this round is flagged for carry-over. The flag is set in the framework',
  noneLeft: 'Whatever could be carried has data in this round already, or had none in the round before',
  noneBefore: 'This is the first round of the fiscal year; nothing is carried across years',
  sealed: 'The round is sealed: its data do not change any more',
  back: 'Back to the round',
  column: {
    variable: 'Variable',
    pending: 'Waiting',
    certified: 'Certified',
    rejected: 'Rejected',
    central: 'Central data',
    total: 'Total carried',
    misfits: 'Not carried',
  },
  task: {
    title: 'Carry over into {{round}}',
    next: 'Back to the round',
    carried: 'Entries carried over: {{n}}, of offices: {{offices}}',
    audits: 'AUDIT scores carried over: {{n}}',
    misfits:
      'Not carried over: {{n}} values, which their variables do not admit in this round; they have to be reported or loaded anew',
    misfits_one:
      'Not carried over: {{n}} value, which its variable does not admit in this round; it has to be reported or loaded anew',
    nothing: 'There was nothing to carry over',
    sealed: 'The round is sealed: its data do not change any more',
    gone: 'The round is not there any more',
  },
};
