
// The data block, with its columns named again, and the one way this page makes elements. Text enters the page as text
// nodes only, never as markup.

const data = JSON.parse(document.getElementById('data').textContent);
const text = (index) => (index < 0 ? null : data.strings[index]);
const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat('en');
const many = (count, one, several) => `${number.format(count)} ${count === 1 ? one : several}`;

/** An element: attributes by name, children as strings or nodes; nothing for null. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

const LABELS = { not_applicable: 'Not applicable', not_assessed: 'Not assessed' };
const label = (key) => LABELS[key] ?? key.charAt(0).toUpperCase() + key.slice(1);

/** A shape of the sprite sheet beside its word, so that colour never stands alone. */
function shaped(family, shape, key) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${shape}-${key}`);
  svg.append(use);
  return make('span', { class: `${family} ${family}-${key}` }, svg, label(key));
}
const mark = (key) => shaped('mark', 'shape', key);
const severityMark = (key) => shaped('severity', 'severity', key);

const controls = new Map(data.controls.map((control) => [control.id, control]));
const frameworks = new Map(data.frameworks.map((framework) => [framework.id, {
  title: framework.title,
  requirements: new Map(framework.requirements.map((requirement) => [requirement.id, requirement])),
}]));
const requirementsByAnchor = new Map(data.frameworks.flatMap((framework) =>
  framework.requirements.map((requirement) => [requirement.anchor, requirement])));

const findings = data.findings.map((row) => ({
  number: row[0],
  anchor: `F-${String(row[0]).padStart(4, '0')}`,
  fingerprint: row[1],
  control: text(row[2]),
  title: text(row[3]),
  severity: text(row[4]),
  verdict: text(row[5]),
  source: text(row[6]),
  kind: text(row[7]),
  namespace: text(row[8]),
  name: text(row[9]),
  resource: text(row[10]),
  file: text(row[11]),
  line: row[12],
  observed: text(row[13]),
  expected: text(row[14]),
  reason: text(row[15]),
  firstSeen: text(row[16]),
  waiver: text(row[17]),
  reads: row[18],
  // Findings that stand for one unread thing are one group, whatever their control.
  group: row[19] ?? text(row[2]),
  standsIn: row[19] !== null,
}));

const ledger = data.ledger.map((row) => ({
  seq: row[0],
  source: text(row[1]),
  operation: text(row[2]),
  parameters: text(row[3]),
  identity: text(row[4]),
  started: text(row[5]),
  ended: text(row[6]),
  pages: row[7],
  items: row[8],
  outcome: text(row[9]),
  error: text(row[10]),
  file: text(row[11]),
  line: row[12],
}));

/** `Deployment shop/web`, the way every report writes a resource. */
function resourceName(finding) {
  if (!finding.name) return finding.kind;
  return finding.namespace ? `${finding.kind} ${finding.namespace}/${finding.name}` : `${finding.kind} ${finding.name}`;
}
const place = (row) => (row.file === null ? null : row.line === null ? row.file : `${row.file}:${row.line}`);
const bdi = (value) => make('bdi', null, value);
/** A place that breaks between its folders and before its line, not within a name. */
const path = (value) => make('bdi', null, value.split(/(?<=\/)|(?=:\d+$)/).flatMap((part, index) => (index ? [make('wbr'), part] : [part])));

/** Prose of the catalog: paragraphs, fenced or indented code, and `code` within a line. */
function prose(source) {
  const blocks = [];
  for (const [index, part] of source.split(/^```[^\n]*\n?/m).entries()) {
    if (index % 2 === 1) { blocks.push(snippet(part.replace(/\n$/, ''))); continue; }
    for (const paragraph of part.split(/\n\s*\n/)) {
      if (!paragraph.trim()) continue;
      const lines = paragraph.replace(/^\n+|\n+$/g, '').split('\n');
      if (lines.every((line) => /^( {4}|\t)/.test(line))) {
        blocks.push(snippet(lines.map((line) => line.replace(/^( {4}|\t)/, '')).join('\n')));
      } else if (lines.every((line) => /^\s*[-*] /.test(line))) {
        blocks.push(make('ul', null, lines.map((line) => make('li', null, inline(line.replace(/^\s*[-*] /, ''))))));
      } else {
        blocks.push(make('p', null, inline(lines.join(' '))));
      }
    }
  }
  return blocks;
}
function inline(line) {
  return line.split('`').map((part, index) => (index % 2 === 1 ? make('code', null, part) : part));
}

/** Code that can be copied. */
function snippet(code) {
  return make('div', { class: 'snippet' },
    make('pre', null, make('code', null, code)),
    make('button', { type: 'button', class: 'copy', 'data-copy': code, 'aria-label': 'Copy this snippet' }, 'Copy'));
}

/** A list of names and values; rows without a value are left out. */
function facts(...rows) {
  const present = rows.filter((row) => row && row[1] !== null && row[1] !== '' && !(Array.isArray(row[1]) && row[1].length === 0));
  return make('dl', { class: 'details' }, present.map(([name, value, kind]) =>
    make('div', { class: kind ?? null }, make('dt', null, name), make('dd', null, value))));
}

/** Asks for more rows; hands back the container of rows, which grows by `step`. */
function paged(rows, step, container, draw, what) {
  let shown = 0;
  const more = make('button', { type: 'button', class: 'quiet more' });
  const grow = (upTo) => {
    const end = Math.min(rows.length, Math.max(upTo, shown));
    const first = shown;
    container.append(...rows.slice(shown, end).map(draw));
    shown = end;
    more.hidden = shown >= rows.length;
    const left = rows.length - shown;
    more.textContent = left <= step
      ? `Show the last ${many(left, what, `${what}s`)}`
      : `Show ${number.format(step)} more, ${many(left, what, `${what}s`)} left`;
    return container.children[first];
  };
  more.addEventListener('click', () => {
    const next = grow(shown + step);
    (next?.querySelector('summary') ?? next)?.focus();
  });
  grow(step);
  return { more, grow };
}
