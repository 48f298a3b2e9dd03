
// Findings: filters, groups, rows. The rows of a group are drawn when it unfolds, near the screen.

const filters = byId('filters');
const findingIndex = new Map(findings.map((finding, index) => [finding.anchor, index]));
const fingerprintIndex = new Map(findings.map((finding, index) => [finding.fingerprint, index]));
const groupElements = [...document.querySelectorAll('#groups > .group')];
const groupOf = new Map(groupElements.map((element) => [element.dataset.group, element]));
const folds = new Map(groupElements.map((element) => [element, element.querySelector(':scope > .fold')]));
/** Where a group tells its numbers, and the number that stands there. */
const counts = new Map(groupElements.map((element) => [element, ['.n-fail', '.n-unknown'].map((selector) => {
  const holder = element.querySelector(selector);
  return { holder, shown: holder ? Number(holder.textContent.replace(/\D/g, '')) : 0 };
})]));
/** Group to the findings that pass the filters, in the report's order. */
let visible = new Map();
/** Group to its list, while it is drawn. */
const drawn = new Map();
/** Lower-case text of each finding, made at the first search. */
let searchTexts = null;
/** What only a link can ask for: one control, or one requirement as `framework:id`. */
let narrowed = { control: '', requirement: '' };

function searchText(finding) {
  return [finding.anchor, finding.control, finding.title, finding.resource, finding.namespace, finding.name, finding.kind, finding.source,
    place(finding), finding.observed, finding.reason, finding.fingerprint].filter(Boolean).join('\n').toLowerCase();
}

function readFilters() {
  const form = new FormData(filters);
  return {
    q: form.get('q').trim(), framework: form.get('framework'), source: form.get('source'), ...narrowed,
    severity: form.getAll('severity'), status: form.getAll('status'), waived: form.getAll('waived'),
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
  narrowed = { control: state.get('control') ?? '', requirement: state.get('requirement') ?? '' };
}

/** The controls that a framework, a requirement or a name asks for; null for all. */
function wantedControls(state) {
  if (!state.framework && !state.requirement && !state.control) return null;
  const [framework, requirement] = [state.requirement.split(':', 1)[0], state.requirement.slice(state.requirement.indexOf(':') + 1)];
  const wanted = new Set();
  for (const control of controls.values()) {
    if (state.control && control.id !== state.control) continue;
    if (state.framework && !control.requirements.some(([id]) => id === state.framework)) continue;
    if (state.requirement && !control.requirements.some(([id, of]) => id === framework && of === requirement)) continue;
    wanted.add(control.id);
  }
  return wanted;
}

function matching(state) {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) searchTexts ??= findings.map(searchText);
  const severities = new Set(state.severity);
  const statuses = new Set(state.status);
  const wanted = wantedControls(state);
  return findings.filter((finding, index) =>
    (!severities.size || severities.has(finding.severity))
    && (!statuses.size || statuses.has(finding.verdict))
    && (!state.source || finding.source === state.source)
    && (wanted === null || wanted.has(finding.control))
    && (!state.waived.length || finding.waiver === null)
    && words.every((word) => searchTexts[index].includes(word)));
}

/** A button for what a link narrowed, which takes it away again. */
function showNarrowed() {
  const chip = (name, what) => {
    const button = make('button', { type: 'button', class: 'quiet chip', 'data-narrowed': name }, bdi(what), make('span', { 'aria-hidden': 'true' }, ' ×'));
    button.setAttribute('aria-label', say('take_away', { what }));
    return button;
  };
  const [framework, requirement] = narrowed.requirement.split(/:(.*)/s);
  byId('narrowed').replaceChildren(...[
    narrowed.control ? chip('control', controls.get(narrowed.control)?.title ?? narrowed.control) : null,
    narrowed.requirement ? chip('requirement', `${frameworks.get(framework)?.title ?? framework} ${requirement ?? ''}`) : null,
  ].filter(Boolean));
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
    const key = element.dataset.group;
    const list = visible.get(key) ?? [];
    element.hidden = list.length === 0;
    const fail = list.reduce((sum, finding) => sum + (finding.verdict === 'fail'), 0);
    const [failing, unknown] = counts.get(element);
    setCount(failing, fail);
    setCount(unknown, list.length - fail);
    if (drawn.has(key)) {
      drawn.get(key).close();
      drawn.delete(key);
      folds.get(element).replaceChildren();
    }
    if (element.open && list.length) drawGroup(element);
  }
  const shown = say('found', { findings: many(found.length, 'finding'), controls: many(new Set(found.map((finding) => finding.control)).size, 'control') });
  byId('found').textContent = found.length < findings.length ? say('found_of', { found: shown, n: findings.length }) : shown;
  byId('none-found').hidden = found.length > 0;
  showNarrowed();
  const query = filterQuery(state);
  byId('reset').hidden = !query;
  return query;
}

function setCount(place, count) {
  if (!place.holder || place.shown === count) return;
  place.shown = count;
  place.holder.textContent = number.format(count);
  place.holder.parentElement.hidden = count === 0;
}

/** Draws a group; hands back its list. */
function drawGroup(element) {
  const key = element.dataset.group;
  if (drawn.has(key)) return drawn.get(key);
  const list = new Window(visible.get(key) ?? [], findingRow);
  folds.get(element).replaceChildren(list.element);
  drawn.set(key, list);
  if (element.open) list.measure();
  return list;
}

function findingRow(finding) {
  const where = place(finding);
  return make('div', { class: 'item', role: 'listitem' }, make('details', { class: 'finding', id: finding.anchor },
    make('summary', null,
      // Below an unread thing the verdict is the same in every row, and the severity is not.
      finding.standsIn ? severityMark(finding.severity) : mark(finding.verdict),
      make('span', { class: 'id' }, finding.anchor),
      make('span', { class: 'finding-what' }, bdi(finding.standsIn ? finding.title : resourceName(finding)),
        finding.waiver === null ? null : make('span', { class: 'tag' }, say('waived'))),
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
  group.open = true;
  drawGroup(group).reach(rows.indexOf(finding));
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
  byId('narrowed').addEventListener('click', (event) => {
    const chip = event.target.closest('[data-narrowed]');
    if (!chip) return;
    narrowed[chip.dataset.narrowed] = '';
    update();
    byId('q').focus();
  });
  byId('reset').addEventListener('click', () => {
    writeFilters('');
    update();
    byId('q').focus();
  });
  applyFilters();
  // What the first search needs is made while nobody waits for it.
  (globalThis.requestIdleCallback ?? setTimeout)(() => { searchTexts ??= findings.map(searchText); });
}
