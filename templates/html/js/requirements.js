
// Requirements by status, and the search over controls.

for (const chips of document.querySelectorAll('.chips')) {
  const rows = [...chips.parentElement.querySelectorAll('.reqs > *')];
  chips.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
    const wanted = new Set([...chips.querySelectorAll('[aria-pressed=true]')].map((pressed) => pressed.dataset.show));
    for (const row of rows) {
      if (row.dataset.status) row.hidden = wanted.size > 0 && ('out' in row.dataset || !wanted.has(row.dataset.status));
    }
    // A heading stays only while something under it does.
    let heading = null;
    for (const row of [...rows].reverse()) {
      if (row.dataset.status) heading ||= !row.hidden;
      else {
        row.hidden = wanted.size > 0 && !heading;
        if (!row.classList.contains('deep')) heading = null;
      }
    }
  });
}

/** The titles of the table become buttons that open a row of details below theirs. */
const controlsTable = byId('controls-table');
function toggleControl(row, open) {
  const button = row.querySelector('.control-title');
  const id = `${row.id}-details`;
  let details = byId(id);
  if (open && !details) {
    details = make('tr', { class: 'control-fold', id }, make('td', { colspan: String(row.cells.length) }, controlDetails(controls.get(row.dataset.control))));
    row.after(details);
  }
  if (details) details.hidden = !open;
  row.classList.toggle('open', open);
  button.setAttribute('aria-expanded', String(open));
}
if (controlsTable) {
  for (const row of controlsTable.tBodies[0].rows) {
    const title = row.querySelector('.control-title');
    title.replaceWith(make('button', { type: 'button', class: 'control-title', 'aria-expanded': 'false' }, title.textContent));
  }
  controlsTable.addEventListener('click', (event) => {
    const button = event.target.closest('.control-title');
    if (button) toggleControl(button.closest('tr'), button.getAttribute('aria-expanded') !== 'true');
  });
  const rows = [...controlsTable.tBodies[0].rows].map((row) => ({ row, text: `${row.cells[0].textContent} ${row.dataset.source}`.toLowerCase() }));
  const search = byId('control-search');
  const applies = byId('control-applies');
  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of rows) {
      const visible = (!applies.checked || entry.row.dataset.status !== 'not_applicable') && words.every((word) => entry.text.includes(word));
      entry.row.hidden = !visible;
      if (!visible) toggleControl(entry.row, false);
      shown += visible;
    }
    const found = many(shown, 'control');
    byId('controls-found').textContent = shown < rows.length ? say('found_of', { found, n: rows.length }) : found;
  };
  search.addEventListener('input', update);
  applies.addEventListener('change', update);
}
