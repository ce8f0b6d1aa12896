// Values typed but not saved yet, kept in this browser per system, user, office and round: they survive a
// closed tab, a lost line and an expired session, and are offered to the same person only.

const PREFIX = 'draft:';

/** The draft under this key: { at, values: { name: { text, base, was } } }, or null. */
export function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

/**
 * Keeps the draft, with the names of the boxes that were sent to be saved; an empty one is removed. Answers whether the
 * browser could keep it.
 */
export function writeDraft(key, values, sent) {
  try {
    if (Object.keys(values).length === 0) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values, sent }));
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

/** Removes one draft: it was saved. */
export function removeDraft(key) {
  writeDraft(key, {});
}

/** Whether something else than the stored value stands in the box. */
export function isChanged(box) {
  return textOf(box).trim() !== savedIn(box).trim();
}

/** The stored value: `data-saved`, or what the page came with. */
function savedIn(box) {
  if (box.dataset.saved !== undefined) return box.dataset.saved;
  if (isTicked(box)) return box.defaultChecked ? '1' : '';
  if (box.options === undefined) return box.defaultValue;
  const options = [...box.options];
  return (options.find((option) => option.defaultSelected) ?? options[0])?.value ?? '';
}

function isTicked(box) {
  return box.type === 'checkbox' || box.type === 'radio';
}

function textOf(box) {
  if (isTicked(box)) return box.checked ? '1' : '';
  return box.value;
}

function setText(box, text) {
  if (isTicked(box)) box.checked = text === '1';
  else box.value = text;
}

/** Boxes to tick share a name. */
function nameOf(box) {
  return isTicked(box) ? `${box.name}=${box.value}` : box.name;
}

/**
 * Keeps what is typed in these boxes of a form (`data-draft`: the key) and not saved, each with what it was typed over:
 * the value of the field `baseOf(box)`. A browser that keeps nothing asks before the page is left, and so does every
 * browser where the form wants it (`data-stay`).
 */
export function keepDraft(form, boxes, baseOf) {
  const kept = readDraft(form.dataset.draft)?.values ?? {};
  const isOffered = form.querySelector('[data-draft-offer]')?.hidden === false;
  // boxes that a filter has taken off the page, and those whose draft still waits for an answer
  const others = Object.entries(kept).filter(([name]) => {
    const box = boxes.find((one) => nameOf(one) === name);
    return box === undefined || (isOffered && !isChanged(box));
  });
  const values = Object.fromEntries(others);
  for (const box of boxes.filter(isChanged)) {
    values[nameOf(box)] = { text: textOf(box), base: baseOf(box)?.value, was: savedIn(box) };
  }
  const isKept = writeDraft(form.dataset.draft, values);
  askBeforeLeaving((!isKept || 'stay' in form.dataset) && boxes.some(isChanged));
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
  forgetSent(form, boxes);
  const draft = readDraft(form.dataset.draft);
  form.addEventListener('submit', () => {
    askBeforeLeaving(false);
    const { values } = readDraft(form.dataset.draft) ?? { values: {} };
    writeDraft(form.dataset.draft, values, boxes.map(nameOf));
  });
  if (draft === null) return;
  const open = boxes.filter((box) => {
    const kept = draft.values[nameOf(box)];
    return kept !== undefined && !isSame(kept.text, textOf(box));
  });
  // the answer to a save shows what was typed already; it stays as this page's draft. Rows may have come to it
  if ('answer' in form.dataset) rememberSaved(boxes, draft.values);
  if (('answer' in form.dataset && !('keep' in form.dataset)) || open.length === 0) {
    keepDraft(form, boxes, baseOf);
    return;
  }
  const offer = form.querySelector('[data-draft-offer]');
  const time = new Date(draft.at).toLocaleTimeString('th-TH-u-nu-latn', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Bangkok',
  });
  offer.querySelector('[data-text]').textContent = offer.dataset.draftOffer
    .replace('#', open.length)
    .replace('@', time);
  offer.hidden = false;
  offer.querySelector('[data-restore]').addEventListener('click', () => {
    // by their names: a box may have been replaced since, and one that was typed into keeps that
    const names = new Set(open.map(nameOf));
    const present = [...form.elements].filter((box) => names.has(nameOf(box)) && !isChanged(box));
    for (const box of present) {
      const { text, base } = draft.values[nameOf(box)];
      setText(box, text);
      if (base !== undefined) baseOf(box).value = base;
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

/** A box that was saved may not be on the page any more, which shows only what is missing. */
function forgetSent(form, boxes) {
  const { values, sent } = readDraft(form.dataset.draft) ?? {};
  if (sent === undefined || 'answer' in form.dataset) return;
  const gone = new Set(sent);
  for (const box of boxes) gone.delete(nameOf(box));
  const others = Object.entries(values).filter(([name]) => !gone.has(name));
  writeDraft(form.dataset.draft, Object.fromEntries(others));
}

/** The page came with what was typed: what is stored was known when it was typed. */
function rememberSaved(boxes, values) {
  for (const box of boxes) {
    const { was } = values[nameOf(box)] ?? {};
    if (was !== undefined) box.dataset.saved ??= was;
  }
}

/** The same text, or the same number, however it was typed. */
function isSame(typed, shown) {
  if (typed.trim() === shown.trim()) return true;
  const plain = (text) =>
    text
      .replace(/[๐-๙]/g, (digit) => digit.codePointAt(0) - 0x0e50)
      // 12,5 is not 125
      .replace(/(?<=\d)[\s,](?=\d{3}(?!\d))/g, '')
      .trim();
  const [left, right] = [plain(typed), plain(shown)];
  return left !== '' && right !== '' && Number(left) === Number(right);
}
