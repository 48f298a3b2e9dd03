
// Findings: filters, groups, rows. The rows of a group are drawn when it unfolds, a hundred at a time.

const STEP = 100;
const filters = byId('filters');
const findingIndex = new Map(findings.map((finding, index) => [finding.anchor, index]));
const fingerprintIndex = new Map(findings.map((finding, index) => [finding.fingerprint, index]));
const groupElements = [...document.querySelectorAll('#groups > .group')];
const groupOf = new Map(groupElements.map((element) => [element.dataset.group, element]));
/** Group to the findings that pass the filters, in the report's order. */
let visible = new Map();
/** Group to its paged list, while it is drawn. */
const drawn = new Map();
/** Lower-case text of each finding, made at the first search. */
let searchTexts = null;

function searchText(finding) {
  return [finding.anchor, finding.control, finding.title, finding.resource, finding.namespace, finding.name, finding.kind, finding.source,
    place(finding), finding.observed, finding.reason, finding.fingerprint].filter(Boolean).join('\n').toLowerCase();
}

function readFilters() {
  const form = new FormData(filters);
  return {
    q: form.get('q').trim(), framework: form.get('framework'), source: form.get('source'),
    severity: form.getAll('severity'), verdict: form.getAll('verdict'), waived: form.getAll('waived'),
  };
}

function filterQuery(state) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value.length) query.set(name, Array.isArray(value) ? value.join(',') : value);
  }
  return query.toString();
}

function writeFilters(query) {
  const state = new URLSearchParams(query);
  for (const name of ['q', 'framework', 'source']) filters.elements[name].value = state.get(name) ?? '';
  for (const select of [filters.elements.framework, filters.elements.source]) if (select.selectedIndex < 0) select.value = '';
  for (const box of filters.querySelectorAll('[type=checkbox]')) {
    box.checked = (state.get(box.name) ?? '').split(',').includes(box.value);
  }
}

function matching(state) {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length && !searchTexts) searchTexts = findings.map(searchText);
  const severities = new Set(state.severity);
  const verdicts = new Set(state.verdict);
  const bears = new Map();
  if (state.framework) {
    for (const control of controls.values()) bears.set(control.id, control.requirements.some(([id]) => id === state.framework));
  }
  return findings.filter((finding, index) =>
    (!severities.size || severities.has(finding.severity))
    && (!verdicts.size || verdicts.has(finding.verdict))
    && (!state.source || finding.source === state.source)
    && (!state.framework || bears.get(finding.control))
    && (!state.waived.length || finding.waiver === null)
    && words.every((word) => searchTexts[index].includes(word)));
}

/** Applies the filters of the form. */
function applyFilters() {
  const state = readFilters();
  const found = matching(state);
  visible = new Map();
  for (const finding of found) {
    if (!visible.has(finding.group)) visible.set(finding.group, []);
    visible.get(finding.group).push(finding);
  }
  for (const element of groupElements) {
    const list = visible.get(element.dataset.group) ?? [];
    element.hidden = list.length === 0;
    const fail = list.filter((finding) => finding.verdict === 'fail').length;
    setCount(element, '.n-fail', fail);
    setCount(element, '.n-unknown', list.length - fail);
    drawn.delete(element.dataset.group);
    element.querySelector(':scope > .fold').replaceChildren();
    if (element.open && list.length) drawGroup(element);
  }
  byId('found').textContent = `${many(found.length, 'finding', 'findings')} of ${many(new Set(found.map((finding) => finding.control)).size, 'control', 'controls')}`
    + (found.length < findings.length ? `, ${number.format(findings.length)} in all` : '');
  byId('none-found').hidden = found.length > 0;
  const query = filterQuery(state);
  byId('reset').hidden = !query;
  return query;
}

function setCount(element, selector, count) {
  const holder = element.querySelector(selector);
  if (!holder) return;
  holder.textContent = number.format(count);
  holder.parentElement.hidden = count === 0;
}

/** Draws the first rows of a group; hands back its pages. */
function drawGroup(element) {
  const key = element.dataset.group;
  if (drawn.has(key)) return drawn.get(key);
  const rows = visible.get(key) ?? [];
  const list = make('ul', { class: 'findings' });
  const pages = paged(rows, STEP, list, findingRow, 'finding');
  element.querySelector(':scope > .fold').replaceChildren(list, pages.more);
  drawn.set(key, pages);
  return pages;
}

function findingRow(finding) {
  const where = place(finding);
  return make('li', null, make('details', { class: 'finding', id: finding.anchor },
    make('summary', null,
      // Below an unread thing the verdict is the same in every row, and the severity is not.
      finding.standsIn ? severityMark(finding.severity) : mark(finding.verdict),
      make('span', { class: 'id' }, finding.anchor),
      make('span', { class: 'finding-what' }, bdi(finding.standsIn ? finding.title : resourceName(finding)),
        finding.waiver === null ? null : make('span', { class: 'tag' }, 'Waived')),
      make('span', { class: 'finding-said' }, bdi(finding.standsIn ? finding.control : finding.observed ?? finding.reason ?? '')),
      make('span', { class: 'finding-where' }, where === null ? bdi(finding.source) : path(where))),
    make('div', { class: 'fold' })));
}

/** Brings one finding into the page and opens it; false when there is none of that name. */
function showFinding(index) {
  const finding = findings[index];
  if (!finding) return false;
  let rows = visible.get(finding.group) ?? [];
  if (!rows.includes(finding)) {
    writeFilters('');
    applyFilters();
    rows = visible.get(finding.group);
  }
  const group = groupOf.get(finding.group);
  drawGroup(group).grow(rows.indexOf(finding) + 1);
  group.open = true;
  const details = byId(finding.anchor);
  details.open = true;
  fill(details);
  details.scrollIntoView({ block: 'start' });
  details.querySelector('summary').focus({ preventScroll: true });
  return true;
}

if (filters) {
  let waiting = 0;
  const update = () => {
    const query = applyFilters();
    history.replaceState(null, '', query ? `#findings?${query}` : '#findings');
  };
  filters.addEventListener('submit', (event) => event.preventDefault());
  filters.addEventListener('change', update);
  filters.addEventListener('input', (event) => {
    if (event.target.type !== 'search') return;
    clearTimeout(waiting);
    waiting = setTimeout(update, 80);
  });
  byId('reset').addEventListener('click', () => {
    writeFilters('');
    update();
    byId('q').focus();
  });
  applyFilters();
}
