/* What makes the frame quick. Every page works without it. */
import { removeDraft, removeDrafts } from './drafts.js';

document.documentElement.classList.add('scripted');

foldSidebar();
filterMenu();
closeMenusOutside();
document.querySelector('[data-flash]')?.focus({ preventScroll: true });
for (const { dataset } of document.querySelectorAll('[data-forget]')) removeDraft(dataset.forget);
document.addEventListener('submit', askBeforeSubmit);
document.addEventListener('submit', sendOnce);
document.querySelector('form[action$="/logout"]')?.addEventListener('submit', ({ currentTarget }) => {
  removeDrafts(new URL(currentTarget.action).pathname.split('/')[1]);
});
document.addEventListener('htmx:confirm', askBeforeRequest);
document.addEventListener('htmx:responseError', (event) => showProblem(event.detail.xhr.responseText));
document.addEventListener('htmx:sendError', () => showProblem(document.body.dataset.offline ?? ''));
// a page brought back by the back button can be sent again
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[aria-busy]')) release(form);
});

/** Wide screens: the menu folds away and stays so (a cookie tells the server). Narrow ones: it slides in. */
function foldSidebar() {
  const menuSwitch = document.querySelector('[data-menu-switch]');
  const sidebar = document.getElementById('sidebar');
  if (menuSwitch === null || sidebar === null) return;
  const narrow = window.matchMedia('(max-width: 1199.98px)');
  const { classList } = document.body;

  function close() {
    if (!classList.contains('sidebar-open')) return;
    classList.remove('sidebar-open');
    menuSwitch.focus();
  }

  menuSwitch.addEventListener('click', (event) => {
    event.preventDefault();
    if (narrow.matches) {
      classList.add('sidebar-open');
      sidebar.querySelector('[data-menu-close]')?.focus();
      return;
    }
    const folded = classList.toggle('sidebar-collapse');
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs HTTPS, which some offices do not have
    document.cookie = `menu=${folded ? 'folded' : 'open'}; path=/; max-age=31536000; samesite=lax`;
  });
  for (const link of document.querySelectorAll('[data-menu-close]')) {
    link.addEventListener('click', (event) => {
      if (!classList.contains('sidebar-open')) return;
      event.preventDefault();
      close();
    });
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
}

/** The box above the menu: shows the items that contain what is typed; Enter searches indicators and offices. */
function filterMenu() {
  const box = document.querySelector('[data-menu-filter]');
  if (box === null) return;
  const input = box.querySelector('input');
  const nothing = box.querySelector('[data-nothing]');
  const items = [...document.querySelectorAll('#sidebar .menu-link')];

  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    for (const item of items) item.parentElement.hidden = !matches(item, wanted);
    for (const group of document.querySelectorAll('#sidebar .menu-children')) {
      group.parentElement.hidden = group.querySelector('li:not([hidden])') === null;
    }
    for (const section of document.querySelectorAll('[data-menu-section]')) {
      section.hidden = section.querySelector('.menu-link:not([hidden] *)') === null;
    }
    nothing.textContent = items.some((item) => matches(item, wanted)) ? '' : nothing.dataset.nothing;
  });
}

function matches(item, wanted) {
  const group = item.closest('.menu-children')?.previousElementSibling?.textContent ?? '';
  return `${group} ${item.textContent}`.toLocaleLowerCase().includes(wanted);
}

function closeMenusOutside() {
  const close = (except) => {
    for (const menu of document.querySelectorAll('details[data-closes-outside][open]')) {
      if (!menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener('click', (event) => close(event.target));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const open = document.querySelector('details[data-closes-outside][open]');
    if (open === null) return;
    open.open = false;
    open.querySelector('summary').focus();
  });
}

/** Asks in a dialog. Resolves to whether the answer was yes. */
export function confirmDialog(text, okLabel) {
  const dialog = document.getElementById('confirm');
  const ok = dialog.querySelector('[value=ok]');
  document.getElementById('confirm-text').textContent = text;
  ok.textContent = okLabel ?? ok.dataset.label;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'ok'), { once: true });
  });
}

/**
 * `<form data-confirm="…" data-confirm-ok="…">` (or a submit button with these): asks first, then sends the form
 * with confirmed=1, so that the server need not ask on a page of its own.
 */
async function askBeforeSubmit(event) {
  const form = event.target;
  const asks = event.submitter?.dataset.confirm === undefined ? form : event.submitter;
  if (asks.dataset.confirm === undefined || event.defaultPrevented || isHtmx(form, event.submitter)) return;
  if (form.dataset.confirmed === 'yes') {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  if (!(await confirmDialog(asks.dataset.confirm, asks.dataset.confirmOk))) return;
  form.dataset.confirmed = 'yes';
  addHidden(form, 'confirmed', '1');
  form.requestSubmit(event.submitter);
}

/** The same for requests that htmx makes. */
async function askBeforeRequest(event) {
  const asks = event.detail.elt;
  const text = event.detail.question ?? asks.dataset?.confirm;
  if (!text) return;
  event.preventDefault();
  if (await confirmDialog(text, asks.dataset.confirmOk)) event.detail.issueRequest(true);
}

/** A second click does not send a form twice. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || isHtmx(form, event.submitter)) return;
  if (form.hasAttribute('aria-busy')) {
    event.preventDefault();
    return;
  }
  form.setAttribute('aria-busy', 'true');
  // a download leaves the page standing
  setTimeout(() => release(form), 15_000);
}

function release(form) {
  form.removeAttribute('aria-busy');
  delete form.dataset.confirmed;
}

function isHtmx(form, submitter) {
  const marks = '[hx-post], [data-hx-post], [hx-put], [hx-delete], [hx-patch], [hx-get]';
  return form.matches(marks) || form.method === 'dialog' || submitter?.matches(marks) === true;
}

function addHidden(form, name, value) {
  form.querySelector(`input[type=hidden][name="${name}"]`)?.remove();
  const input = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
  form.append(input);
}

/** Says what went wrong in the place for messages, as text. */
export function showProblem(text) {
  const notice = document.getElementById('notice-template').content.firstElementChild.cloneNode(true);
  notice.querySelector('p').textContent = text;
  document.getElementById('notices').replaceChildren(notice);
  notice.scrollIntoView({ block: 'nearest' });
}
