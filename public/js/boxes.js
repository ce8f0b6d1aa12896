// A column of boxes as in a spreadsheet: keys lead from one to the next, a copied column goes down them.

/** Enter and ↓ lead to the next box, ↑ to the one before. */
export function moveByKey(event, boxes) {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = boxes.indexOf(event.target);
  if (step === undefined || at < 0 || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
    return;
  event.preventDefault();
  const next = boxes[at + (event.shiftKey ? -step : step)];
  next?.focus();
  next?.select();
}

/** A column copied from a spreadsheet goes down the boxes, beginning where it is pasted. */
export function pasteColumn(event, boxes) {
  const at = boxes.indexOf(event.target);
  const lines = (event.clipboardData?.getData('text') ?? '').replace(/\r?\n$/, '').split(/\r?\n/);
  if (at < 0 || lines.length < 2) return;
  event.preventDefault();
  for (const [offset, line] of lines.entries()) {
    const box = boxes[at + offset];
    if (box !== undefined) box.value = line.split('\t')[0].trim();
  }
  boxes[Math.min(at + lines.length, boxes.length) - 1].focus();
  event.target.dispatchEvent(new Event('input', { bubbles: true }));
}

/** After a refusal the person stands in the first box that needs attention. */
export function focusFirstProblem(form) {
  const box = form.querySelector('input[aria-invalid]');
  box?.scrollIntoView({ block: 'center' });
  box?.focus();
}
