
// What unfolds under a finding, a requirement and a control.

/** Requirements a control bears on, framework by framework. */
function bearings(control) {
  const byFramework = new Map();
  for (const [framework, requirement, strength] of control?.requirements ?? []) {
    if (!byFramework.has(framework)) byFramework.set(framework, []);
    byFramework.get(framework).push([requirement, strength]);
  }
  if (!byFramework.size) return [];
  return make('ul', { class: 'bearings' }, [...byFramework].map(([id, list]) => make('li', null,
    make('span', { class: 'bearing-name' }, frameworks.get(id)?.title ?? id),
    make('span', { class: 'bearing-list' }, list.map(([requirement, strength]) => {
      const known = frameworks.get(id)?.requirements.get(requirement);
      const name = make(known ? 'a' : 'span', known ? { href: `#${known.anchor}`, title: known.title } : null, requirement);
      return make('span', { class: 'bearing-item' }, name, ' ', make('span', { class: `small strength-${strength}` }, label(strength)));
    })))));
}

/** Only web addresses become links. */
function reference(address) {
  return /^https?:\/\//.test(address)
    ? make('a', { href: address, rel: 'noreferrer noopener' }, address)
    : bdi(address);
}

/** The document and the reads that a finding rests on. */
function evidenceOf(finding) {
  const rows = finding.reads.map((seq) => {
    const read = reads.get(seq);
    const where = read && place(read);
    return make('li', null, make('a', { href: `#L-${seq}` }, say('ledger_row', { n: String(seq) })),
      read ? [' ', make('span', { class: 'small' }, bdi(read.operation), where ? [' ', path(where)] : null, ', ', label(read.outcome), ', ', read.ended)] : null);
  });
  const commit = data.commits[finding.source];
  return make('dl', { class: 'evidence' },
    make('div', null, make('dt', null, say('source')), make('dd', null, bdi(finding.source),
      commit ? [' ', make('span', { class: 'small' }, say('commit'), ' '), make('code', { class: 'hash' }, commit)] : null)),
    finding.document ? make('div', null, make('dt', null, say('document')), make('dd', null, make('code', { class: 'hash' }, finding.document), ' ', copyButton(finding.document, say('copy_hash')))) : null,
    rows.length ? make('div', null, make('dt', null, many(rows.length, 'read')), make('dd', null, make('ul', null, rows))) : null);
}

/** Quotes a word for a POSIX shell. */
const quoted = (word) => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function findingDetails(finding) {
  const control = controls.get(finding.control);
  const where = place(finding);
  const seen = finding.observed === null ? null : make('code', { class: 'value' }, finding.observed);
  const again = `assize verdicts --snapshot ${data.snapshot} --control ${quoted(finding.control)}`;
  return [
    make('div', { class: 'compare' },
      make('div', { class: 'seen' }, make('p', { class: 'name' }, say('seen')), seen ?? make('p', { class: 'small' }, say('nothing_seen')),
        finding.reason ? make('p', { class: 'small' }, bdi(finding.reason)) : null),
      make('div', null, make('p', { class: 'name' }, say('expected')), make('p', null, finding.expected))),
    facts(
      [say('to_do'), control ? prose(control.remediation) : null, 'of-control'],
      [say('why_it_matters'), control ? prose(control.rationale) : null, 'of-control'],
      [say('resource'), make('span', null, bdi(finding.resource))],
      [say('file'), where && make('span', null, bdi(where), ' ', copyButton(where, say('copy_place')))],
      [say('first_seen'), finding.firstSeen && [day(finding.firstSeen), finding.reopened.length ? `, ${say('came_back', { days: finding.reopened.map(day).join(', ') })}` : null]],
      [say('waiver'), finding.waiver && make('a', { href: '#waivers' }, bdi(finding.waiver))],
      [say('bears_on'), bearings(control), 'of-control'],
      [say('condition'), control ? control.expressions.map((source) => expressionParts(source, control.params)) : null, 'of-control'],
      [say('evidence'), evidenceOf(finding)],
      [say('check'), snippet(again), 'on-screen'],
      [say('fingerprint'), make('span', null, make('code', null, finding.fingerprint), ' ', copyButton(finding.fingerprint, say('copy_fingerprint')))],
      [say('links'), make('span', { class: 'links' }, make('a', { href: `#${finding.anchor}` }, say('this_finding')), ' ',
        control ? make('a', { href: `#${control.anchor}` }, say('this_control')) : null), 'on-screen'],
    ),
  ];
}

