export const publish = {
  title: 'Publish',
  titleOf: 'Publish the framework of {{year}}',
  review: 'Review and publish',
  toDraft: 'Back to the draft',
  changed:
    'The draft, or what is published, changed after you opened this page, so nothing was published. Please look again below.',
  kind: {
    new: 'A new fiscal year: published for the first time',
    nothing: 'This draft is the same as what is published',
    texts: 'Only texts are corrected: no new revision',
    revision: 'A new revision: revision {{revision}}',
  },
  means: {
    new: 'The framework of {{year}} and its planned rounds come into force. Offices see a round once its entry lists are created.',
    nothing: 'There is nothing to publish; the draft is closed.',
    texts:
      'Names, explanations and units change at once in every round of this revision. Values, scores and statuses stay.',
    revision:
      'The present revision is kept whole. Rounds whose certification has not closed follow the new one: their entry lists are adjusted and the scores of all offices computed anew. Reported values and their history are kept.',
    alone:
      'The present revision is kept whole. No round follows the new one at present: existing values, scores and statuses stay. The new revision is for rounds that open later.',
  },
  follows: 'Rounds that follow the new revision:',
  scored: 'all offices are scored anew',
  unlisted: 'no entry lists yet, so there are no scores to compute',
  fromTo: 'from revision {{from}} to revision {{to}}',
  behind: '{{round}}: from revision {{from}} to revision {{to}}',
  missed:
    'This round was closed and opened again. It is still measured by revision {{from}}, and everything that was revised up to revision {{last}} changes for it, too.',
  missedCount: 'Together {{count}} changes.',
  stayBehind:
    'A round that was opened again is still measured by revision {{from}}. If it is not to change, close its certification before you publish; it then stays with its revision:',
  stays: 'Rounds that stay with their revision, unchanged:',
  obstacles: 'It cannot be published yet. What stands in the way: {{count}}',
  obstacle: {
    lint: 'Errors of the framework: {{count}}',
    outdated:
      'Something else was published after this draft was made. Please begin a new draft from the latest revision.',
    dropped: '{{place}}: cannot be dropped, {{count}} offices have reported it in {{round}}',
    notDue: '{{place}}: cannot become not due, {{count}} offices have reported it in {{round}}',
    source: '{{place}}: who supplies it cannot change, {{count}} offices have a value in {{round}}',
    misfit: '{{place}}: the new kind or range does not admit the values of {{count}} offices in {{round}}',
    moved:
      '{{place}}: cannot move to another sub-indicator, because {{round}} does not follow a new revision and has it for {{count}} offices. Please add it as a new variable instead.',
    laterSealed: '{{place}}: cannot stand before {{round}}, which is sealed; please give it a later place',
    audited: '{{place}}: cannot be dropped, it has {{count}} AUDIT scores in {{round}}',
  },
  warnings: 'Warnings do not stand in the way; please check that each of them is meant',
  changes: 'Changes: {{count}}',
  what: { added: 'Added', removed: 'Removed', changed: 'Changed' },
  reason: 'Reason for the revision',
  reasonOptional: 'Reason (optional)',
  reasonHint: 'Kept in the history; nobody is mailed',
  reasonMailed: 'Kept in the history, and mailed to the offices and certifiers of the indicators that change',
  problem: {
    reasonMissing: 'Please give a reason',
    reasonLong: 'The reason is longer than {{count}} characters',
    notConfirmed: 'Please tick the box',
  },
  confirm: {
    new: 'I have checked it, and publish this framework',
    nothing: 'Close this draft',
    texts: 'I have checked that the corrected texts do not change what the reported values mean',
    revision: 'I have checked it; rounds whose certification has not closed are to be scored anew',
    unscored: 'I have checked it, and publish this revision',
  },
  button: {
    new: 'Publish',
    nothing: 'Close the draft',
    texts: 'Correct the texts',
    revision: 'Publish the revision',
  },
  done: {
    new: 'The framework of {{year}} is published. The next step is to create the entry lists of its rounds.',
    nothing: 'The draft was closed; nothing changed',
    texts: 'The texts of {{year}} were corrected',
    revision: 'Revision {{revision}} of {{year}} is published',
  },
  task: {
    title: 'Publishing a revision of {{year}}',
    next: 'To the framework of {{year}}',
    published: 'Revision {{revision}} of {{year}} is published',
    round: '{{round}}: {{offices}} offices scored anew',
    carriable: '{{round}}: {{count}} entries can be carried over from the round before',
    lists: 'Entries added {{added}}, set aside {{setAside}}, brought back {{broughtBack}}',
    gone: 'The draft is not there any more; nothing changed',
    changed: 'The draft changed before it was published; please look again',
    reasonMissing: 'There is no reason; nothing was published',
    refused: 'Something stands in the way; nothing changed. Please look',
  },
};
