import { focusFirstProblem, moveByKey, pasteColumn } from './boxes.js';
import { isChanged, keepDraft, offerDraft } from './drafts.js';

// The entry page works without this file; it adds the scores while typing, the keyboard and the drafts.

const PREVIEW_AFTER_MS = 400;
const TICK_MS = 20_000;

const form = document.getElementById('entry-form');
if (form !== null) start(form);

function start(form) {
  const boxes = [...form.querySelectorAll('input[data-entry]')];
  // the version it was typed over: the server notices when somebody saved in between
  const baseOf = (box) => form.elements[`base_${box.dataset.entry}`];
  offerDraft(form, boxes, baseOf);
  form.addEventListener('keydown', (event) => moveByKey(event, boxes));
  form.addEventListener('paste', (event) => pasteColumn(event, boxes));
  let waiting;
  let running;
  form.addEventListener('input', () => {
    keepDraft(form, boxes, baseOf);
    showCounts(form, boxes);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      running?.abort();
      running = new AbortController();
      preview(form, running.signal);
    }, PREVIEW_AFTER_MS);
  });
  showCounts(form, boxes);
  showTimeLeft(form);
  setInterval(() => showTimeLeft(form), TICK_MS);
  focusFirstProblem(form);
}

/** Asks the server for the scores that the typed values would give, and for what is wrong with them. */
async function preview(form, signal) {
  try {
    const response = await fetch(form.dataset.preview, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      headers: { accept: 'application/json' },
      signal,
    });
    if (!response.ok || response.redirected) return;
    showScores(form, await response.json());
    form.querySelector('[data-offline]').hidden = true;
  } catch (error) {
    if (error.name !== 'AbortError') form.querySelector('[data-offline]').hidden = false;
  }
}

function showScores(form, scores) {
  for (const [id, figure] of Object.entries(scores.figures)) {
    const cell = form.querySelector(`[data-score="${id}"]`);
    if (cell === null) continue;
    cell.querySelector('[data-note]')?.classList.toggle('is-one', figure.one === 'yes');
    for (const [part, text] of Object.entries(figure)) {
      const place = cell.querySelector(`[data-${part}]`);
      if (place === null) continue;
      if (part === 'level') place.value = Number(text);
      else place.textContent = text;
    }
  }
  form.querySelector('[data-change]').textContent = scores.change;
  for (const box of form.querySelectorAll('input[data-entry]')) {
    showProblem(box, scores.problems[box.dataset.entry] ?? '');
  }
}

function showProblem(box, text) {
  const place = document.getElementById(`problem-${box.dataset.entry}`);
  place.textContent = text;
  place.hidden = text === '';
  const note = place.closest('tr');
  note.hidden = note.querySelector('p:not([hidden])') === null;
  if (text === '') box.removeAttribute('aria-invalid');
  else box.setAttribute('aria-invalid', 'true');
}

function showCounts(form, boxes) {
  for (const box of boxes) box.classList.toggle('is-changed', isChanged(box));
  const changed = boxes.filter(isChanged).length;
  const filled = boxes.filter((box) => box.value.trim() !== '').length;
  const note = form.querySelector('[data-unsaved]');
  note.hidden = changed === 0;
  note.querySelector('[data-text]').textContent = note.dataset.unsaved.replace('#', changed);
  form.querySelector('[data-filled]').textContent = filled;
  form.querySelector('[data-filled-bar]').value = filled;
}

function showTimeLeft(form) {
  const place = form.querySelector('[data-closes]');
  if (place === null) return;
  const minutes = Math.max(0, Math.floor((Date.parse(place.dataset.closes) - Date.now()) / 60_000));
  const parts = [
    [Math.floor(minutes / 1440), place.dataset.days],
    [Math.floor((minutes % 1440) / 60), place.dataset.hours],
    [minutes % 60, place.dataset.minutes],
  ].filter(([count], index) => count > 0 || index === 2);
  place.textContent = parts
    .slice(0, 2)
    .map(([count, text]) => text.replace('#', count))
    .join(' ');
}
