// What stands in the forms of a thread and was not sent yet outlives whatever replaces them. Texts are kept in this
// browser as on the entry page: a closed tab or an expired session loses none. Files and addressees last as long as the
// page.
import { readDraft, writeDraft } from './drafts.js';

const kept = new Map();

const keyOf = (thread, name) => `${thread.dataset.draftKey}:${name}`;
const formsOf = (thread) => thread.querySelectorAll('form[data-draft]');

/** Notes what a form holds now. */
export function keepForm(form) {
  const key = keyOf(form.closest('#thread'), form.dataset.draft);
  const { text, files, everybody, to, deadline } = form.elements;
  writeDraft(key, text.value.trim() === '' ? {} : { text: { text: text.value } });
  kept.set(key, {
    files: files?.files,
    everybody: everybody?.checked,
    to: audienceOf(to?.value),
    deadline: deadline?.value,
  });
}

/** What was sent stands in the thread. */
export function forgetForm(thread, name) {
  writeDraft(keyOf(thread, name), {});
  kept.delete(keyOf(thread, name));
}

/** Puts everything back into forms that came anew. */
export function restoreForms(thread) {
  for (const form of formsOf(thread)) {
    const key = keyOf(thread, form.dataset.draft);
    const text = readDraft(key)?.values.text?.text;
    const box = form.elements.text;
    if (text !== undefined && box.value === '') box.value = text;
    const choices = kept.get(key);
    if (choices !== undefined) restoreChoices(form, choices);
    askForMany(form);
  }
}

function restoreChoices(form, { files, everybody, to, deadline }) {
  if (files?.length > 0 && form.elements.files !== undefined) {
    form.elements.files.files = files;
    // of all that may be wrong with files only this is settled by having them
    const place = form.querySelector('[data-file-problem][data-choose-again]');
    if (place !== null) showProblem(form.elements.files, '');
  }
  if (form.elements.everybody === undefined || everybody === undefined) return;
  form.elements.everybody.checked = everybody;
  form.elements.deadline.value = deadline;
  // the number behind the audience may be another by now
  const option = [...form.elements.to.options].find(({ value }) => audienceOf(value) === to);
  if (option !== undefined) option.selected = true;
}

function audienceOf(value) {
  return value?.split(':')[0];
}

/** Sending to many offices asks first, with their number. */
export function askForMany(form) {
  const choice = form?.querySelector('[data-everybody]');
  if (!choice) return;
  const many = form.elements.everybody.checked;
  choice.classList.toggle('is-open', many);
  const option = form.elements.to.selectedOptions[0];
  if (many && option !== undefined) {
    form.dataset.confirm = option.dataset.question;
    form.dataset.confirmOk = option.dataset.ok;
  } else {
    delete form.dataset.confirm;
    delete form.dataset.confirmOk;
  }
}

/** Says what is wrong with a box below it; with no text that nothing is. */
export function showProblem(box, text) {
  const place = document.getElementById(`${box.id}-error`);
  if (place === null) return;
  place.textContent = text;
  place.hidden = text === '';
  if (text === '') box.removeAttribute('aria-invalid');
  else box.setAttribute('aria-invalid', 'true');
}

/** Says at once what the server would refuse: nobody waits for ten minutes to hear it. */
export function checkFiles(input) {
  const form = input.closest('form[data-upload]');
  if (form === null) return true;
  const { max, maxFiles, tooLarge, tooMany, empty } = form.dataset;
  const problems = [...input.files].flatMap(({ name, size }) => {
    if (size > Number(max)) return [tooLarge.replace('#', () => name)];
    return size === 0 ? [empty.replace('#', () => name)] : [];
  });
  if (input.files.length > Number(maxFiles)) problems.unshift(tooMany);
  showProblem(input, problems.join('\n'));
  return problems.length === 0;
}

/** Files that the server would refuse are not sent to it first. */
export function stopUnfit(event) {
  const form = event.detail.elt;
  if (!form.matches?.('form[data-upload]')) return;
  const { files, text } = form.elements;
  if (files.files.length === 0) return;
  const isUndescribed = text.value.trim() === '';
  if (isUndescribed) showProblem(text, form.dataset.undescribed);
  const unfit = !checkFiles(files) ? files : isUndescribed ? text : null;
  if (unfit === null) return;
  event.preventDefault();
  unfit.focus();
}

/** Files can be dropped where they are chosen. */
export function dropFiles(event) {
  const place = event.target.closest?.('.file-drop');
  if (!place || !event.dataTransfer?.types.includes('Files')) return;
  if (event.type !== 'dragleave') event.preventDefault();
  place.classList.toggle('is-over', event.type === 'dragover');
  if (event.type !== 'drop') return;
  const input = place.querySelector('input[type=file]');
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

/** How much of the files has gone out. */
export function showProgress({ target, detail }) {
  const bar = target.querySelector?.('[data-progress]');
  if (!bar || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * detail.loaded) / detail.total;
}
