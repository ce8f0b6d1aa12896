// Threads work without this file; it opens them beside the page, sends in place, takes dropped files and shows progress.
import {
  askForMany,
  checkFiles,
  dropFiles,
  forgetForm,
  keepForm,
  restoreForms,
  showProblem,
  showProgress,
  stopUnfit,
} from './thread-forms.js';

const panel = document.getElementById('thread-panel');
const threadOf = () => document.getElementById('thread');
// answers whose thread was still there
const shown = new WeakSet();

if (panel !== null) startPanel();
else if (threadOf() !== null) restoreForms(threadOf());
document.addEventListener('input', ({ target }) => keepTyped(target));
document.addEventListener('change', ({ target }) => {
  if (target.type === 'file') checkFiles(target);
  keepTyped(target);
  askForMany(target.closest?.('form'));
});
document.addEventListener('click', togglePreview);
document.addEventListener('htmx:beforeRequest', (event) => {
  stopUnfit(event);
  if (!event.defaultPrevented) followLate(event.detail);
});
document.addEventListener('htmx:xhr:progress', showProgress);
document.addEventListener('htmx:beforeSwap', ({ detail }) => shown.add(detail.xhr));
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  if (detail.target?.id === 'thread' || detail.elt?.id === 'thread') showThread(detail.requestConfig);
});
document.addEventListener('htmx:responseError', ({ detail }) => say(detail.xhr.responseText));
document.addEventListener('htmx:sendError', () => say(document.body.dataset.offline ?? ''));
for (const type of ['dragover', 'dragleave', 'drop']) document.addEventListener(type, dropFiles);

/** In the panel: the page's own place for messages is behind it. */
function say(text, level = 'danger') {
  for (const bar of document.querySelectorAll('[data-progress]')) bar.hidden = true;
  if (panel === null || !panel.open) return;
  const place = panel.querySelector('[data-said]');
  if (place === null) return;
  const notice = Object.assign(document.createElement('p'), {
    className: `notice notice-${level}`,
    textContent: text,
  });
  place.setAttribute('role', level === 'danger' ? 'alert' : 'status');
  place.tabIndex = -1;
  place.replaceChildren(notice);
  place.focus();
}

/** The marks of the page open their threads in the panel; Esc, the button and a click beside it close it. */
function startPanel() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-thread]');
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const thread = threadOf();
    // files are still on their way: their form stays as it is
    if (thread.dataset.key === link.dataset.thread && thread.querySelector('form.htmx-request') !== null)
      return panel.showModal();
    window.htmx.ajax('GET', link.getAttribute('href'), { target: '#thread', swap: 'outerHTML' });
  });
  panel.addEventListener('click', (event) => {
    if (event.target === panel || event.target.closest('[data-panel-close]') !== null) panel.close();
  });
  // the page behind has keys of its own
  panel.addEventListener('keydown', (event) => event.stopPropagation());
}

function showThread(request) {
  const thread = threadOf();
  if (thread === null || thread.dataset.key === undefined) return;
  const isDone = 'done' in thread.dataset;
  const name = request?.elt?.dataset?.draft;
  if (isDone && name !== undefined) forgetForm(thread, name);
  // a line that was lost is there again
  if (isDone) document.getElementById('notices')?.replaceChildren();
  restoreForms(thread);
  showMarks(thread);
  if (panel !== null && !panel.open) {
    // closed while files were on their way: only what went wrong opens it again
    if (isDone) return;
    panel.showModal();
  }
  const place =
    thread.querySelector('[aria-invalid]') ??
    thread.querySelector('[data-said] .notice')?.parentElement ??
    document.getElementById('thread-title');
  place.focus();
}

/** The answer to a form whose thread has given way to another one meanwhile: htmx finds no place for it. */
function followLate({ elt: form, xhr }) {
  if (!form.matches?.('#thread form[data-draft]')) return;
  const { draft } = form.dataset;
  xhr.addEventListener('load', () => {
    if (!shown.has(xhr)) showLate(xhr, draft);
  });
  xhr.addEventListener('error', () => {
    if (!form.isConnected) say(document.body.dataset.offline ?? '');
  });
}

function showLate(xhr, name) {
  const late = new DOMParser().parseFromString(xhr.responseText, 'text/html').getElementById('thread');
  if (late === null) return;
  if ('done' in late.dataset) forgetForm(late, name);
  showMarks(late);
  if (late.dataset.key === threadOf()?.dataset.key) {
    window.htmx.swap('#thread', xhr.responseText, { swapStyle: 'outerHTML' });
    return;
  }
  const what =
    late.querySelector('.field-error:not([hidden]), .notice[role=alert], [data-done] .notice')?.textContent ??
    '';
  const title = late.querySelector('#thread-title').textContent;
  say(`${title}: ${what}`, 'done' in late.dataset ? 'success' : 'danger');
}

function keepTyped(target) {
  const form = target.closest?.('#thread form[data-draft]');
  if (!form) return;
  if (target.name === 'text') showProblem(target, '');
  keepForm(form);
}

/** The row behind the panel and the bell show what there is now. */
function showMarks({ dataset }) {
  for (const link of document.querySelectorAll(`a[data-thread="${dataset.key}"]`)) {
    const count = link.querySelector('[data-evidence]');
    if (count !== null) {
      count.textContent = dataset.evidence;
      // as the page wrote it: what it is about, a colon, what there is
      const [what] = dataset.mark.split(/ \d/);
      const [about] = link.getAttribute('aria-label').split(`: ${what}`);
      link.setAttribute('aria-label', `${about}: ${dataset.mark}`);
    }
    const mark = link.parentElement.querySelector('[data-fresh]');
    if (mark !== null) mark.hidden = dataset.new === '0';
  }
  const told =
    dataset.evidence === '0' ? [] : document.querySelectorAll(`[data-lacks-files="${dataset.key}"]`);
  for (const mark of told) mark.remove();
  const bell = document.querySelector('a.bell');
  if (bell === null || dataset.news === undefined) return;
  bell.setAttribute('aria-label', dataset.newsLabel);
  showCount(bell, 'bell-count', dataset.news);
  showCount(document.querySelector(`a.menu-link[href="${bell.pathname}"]`), 'menu-badge', dataset.news);
}

function showCount(link, className, count) {
  const known = link?.querySelector(`.${className}`);
  if (count === '') return known?.remove();
  const mark = known ?? Object.assign(document.createElement('b'), { className });
  if (className === 'bell-count') mark.setAttribute('aria-hidden', 'true');
  mark.textContent = count;
  link?.append(mark);
}

/** Shows a picture or PDF below its row, and puts it away again. */
function togglePreview(event) {
  const link = event.target.closest('a[data-preview]');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const row = link.closest('tr');
  const open = row.nextElementSibling?.matches('.preview-row') ? row.nextElementSibling : null;
  if (open !== null) {
    open.remove();
    link.textContent = link.dataset.show;
    return;
  }
  const frame = document.createElement('iframe');
  frame.className = 'file-preview';
  frame.title = link.getAttribute('aria-label');
  // browsers start their viewer of PDFs in no sandbox; it is one by itself
  if (link.dataset.preview !== 'pdf') frame.setAttribute('sandbox', '');
  frame.src = link.getAttribute('href');
  link.dataset.show = link.textContent;
  link.textContent = link.dataset.close;
  const cell = Object.assign(document.createElement('td'), { className: 'wide', colSpan: row.cells.length });
  cell.append(frame);
  const below = Object.assign(document.createElement('tr'), { className: 'preview-row no-print' });
  below.append(cell);
  row.after(below);
}
