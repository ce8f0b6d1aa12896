import { isChanged, keepDraft, offerDraft } from './drafts.js';

// Forms that work without this file: what is typed into them and not saved is kept in this browser and offered again,
// as on the entry page. `data-draft`: under which key.

for (const form of document.querySelectorAll('form[data-keep]')) keep(form);

function keep(form) {
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
