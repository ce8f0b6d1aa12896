import { isChanged, keepDraft, offerDraft } from './drafts.js';

// AUDIT scores that were typed and not saved are kept, and offered when the list of the office is opened again.

const form = document.getElementById('certify-form');
// saving replaces them
const boxesOf = () => [...form.querySelectorAll('.audit-box')];
const baseOf = (box) => form.elements[box.name.replace('audit_', 'auditSeen_')];

if (form !== null && boxesOf().length > 0) {
  offerDraft(form, boxesOf(), baseOf);
  form.addEventListener('input', keep);
  document.addEventListener('htmx:oobAfterSwap', keep);
}

function keep() {
  const boxes = boxesOf();
  for (const box of boxes) box.classList.toggle('is-changed', isChanged(box));
  keepDraft(form, boxes, baseOf);
}