function requirementDetails(requirement) {
  const parts = [];
  const query = (values) => `#findings?${new URLSearchParams(values)}`;
  if (requirement.controls.length) {
    let failing = 0;
    parts.push(make('p', { class: 'name' }, say('what_configuration_shows')));
    parts.push(make('ul', { class: 'edges' }, requirement.controls.map((edge) => {
      const [id, title, strength, why, group, status, score, fail, unknown, pass] = [
        text(edge[0]), text(edge[1]), text(edge[2]), text(edge[3]), text(edge[4]), text(edge[5]), edge[6], edge[7], edge[8], edge[9]];
      const control = controls.get(id);
      failing += fail + unknown;
      const counts = [fail ? say('n_fail', { n: fail }) : null, unknown ? say('n_unknown', { n: unknown }) : null,
        pass ? say('n_pass', { n: pass }) : null].filter(Boolean).join(', ');
      return make('li', null,
        make('div', { class: 'edge-status' }, mark(status)),
        make('div', { class: 'edge-what' },
          make(control ? 'a' : 'span', control ? { href: `#${control.anchor}` } : null, title), ' ', make('span', { class: 'id' }, id),
          make('p', { class: 'small' }, make('strong', { class: `strength strength-${strength}` }, label(strength)), ': ', why),
          group === null ? null : make('p', { class: 'small' }, say('alternative', { group }))),
        make('div', { class: 'edge-count small' }, fail + unknown > 0
          ? make('a', { href: query({ control: id }) }, counts) : counts || say('nothing_applies'),
          score ? make('span', { class: 'edge-score' }, score[2], bar(score)) : null));
    })));
    if (failing > 0) parts.push(make('p', { class: 'edge-all on-screen' }, make('a', { href: query({ requirement: `${requirement.framework}:${requirement.id}` }) }, say('all_findings'))));
  }
  if (requirement.topics.length) {
    parts.push(make('p', { class: 'name' }, say('what_people_attest')));
    parts.push(make('ul', { class: 'edges' }, requirement.topics.map((topic) => make('li', null,
      make('div', { class: 'edge-status' }, mark(text(topic[3]))),
      make('div', { class: 'edge-what' }, text(topic[1]), ' ', make('span', { class: 'id' }, text(topic[0])),
        make('p', { class: 'small' }, topic[4] ? bdi(topic[4]) : say('none_given'))),
      make('div', { class: 'edge-count small' }, say('counts_for', { days: many(topic[2], 'day') }))))));
  }
  return parts;
}

function controlDetails(control) {
  return [facts(
    [say('expected'), control.expected],
    [say('kinds'), control.kinds.join(', ')],
    [say('why_it_matters'), prose(control.rationale)],
    [say('to_do'), prose(control.remediation)],
    [say('bears_on'), bearings(control)],
    [say('parameters'), control.params.map(([name, value, isDefault]) => make('div', null,
      make('code', null, name), ' = ', make('code', null, value), make('span', { class: 'small' }, ` ${say(isDefault ? 'default' : 'set_by_you')}`)))],
    [say('condition'), control.expressions.map((source) => expressionParts(source, control.params))],
    [say('findings'), groupOf.has(control.id) ? make('a', { href: `#${groupOf.get(control.id).id}` }, say('show_them')) : null],
    [say('read_on'), control.references.map((address) => make('div', null, reference(address)))],
  )];
}

/** Draws what is under a fold, once. */
function fill(details) {
  const fold = details.querySelector(':scope > .fold');
  if (!fold || fold.dataset.filled) return;
  let content = [];
  if (details.classList.contains('finding')) content = findingDetails(findings[findingIndex.get(details.id)]);
  else if (details.classList.contains('req')) content = requirementDetails(requirementsByAnchor.get(details.id));
  else if (details.classList.contains('group')) { drawGroup(details); return; }
  else if (details.id === 'ledger-rows') content = ledgerTable();
  else return;
  fold.dataset.filled = 'yes';
  fold.append(...content);
}

document.addEventListener('toggle', (event) => {
  if (event.target.open) fill(event.target);
}, true);
