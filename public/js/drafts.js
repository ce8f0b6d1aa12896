// Values typed but not saved yet, kept in this browser per system, user, office and round: they survive a
// closed tab, a lost line and an expired session, and are offered to the same person only.

const PREFIX = 'draft:';

/** The draft under this key: { at, values: { name: { text, base } } }, or null. */
export function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

/** Keeps the draft; an empty one is removed. Answers whether the browser could keep it. */
export function writeDraft(key, values) {
  try {
    if (Object.keys(values).length === 0) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values }));
    return true;
  } catch {
    return false;
  }
}

/** Office computers are shared: signing out of a system removes its drafts. */
export function removeDrafts(system) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${PREFIX}${system}:`)) localStorage.removeItem(key);
  }
}

/** Whether something else than the stored value stands in the box: `data-saved`. */
export function isChanged(box) {
  return box.value.trim() !== box.dataset.saved;
}

/**
 * Keeps what is typed in these boxes of a form (`data-draft`: the key) and not saved, each with what it was typed over:
 * the value of the field `baseOf(box)`. A browser that keeps nothing asks before the page is left.
 */
export function keepDraft(form, boxes, baseOf) {
  const kept = readDraft(form.dataset.draft)?.values ?? {};
  const isOffered = form.querySelector('[data-draft-offer]')?.hidden === false;
  // boxes that a filter has taken off the page, and those whose draft still waits for an answer
  const others = Object.entries(kept).filter(([name]) => {
    const box = boxes.find((one) => one.name === name);
    return box === undefined || (isOffered && !isChanged(box));
  });
  const values = Object.fromEntries(others);
  for (const box of boxes.filter(isChanged)) values[box.name] = { text: box.value, base: baseOf(box).value };
  askBeforeLeaving(!writeDraft(form.dataset.draft, values) && boxes.some(isChanged));
}

function askBeforeLeaving(asks) {
  if (asks) window.addEventListener('beforeunload', stay);
  else window.removeEventListener('beforeunload', stay);
}

function stay(event) {
  event.preventDefault();
}

/** Offers what was typed and not saved; what has been saved since is forgotten. */
export function offerDraft(form, boxes, baseOf) {
  const draft = readDraft(form.dataset.draft);
  form.addEventListener('submit', () => askBeforeLeaving(false));
  if (draft === null) return;
  const open = boxes.filter((box) => {
    const kept = draft.values[box.name];
    return kept !== undefined && !isSame(kept.text, box.value);
  });
  // the answer to a save shows what was typed already; it stays as this page's draft
  if ('answer' in form.dataset || open.length === 0) {
    keepDraft(form, boxes, baseOf);
    return;
  }
  const offer = form.querySelector('[data-draft-offer]');
  const time = new Date(draft.at).toLocaleTimeString('th-TH-u-nu-latn', {
    hour: '2-digit',
    minute: '2-digit',
  });
  offer.querySelector('[data-text]').textContent = offer.dataset.draftOffer
    .replace('#', open.length)
    .replace('@', time);
  offer.hidden = false;
  offer.querySelector('[data-restore]').addEventListener('click', () => {
    // by their names: a box may have been replaced since, and one that was typed into keeps that
    const present = open.map(({ name }) => form.elements[name]).filter((box) => box && !isChanged(box));
    for (const box of present) {
      box.value = draft.values[box.name].text;
      baseOf(box).value = draft.values[box.name].base;
    }
    offer.hidden = true;
    present[0]?.focus();
    (present[0] ?? form).dispatchEvent(new Event('input', { bubbles: true }));
  });
  offer.querySelector('[data-discard]').addEventListener('click', () => {
    offer.hidden = true;
    writeDraft(form.dataset.draft, {});
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

/** The same number, however it was typed. */
function isSame(typed, shown) {
  const plain = (text) =>
    text.replace(/[๐-๙]/g, (digit) => digit.codePointAt(0) - 0x0e50).replace(/[\s,]/g, '');
  const [left, right] = [plain(typed), plain(shown)];
  return left === right || (left !== '' && right !== '' && Number(left) === Number(right));
}
