/* The score report: opens explanations below their line and prints the page. Without it, links and menus do the same. */

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

for (const link of document.querySelectorAll('a[data-explain]')) {
  link.setAttribute('role', 'button');
  link.setAttribute('aria-expanded', 'false');
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggle(link);
  });
  link.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    toggle(link);
  });
}

async function toggle(link) {
  const line = link.closest('tr');
  const below = line.nextElementSibling;
  if (below?.matches('.explanation-row')) {
    below.hidden = !below.hidden;
    link.setAttribute('aria-expanded', String(!below.hidden));
    return;
  }
  if (link.getAttribute('aria-busy') === 'true') return;
  link.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(link.href, { headers: { 'HX-Request': 'true' } });
    if (!response.ok) throw new Error(String(response.status));
    insertBelow(line, await response.text());
    link.setAttribute('aria-expanded', 'true');
  } catch {
    // e.g. the session ended: the page itself says what is the matter
    window.location.assign(link.href);
  } finally {
    link.removeAttribute('aria-busy');
  }
}

function insertBelow(line, html) {
  const row = document.createElement('tr');
  row.className = 'explanation-row note-row';
  const cell = row.insertCell();
  cell.colSpan = line.cells.length;
  cell.innerHTML = html;
  line.after(row);
}
