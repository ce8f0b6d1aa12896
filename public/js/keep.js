import { isChanged, keepDraft, offerDraft, readDraft } from './drafts.js';

// Forms that work without this file: what is typed into them and not saved is kept in this browser and offered again,
// as on the entry page. `data-draft`: under which key.

for (const form of document.querySelectorAll('form[data-keep]')) keep(form);

function keep(form) {
  addRows(form);
  const boxes = [...form.elements].filter(
    ({ name, type }) => name !== '' && !/^(hidden|submit|button)$/.test(type),
  );
  // what the server compares with stands beside each row of a grid, or once for the whole form
  const baseOf = ({ name }) => form.elements.namedItem(`${/^[^:]*:/.exec(name)?.[0] ?? ''}seen`);
  const show = () => {
    const note = form.querySelector('[data-unsaved]');
    if (note !== null) note.hidden = !boxes.some(isChanged);
  };
  offerDraft(form, boxes, baseOf);
  form.addEventListener('input', () => {
    keepDraft(form, boxes, baseOf);
    show();
  });
  show();
}

/** Rows of single offices that were added before the form was left: it comes without them. */
function addRows(form) {
  const count = form.elements.namedItem('exceptions');
  if (count === null) return;
  const kept = Object.keys(readDraft(form.dataset.draft)?.values ?? {});
  const rows = kept.map((name) => Number(/^exception-(\d+)-/.exec(name)?.[1] ?? -1) + 1);
  for (let row = Number(count.value); row < Math.max(0, ...rows); row += 1) addRow(form, row);
  count.value = Math.max(Number(count.value), ...rows);
}

function addRow(form, row) {
  const last = [...form.querySelectorAll('.design-exception')].at(-1);
  const next = last.cloneNode(true);
  for (const part of next.querySelectorAll('[id], [for], [name]')) {
    for (const { name, value } of [...part.attributes]) {
      if (['id', 'for', 'name'].includes(name)) {
        part.setAttribute(name, value.replace(`exception-${row - 1}-`, `exception-${row}-`));
      }
    }
    part.removeAttribute('value');
    part.removeAttribute('aria-invalid');
    part.removeAttribute('aria-describedby');
  }
  for (const error of next.querySelectorAll('.field-error')) error.remove();
  for (const option of next.querySelectorAll('option')) option.defaultSelected = false;
  last.after(next);
}
