/* มอบหมายตัวชี้วัด: boxes of headings tick everything below them, and what is not saved yet is told. */

const form = document.querySelector('.assign-form');
if (form !== null) {
  const boxes = [...form.querySelectorAll('input[name=node]')];
  const headings = [...form.querySelectorAll('input[data-below]')].map((box) => ({
    box,
    below: box.dataset.below.split(' ').map((id) => document.getElementById(`n${id}`)),
  }));

  form.addEventListener('change', ({ target }) => {
    const heading = headings.find(({ box }) => box === target);
    for (const box of heading?.below ?? []) box.checked = target.checked;
    show();
  });
  // a page brought back by the back button has other ticks than it was sent with
  window.addEventListener('pageshow', show);
  show();

  function show() {
    for (const { box, below } of headings) {
      const ticked = below.filter(({ checked }) => checked).length;
      box.checked = ticked === below.length;
      box.indeterminate = ticked > 0 && ticked < below.length;
    }
    for (const box of boxes) {
      const mark = box.closest('tr').querySelector('.will-change');
      mark.textContent = isChanged(box) ? mark.dataset[box.checked ? 'add' : 'remove'] : '';
    }
    const ticked = boxes.filter(({ checked }) => checked).length;
    const changed = boxes.filter(isChanged).length;
    const told = form.querySelector('[data-ticked]');
    told.textContent = told.dataset.ticked.replace('#', ticked);
    form.querySelector('progress').value = ticked;
    const unsaved = form.querySelector('[data-unsaved]');
    unsaved.textContent = changed === 0 ? '' : unsaved.dataset.unsaved.replace('#', changed);
  }
}

function isChanged(box) {
  return box.checked !== (box.dataset.stored === '1');
}
