/*
 * The designer's tree: what is unfolded stays so, and parts are dragged to their place. Without it, buttons do the
 * same.
 */

const tree = document.querySelector('[data-tree]');
if (tree !== null) {
  keepFolds(tree);
  dragParts(tree, document.getElementById('order'));
}

/** What was folded or unfolded in this browser stays so when the page comes back after a change. */
function keepFolds(list) {
  const place = `folds:${location.pathname}`;
  const items = [...list.querySelectorAll('li > details')];
  const folds = read();
  const named = new URLSearchParams(location.search);
  for (const details of items) {
    const known = folds[details.parentElement.id];
    // what the page was asked to show is shown
    if (
      known !== undefined &&
      !named.has('q') &&
      !details.open !== !known &&
      !details.querySelector(':target')
    ) {
      details.open = known || details.parentElement.id === named.get('open');
    }
    details.addEventListener('toggle', () => {
      folds[details.parentElement.id] = details.open;
      sessionStorage.setItem(place, JSON.stringify(folds));
    });
  }
  for (const button of document.querySelectorAll('[data-fold]')) {
    button.addEventListener('click', () => {
      for (const details of items) {
        // dimensions stay open: the tree folded away says nothing
        const isTop = details.parentElement.parentElement === list;
        details.open = button.dataset.fold === 'open' || isTop;
      }
    });
  }

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(place) ?? '{}');
    } catch {
      return {};
    }
  }
}

/** A part is taken by its handle and put before another of its kind, or at the end of a list of its kind. */
function dragParts(list, form) {
  let dragged = null;
  let target = null;

  list.addEventListener('mousedown', ({ target: pressed }) => {
    const item = pressed.closest('[data-handle]')?.closest('[data-ref]');
    if (item) item.draggable = true;
  });
  list.addEventListener('mouseup', release);
  list.addEventListener('dragstart', (event) => {
    dragged = event.target.closest?.('[data-ref][draggable=true]') ?? null;
    if (dragged === null) return;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', dragged.dataset.ref);
    dragged.classList.add('is-dragged');
  });
  list.addEventListener('dragover', (event) => {
    const found = dragged === null ? null : targetAt(event);
    show(found);
    if (found !== null) event.preventDefault();
  });
  list.addEventListener('drop', (event) => {
    event.preventDefault();
    if (dragged === null || target === null) return;
    form.elements.part.value = dragged.dataset.ref;
    form.elements.parent.value = target.list.dataset.parent;
    form.elements.before.value = target.before?.dataset.ref ?? '';
    form.requestSubmit();
  });
  list.addEventListener('dragend', release);

  function release() {
    show(null);
    if (dragged !== null) dragged.classList.remove('is-dragged');
    for (const item of list.querySelectorAll('[draggable=true]')) item.draggable = false;
    dragged = null;
  }

  /** The list of the dragged part's kind under the pointer, and the part before which it would stand. */
  function targetAt({ target: under, clientY }) {
    const kind = dragged.closest('[data-list]')?.dataset.list;
    const into = under.closest(`[data-list="${kind}"]`);
    if (into === null || dragged.contains(into)) return null;
    const parts = [...into.children].filter((part) => part !== dragged);
    const before = parts.find((part) => {
      const { top, height } = part.getBoundingClientRect();
      return clientY < top + Math.min(height, 80) / 2;
    });
    return { list: into, before: before ?? null };
  }

  function show(found) {
    for (const marked of list.querySelectorAll('.is-target, .is-target-end')) {
      marked.classList.remove('is-target', 'is-target-end');
    }
    target = found;
    if (found === null) return;
    if (found.before !== null) found.before.classList.add('is-target');
    else found.list.lastElementChild?.classList.add('is-target-end');
  }
}
