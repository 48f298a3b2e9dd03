
// The ledger: every row on demand, with a switch to those that were not complete.

const STEP = 100;
let ledgerPages = null;

function ledgerRow(read) {
  const where = place(read);
  const complete = read.outcome === 'complete' || read.outcome === 'absent';
  return make('tr', { id: `L-${read.seq}`, tabindex: '-1' },
    make('th', { scope: 'row', class: 'num' }, String(read.seq)),
    make('td', null, bdi(read.source)),
    make('td', null, bdi(read.operation), read.parameters ? make('span', { class: 'small' }, ' ', bdi(read.parameters)) : null,
      where ? make('div', { class: 'small' }, bdi(where)) : null),
    make('td', null, complete ? label(read.outcome) : make('span', { class: 'mark mark-unknown' }, mark('unknown').firstChild, label(read.outcome)),
      read.error ? make('div', { class: 'small' }, bdi(read.error)) : null),
    make('td', { class: 'num' }, number.format(read.items)),
    make('td', { class: 'num' }, number.format(read.pages)),
    make('td', { class: 'small' }, bdi(read.identity)),
    make('td', { class: 'small nowrap' }, read.started, make('br'), read.ended));
}

function ledgerTable() {
  const body = make('tbody', null);
  const open = ledger.filter((read) => read.outcome !== 'complete' && read.outcome !== 'absent');
  const only = make('input', { type: 'checkbox', id: 'ledger-only' });
  const holder = make('div', null);
  const redraw = () => {
    body.replaceChildren();
    const rows = only.checked ? open : ledger;
    ledgerPages = paged(rows, STEP, body, ledgerRow, 'row');
    ledgerPages.rows = rows.length;
    ledgerPages.only = only;
    holder.replaceChildren(ledgerPages.more);
  };
  only.addEventListener('change', redraw);
  redraw();
  const columns = ['row', 'source', 'operation', 'outcome', 'resources', 'pages', 'identity', 'times'];
  return [
    open.length && open.length < ledger.length
      ? make('label', { class: 'choice alone' }, only, make('span', null, say('only_incomplete', { n: open.length }))) : '',
    make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': say('ledger_rows') },
      make('table', { class: 'data' },
        make('thead', null, make('tr', null, columns
          .map((name) => make('th', { scope: 'col', class: ['row', 'resources', 'pages'].includes(name) ? 'num' : null }, say(name))))),
        body)),
    holder,
  ];
}

function showRead(seq) {
  const index = ledger.findIndex((read) => read.seq === seq);
  const details = byId('ledger-rows');
  if (index < 0 || !details) return false;
  fill(details);
  details.open = true;
  if (!byId(`L-${seq}`)) {
    if (ledgerPages.only.checked) ledgerPages.only.click();
    ledgerPages.grow(index + 1);
  }
  const row = byId(`L-${seq}`);
  row.scrollIntoView({ block: 'center' });
  row.focus({ preventScroll: true });
  return true;
}
