// The certifier's lists work without this file; it decides in place, keeps the selection in words and adds keys.

const form = document.getElementById('certify-form');
const dialog = document.getElementById('decision-dialog');

// requests go one after the other: counts never go back in time, and no key or click is lost
let queue = Promise.resolve();
// by its id: the row itself is replaced with every decision
let current = null;
let lastBox = null;

if (form !== null && window.htmx !== undefined) start();

function start() {
  const all = form.querySelector('[data-all]');
  if (all !== null) {
    all.hidden = false;
    all.addEventListener('change', () => tickAll(all.checked));
  }
  form.querySelector('[data-select-all]')?.addEventListener('click', (event) => {
    event.preventDefault();
    tickAll(true);
    showSelection();
  });
  form.addEventListener('submit', decideInPlace);
  form.addEventListener('click', openForm);
  form.addEventListener('click', tickRange);
  form.addEventListener('change', showSelection);
  form.addEventListener('focusin', (event) => setCurrent(event.target.closest('tr[id]')));
  document.addEventListener('keydown', decideByKey);
  form.addEventListener('keydown', saveByEnter);
  dialog.addEventListener('click', (event) => {
    if (event.target.closest('[data-close]') === null) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener('close', () => focusRow(currentRow()));
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target.id === 'decision' && !dialog.open) dialog.showModal();
  });
  dialog.addEventListener('htmx:afterRequest', (event) => {
    const { xhr } = event.detail;
    if (xhr.status !== 0 && xhr.getResponseHeader('HX-Retarget') === null) dialog.close();
    showSelection();
  });
  showSelection();
}

/** ✓ ▲ and "undo" change their rows where they stand; the bar's verbs first ask in the dialog. */
function decideInPlace(event) {
  const button = event.submitter;
  if (button === null || !button.hasAttribute('formaction')) return;
  event.preventDefault();
  const place = button.closest('tr[id]') ?? form;
  if (place.hasAttribute('aria-busy')) return;
  place.setAttribute('aria-busy', 'true');
  const values = button.name === '' ? {} : { [button.name]: button.value };
  const address = button.getAttribute('formaction');
  queue = queue
    .then(() => window.htmx.ajax('POST', address, { source: place, swap: 'none', values }))
    .catch(() => {})
    .then(() => {
      place.removeAttribute('aria-busy');
      showSelection();
      if (document.activeElement === document.body) focusRow(currentRow());
      else setCurrent(currentRow());
    });
}

/** ✗ and 🕓 ask for the reason in the dialog. */
function openForm(event) {
  const link = event.target.closest('a[data-act]');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  setCurrent(link.closest('tr'));
  window.htmx.ajax('GET', link.getAttribute('href'), { target: '#decision', swap: 'innerHTML' });
}

/** Shift and click ticks everything from the box clicked before. */
function tickRange(event) {
  const box = event.target;
  if (box.name !== 'entry' || box.type !== 'checkbox') return;
  const boxes = [...form.querySelectorAll('input[name=entry]')];
  const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
  lastBox = box;
}

/** The box above the list ticks what waits for a decision; where nothing waits, everything. */
function tickAll(on) {
  const waiting = [...form.querySelectorAll('tr[data-group=pending] input[name=entry]')];
  const boxes = waiting.length > 0 ? waiting : form.querySelectorAll('input[name=entry]');
  for (const box of boxes) box.checked = on;
}

/** How many are ticked, their names, and how many of them each verb would change. */
function showSelection() {
  const bar = form.querySelector('.certify-bar');
  if (bar === null) return;
  const labels = JSON.parse(bar.dataset.labels);
  const ticked = [];
  for (const box of form.querySelectorAll('input[name=entry]')) {
    const row = box.closest('tr');
    row.classList.toggle('is-selected', box.checked);
    if (box.checked) ticked.push({ row, name: box.dataset.name });
  }
  const [title, names] = bar.querySelector('[data-selection]').children;
  title.textContent = ticked.length === 0 ? labels.nothing : count(labels.selected, ticked.length);
  const shown = ticked.slice(0, 3).map(({ name }) => name);
  if (ticked.length > 3) shown.push(count(labels.more, ticked.length - 3));
  names.textContent = ticked.length === 0 ? labels.hint : shown.join(' · ');
  for (const button of bar.querySelectorAll('[data-many]')) {
    const verb = button.dataset.many;
    const possible = ticked.filter(({ row }) => row.querySelector(`[data-act=${verb}]`) !== null).length;
    button.textContent = count(labels[verb], possible);
    button.disabled = possible === 0;
  }
  const all = form.querySelector('[data-all]');
  if (all !== null)
    all.checked = ticked.length > 0 && form.querySelector('input[name=entry]:not(:checked)') === null;
}

function count(label, number) {
  return label.replace('#', number.toLocaleString('en'));
}

/** j and k move, c certifies and moves on, x rejects, z undoes; never while somebody types. */
function decideByKey(event) {
  if (form.dataset.keys !== 'on' || dialog.open || isTyping(event)) return;
  const key = /^[a-z]$/i.test(event.key)
    ? event.key.toLowerCase()
    : event.code.replace('Key', '').toLowerCase();
  const row = currentRow();
  if (key === 'j' || key === 'k') {
    event.preventDefault();
    focusRow(neighbour(row, key === 'j' ? 1 : -1));
  } else if (key === 'z') {
    queue.then(() => form.querySelector('[data-act=undo]')?.click());
  } else if (key === 'x') {
    row?.querySelector('[data-act=reject]')?.click();
  } else if (key === 'c') {
    const button = row?.querySelector('[data-act=certify]');
    if (!button) return;
    const next = neighbour(row, 1);
    button.click();
    focusRow(next);
  }
}

/** Enter in a box of AUDIT saves, as it does in any form; the form's first button is no verb. */
function saveByEnter(event) {
  if (event.key !== 'Enter' || event.isComposing || !event.target.matches('.audit-box')) return;
  event.preventDefault();
  form.querySelector('.audit-save')?.click();
}

function isTyping(event) {
  const { target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing || event.repeat) {
    return !(event.repeat && /^[jk]$/i.test(event.key));
  }
  if (!(target instanceof Element)) return false;
  const box = target.closest('input, textarea, select, [contenteditable]');
  return box !== null && !(box.name === 'entry' && box.type === 'checkbox');
}

function rowsOf() {
  return [...form.querySelectorAll('tbody tr[data-group]')];
}

function currentRow() {
  return current === null ? null : document.getElementById(current);
}

function neighbour(row, step) {
  const rows = rowsOf();
  if (row === null) return step > 0 ? rows[0] : rows.at(-1);
  return rows[rows.indexOf(row) + step] ?? row;
}

function setCurrent(row) {
  if (row === null || row === undefined || !row.hasAttribute('data-group')) return;
  form.querySelector('tr.is-current')?.classList.remove('is-current');
  row.classList.add('is-current');
  current = row.id;
}

function focusRow(row) {
  if (row === null || row === undefined) return;
  setCurrent(row);
  row.tabIndex = -1;
  row.focus();
}
