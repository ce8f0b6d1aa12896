// Threads work without this file; it opens them beside the page, sends in place, takes dropped files and shows progress.

const panel = document.getElementById('thread-panel');
// what was typed and not sent, by thread and form: a panel that is closed by mistake loses nothing
const typed = new Map();

if (panel !== null) startPanel();
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  if (detail.target.id === 'thread' || detail.elt?.id === 'thread') showThread();
});
document.addEventListener('input', keepTyped);
document.addEventListener('change', ({ target }) => {
  if (target.type === 'file') checkFiles(target);
  askForMany(target.closest?.('form'));
});
document.addEventListener('click', togglePreview);
document.addEventListener('htmx:responseError', ({ detail }) => say(detail.xhr.responseText));
document.addEventListener('htmx:sendError', () => say(document.body.dataset.offline ?? ''));
document.addEventListener('htmx:xhr:progress', showProgress);
document.addEventListener('htmx:beforeRequest', stopTooLarge);
for (const type of ['dragover', 'dragleave', 'drop']) document.addEventListener(type, dropFiles);

function threadOf() {
  return document.getElementById('thread');
}

/** In the panel: the page's own place for messages is behind it. */
function say(text) {
  if (panel === null || !panel.open) return;
  const place = panel.querySelector('[data-said]');
  const notice = Object.assign(document.createElement('p'), {
    className: 'notice notice-danger',
    textContent: text,
  });
  place?.setAttribute('role', 'alert');
  place?.replaceChildren(notice);
  place?.scrollIntoView({ block: 'nearest' });
}

/** The marks of the page open their threads in the panel; Esc, the button and a click beside it close it. */
function startPanel() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-thread]');
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.htmx.ajax('GET', link.getAttribute('href'), { target: '#thread', swap: 'outerHTML' });
  });
  panel.addEventListener('click', (event) => {
    if (event.target === panel || event.target.closest('[data-panel-close]') !== null) panel.close();
  });
  // the page behind has keys of its own
  panel.addEventListener('keydown', (event) => event.stopPropagation());
}

function showThread() {
  const thread = threadOf();
  if (thread === null || thread.dataset.key === undefined) return;
  if (panel !== null && !panel.open) panel.showModal();
  if ('done' in thread.dataset) for (const key of sentForms(thread)) typed.delete(key);
  restoreTyped(thread);
  for (const form of thread.querySelectorAll('form[data-draft]')) askForMany(form);
  showMarks(thread);
  const place =
    thread.querySelector('[aria-invalid]') ??
    thread.querySelector('[data-said] .notice')?.parentElement ??
    document.getElementById('thread-title');
  place.focus();
}

/** After a form was sent its text stands in the thread: it is the empty boxes that show it. */
function sentForms(thread) {
  return lastSent === null ? [] : [`${thread.dataset.key} ${lastSent}`];
}

let lastSent = null;
document.addEventListener('htmx:beforeRequest', ({ detail }) => {
  lastSent = detail.elt.dataset?.draft ?? null;
});

function keepTyped({ target }) {
  const form = target.closest?.('form[data-draft]');
  if (!form || target.name !== 'text') return;
  typed.set(`${threadOf().dataset.key} ${form.dataset.draft}`, target.value);
}

function restoreTyped(thread) {
  for (const form of thread.querySelectorAll('form[data-draft]')) {
    const text = typed.get(`${thread.dataset.key} ${form.dataset.draft}`);
    const box = form.elements.text;
    if (text !== undefined && box.value === '') box.value = text;
  }
}

/** The row behind the panel shows what the thread holds now. */
function showMarks({ dataset }) {
  for (const link of document.querySelectorAll(`a[data-thread="${dataset.key}"]`)) {
    const count = link.querySelector('[data-evidence]');
    if (count !== null) count.textContent = dataset.evidence;
    const mark = link.parentElement.querySelector('[data-fresh]');
    if (mark !== null) mark.hidden = dataset.new === '0';
  }
}

/** Sending to many offices asks first, with their number. */
function askForMany(form) {
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

/** Says at once that a file is too large: nobody waits for ten minutes to be refused. */
function checkFiles(input) {
  const form = input.closest('form[data-upload]');
  if (form === null) return true;
  const max = Number(form.dataset.max);
  const tooLarge = [...input.files].filter(({ size }) => size > max);
  const place = form.querySelector('[data-file-problem]');
  place.textContent = tooLarge.map(({ name }) => form.dataset.tooLarge.replace('#', name)).join('\n');
  place.hidden = tooLarge.length === 0;
  input.toggleAttribute('aria-invalid', tooLarge.length > 0);
  return tooLarge.length === 0;
}

function stopTooLarge(event) {
  const form = event.detail.elt;
  if (!form.matches?.('form[data-upload]')) return;
  const input = form.querySelector('input[type=file]');
  if (checkFiles(input)) return;
  event.preventDefault();
  input.focus();
}

function dropFiles(event) {
  const place = event.target.closest?.('.file-drop');
  if (!place || !event.dataTransfer?.types.includes('Files')) return;
  if (event.type !== 'dragleave') event.preventDefault();
  place.classList.toggle('is-over', event.type === 'dragover');
  if (event.type !== 'drop') return;
  const input = place.querySelector('input[type=file]');
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

function showProgress({ target, detail }) {
  const bar = target.querySelector?.('[data-progress]');
  if (!bar || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * detail.loaded) / detail.total;
}

/** Shows a picture or PDF below its name, and puts it away again. */
function togglePreview(event) {
  const link = event.target.closest('a[data-preview]');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const open = link.parentElement.querySelector('iframe');
  if (open !== null) {
    open.remove();
    link.textContent = link.dataset.label;
    return;
  }
  const frame = document.createElement('iframe');
  frame.className = 'file-preview';
  frame.title = link.getAttribute('aria-label');
  // browsers start their viewer of PDFs in no sandbox; it is one by itself
  if (link.dataset.preview !== 'pdf') frame.setAttribute('sandbox', '');
  frame.src = link.getAttribute('href');
  link.dataset.label = link.textContent;
  link.textContent = link.dataset.close;
  link.parentElement.append(frame);
}
