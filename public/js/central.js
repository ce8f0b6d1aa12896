import { focusFirstProblem, moveByKey, pasteColumn } from './boxes.js';
import { isChanged, keepDraft, offerDraft } from './drafts.js';

// The page of central data works without this file; it adds the keyboard, the pasted column, and keeps what is not saved.

const form = document.getElementById('central-form');
const boxes = [...form.querySelectorAll('input.value-box')];
const baseOf = (box) => form.elements[box.name.replace('value_', 'base_')];

form.addEventListener('keydown', (event) => moveByKey(event, boxes));
form.addEventListener('paste', (event) => {
  if (!pasteTable(event)) pasteColumn(event, boxes);
});
form.addEventListener('input', () => {
  keepDraft(form, boxes, baseOf);
  showCount();
});
if (form.querySelector('[data-draft-offer]') !== null) offerDraft(form, boxes, baseOf);
showCount();
focusFirstProblem(form);

/** Offices and values side by side go into the text, where the server tells which office is meant. */
function pasteTable(event) {
  const text = event.clipboardData?.getData('text') ?? '';
  const area = document.getElementById('central-text');
  if (!/\S\t+\S/.test(text) || area === null || !boxes.includes(event.target)) return false;
  event.preventDefault();
  document.getElementById('central-table').open = true;
  area.value = text;
  area.focus();
  area.scrollIntoView({ block: 'center' });
  return true;
}

function showCount() {
  for (const box of boxes) box.classList.toggle('is-changed', isChanged(box));
  const changed = boxes.filter(isChanged).length;
  const note = form.querySelector('[data-unsaved]');
  if (note === null) return;
  note.hidden = changed === 0;
  note.querySelector('[data-text]').textContent = note.dataset.unsaved.replace('#', changed);
}
