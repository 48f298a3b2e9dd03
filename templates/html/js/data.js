
// The data block with its columns named again, and the words of the page's language.

const data = JSON.parse(document.getElementById('data').textContent);
const text = (index) => (index < 0 ? null : data.strings[index]);
const byId = (id) => document.getElementById(id);
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);

/** A text of the page's own words; `{name}` is filled in, numbers as the language writes them. */
function say(key, values = {}) {
  return (data.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? number.format(value) : value;
  });
}
/** A number with its noun. */
const many = (count, noun) => say(`${noun}_${count === 1 ? 'one' : 'many'}`, { n: count });
const label = (key) => data.labels[key] ?? key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');
const dayFormat = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
/** A day, `2026-11-24`, as the language writes it; what is none stays. */
function day(value) {
  const date = /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(`${value}T00:00:00Z`) : null;
  return date === null || Number.isNaN(date.getTime()) ? value : dayFormat.format(date);
}

const controls = new Map(data.controls.map((control) => [control.id, control]));
const frameworks = new Map(data.frameworks.map((framework) => [framework.id, {
  title: framework.title,
  requirements: new Map(framework.requirements.map((requirement) => [requirement.id, requirement])),
}]));
for (const framework of data.frameworks) for (const requirement of framework.requirements) requirement.framework = framework.id;
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
  document: text(row[20]),
  reopened: row[21],
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
const reads = new Map(ledger.map((read) => [read.seq, read]));

/** `Deployment shop/web`, the way every report writes a resource. */
function resourceName(finding) {
  if (!finding.name) return finding.kind;
  return finding.namespace ? `${finding.kind} ${finding.namespace}/${finding.name}` : `${finding.kind} ${finding.name}`;
}
const place = (row) => (row.file === null ? null : row.line === null ? row.file : `${row.file}:${row.line}`);
