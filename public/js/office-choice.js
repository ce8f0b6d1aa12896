/* Offices to tick: the list follows what is typed, and says how many are chosen. */

const choice = document.querySelector('[data-office-choice]');
if (choice !== null) {
  const search = choice.querySelector('input[type=search]');
  const type = choice.querySelector('select');
  const told = choice.querySelector('[data-ticked]');
  // chosen, but not on the page: the list was narrowed by the server before
  const hidden = choice.querySelectorAll('input[type=hidden][name=office]').length;
  const rows = [...choice.querySelectorAll('.office-choice-list li')].map((row) => ({
    row,
    box: row.querySelector('input'),
    name: row.querySelector('b').textContent.toLocaleLowerCase(),
  }));

  search.addEventListener('input', narrow);
  type?.addEventListener('change', narrow);
  search.addEventListener('keydown', (event) => {
    // the form has a reason to be typed first
    if (event.key === 'Enter') event.preventDefault();
  });
  choice.addEventListener('change', count);
  for (const [name, checked] of [
    ['tick', true],
    ['untick', false],
  ]) {
    choice.querySelector(`[data-${name}]`).addEventListener('click', (event) => {
      event.preventDefault();
      for (const { row, box } of rows) if (!row.hidden) box.checked = checked;
      count();
    });
  }
  window.addEventListener('pageshow', count);
  narrow();
  count();

  function narrow() {
    const wanted = search.value.trim().toLocaleLowerCase();
    for (const { row, name } of rows) {
      row.hidden =
        !name.includes(wanted) || (type !== null && type.value !== '' && row.dataset.type !== type.value);
    }
  }

  function count() {
    const ticked = rows.filter(({ box }) => box.checked).length + hidden;
    told.textContent = told.dataset.ticked.replace('#', ticked);
  }
}
