
// Links into the page, copy buttons, the colour theme, the section in view, print.

/** Opens whatever folds hold the target of the address, and shows it. */
function go() {
  const hash = location.hash.slice(1);
  if (!hash) return;
  const [name, query] = hash.split('?', 2);
  let id = name;
  try { id = decodeURIComponent(name); } catch { /* A broken escape names nothing; the plain text may. */ }
  if (id === 'findings' && query !== undefined && filters) {
    writeFilters(query);
    applyFilters();
    byId('findings').scrollIntoView();
    return;
  }
  if (/^F-\d+$/.test(id) && showFinding(findingIndex.get(`F-${id.slice(2).padStart(4, '0')}`))) return;
  if (/^[0-9a-f]{16}$/.test(id) && showFinding(fingerprintIndex.get(id))) return;
  if (/^L-\d+$/.test(id) && showRead(Number(id.slice(2)))) return;
  const target = byId(id);
  if (!target) return;
  if (target.hidden && target.classList.contains('group')) { writeFilters(''); applyFilters(); }
  for (let fold = target.parentElement?.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  if (target.hidden) target.hidden = false;
  if (target.matches('details')) { target.open = true; fill(target); }
  if (target.matches('#controls-table tr')) toggleControl(target, true);
  target.scrollIntoView();
  target.querySelector('summary, .control-title')?.focus({ preventScroll: true });
}
addEventListener('hashchange', go);
// A second click on the same link changes no address, and must still show its target.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link && link.getAttribute('href') === location.hash) { event.preventDefault(); go(); }
});

async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = make('textarea', { class: 'hidden', readonly: true });
    area.value = value;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy]');
  if (!button) return;
  event.preventDefault();
  const done = await copy(button.dataset.copy);
  button.focus();
  button.textContent = done ? say('copied') : say('not_copied');
  byId('said').textContent = done ? say('copied') : say('copy_refused');
  setTimeout(() => { button.textContent = say('copy'); byId('said').textContent = ''; }, 1500);
});

// `/` goes to the search; Escape empties it, or closes the fold one stands in and goes to its summary.
document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const writing = event.target.matches?.('input:not([type=checkbox]), textarea, select, [contenteditable]');
  if (event.key === '/' && !writing && filters) {
    event.preventDefault();
    byId('q').focus();
    byId('q').select();
    byId('filters').scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Escape' && event.target.id === 'q') {
    if (event.target.value) {
      event.preventDefault();
      event.target.value = '';
      event.target.dispatchEvent(new Event('input', { bubbles: true }));
    } else event.target.blur();
  } else if (event.key === 'Escape' && !writing) {
    const fold = event.target.closest?.('main details[open]');
    if (!fold) return;
    fold.open = false;
    fold.querySelector(':scope > summary').focus();
  }
});

const themes = [...document.querySelectorAll('[data-theme-choice]')];
function showTheme() {
  const theme = document.documentElement.dataset.theme ?? 'auto';
  for (const button of themes) button.setAttribute('aria-pressed', String(button.dataset.themeChoice === theme));
}
for (const button of themes) {
  button.addEventListener('click', () => {
    const theme = button.dataset.themeChoice;
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === 'auto') localStorage.removeItem('assize-theme');
      else localStorage.setItem('assize-theme', theme);
    } catch { /* Not kept, then. */ }
    showTheme();
  });
}
showTheme();

const links = new Map([...document.querySelectorAll('.toc a')].map((link) => [link.hash.slice(1), link]));
const inView = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const link = links.get(entry.target.getAttribute('aria-labelledby') ?? entry.target.id);
    if (!link || !entry.isIntersecting) continue;
    for (const other of links.values()) other.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
  }
}, { rootMargin: '-20% 0px -75% 0px' });
for (const section of document.querySelectorAll('main > section, header.top')) inView.observe(section);

/** Paper cannot be unfolded: open everything, and close again afterwards what was closed. */
const ON_PAPER = 2000;
let closedBefore = null;
let openedControls = [];
function unfold() {
  if (closedBefore) return;
  closedBefore = [];
  let left = ON_PAPER;
  const open = (details) => {
    if (!details.open) { closedBefore.push(details); details.open = true; }
    fill(details);
  };
  for (const group of groupElements) {
    if (group.hidden || left <= 0) continue;
    open(group);
    const rows = visible.get(group.dataset.group).length;
    drawGroup(group).reachAll(Math.min(rows, left));
    left -= Math.min(rows, left);
  }
  for (const details of document.querySelectorAll('details')) {
    if (!details.closest('.group') || details.closest('.group').open) open(details);
  }
  for (const row of controlsTable?.querySelectorAll('tr[data-control]:not(.open, [hidden])') ?? []) {
    openedControls.push(row);
    toggleControl(row, true);
  }
  ledgerPages?.grow(ON_PAPER);
  const ledgerNote = byId('paper-ledger');
  if (ledgerNote && ledgerPages) {
    const printed = document.querySelectorAll('#ledger-rows tbody > tr').length;
    ledgerNote.textContent = printed < ledgerPages.rows
      ? say('printed', { n: printed, rows: many(ledgerPages.rows, 'row') }) : '';
  }
  const drawnRows = document.querySelectorAll('.finding').length;
  const all = [...visible.values()].reduce((sum, list) => sum + list.length, 0);
  const note = byId('paper-note');
  if (note) note.textContent = drawnRows < all ? say('printed', { n: drawnRows, rows: many(all, 'finding') }) : '';
}
function fold() {
  for (const details of closedBefore ?? []) details.open = false;
  for (const row of openedControls) toggleControl(row, false);
  closedBefore = null;
  openedControls = [];
}
addEventListener('beforeprint', unfold);
addEventListener('afterprint', fold);
const paper = matchMedia('print');
paper.addEventListener('change', () => (paper.matches ? unfold() : fold()));

go();
// Once loaded, the browser goes to the address by itself and takes the focus along: go once more, after it.
addEventListener('load', () => requestAnimationFrame(go));
