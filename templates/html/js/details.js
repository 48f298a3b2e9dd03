
// What unfolds under a finding, a requirement and a control.

/** Requirements a control bears on, framework by framework. */
function bearings(control) {
  const byFramework = new Map();
  for (const [framework, requirement, strength] of control?.requirements ?? []) {
    if (!byFramework.has(framework)) byFramework.set(framework, []);
    byFramework.get(framework).push([requirement, strength]);
  }
  return [...byFramework].map(([id, list]) => make('div', { class: 'bearing' },
    make('span', { class: 'bearing-name' }, frameworks.get(id)?.title ?? id), ' ',
    list.map(([requirement, strength], index) => {
      const known = frameworks.get(id)?.requirements.get(requirement);
      const name = make(known ? 'a' : 'span', known ? { href: `#${known.anchor}`, title: known.title } : null, requirement);
      return make('span', { class: 'bearing-item' }, name, make('span', { class: 'small' }, ` ${strength}`), index + 1 < list.length ? ', ' : null);
    })));
}

function ledgerLinks(reads) {
  return reads.flatMap((seq, index) => [index > 0 ? ', ' : null, make('a', { href: `#L-${seq}` }, String(seq))]);
}

/** Only web addresses become links. */
function reference(address) {
  return /^https?:\/\//.test(address)
    ? make('a', { href: address, rel: 'noreferrer noopener' }, address)
    : bdi(address);
}

function findingDetails(finding) {
  const control = controls.get(finding.control);
  const where = place(finding);
  const seen = finding.observed === null ? null : make('code', { class: 'value' }, finding.observed);
  return [
    make('div', { class: 'compare' },
      make('div', null, make('p', { class: 'name' }, 'Seen'), seen ?? make('p', { class: 'small' }, 'nothing: it could not be read')),
      make('div', null, make('p', { class: 'name' }, 'Expected'), make('p', null, finding.expected))),
    facts(
      ['Reason', finding.reason && bdi(finding.reason)],
      ['Resource', make('span', null, bdi(finding.resource))],
      ['Source', bdi(finding.source)],
      ['File', where && make('span', null, bdi(where), ' ', copyButton(where, 'Copy the place'))],
      ['First seen', finding.firstSeen],
      ['Waiver', finding.waiver && make('a', { href: '#waivers' }, bdi(finding.waiver))],
      ['Why it matters', control ? prose(control.rationale) : null, 'of-control'],
      ['What to do', control ? prose(control.remediation) : null, 'of-control'],
      ['Bears on', bearings(control), 'of-control'],
      ['Ledger', finding.reads.length ? make('span', null, many(finding.reads.length, 'row', 'rows'), ' ', ledgerLinks(finding.reads)) : null],
      ['Fingerprint', make('span', null, make('code', null, finding.fingerprint), ' ', copyButton(finding.fingerprint, 'Copy the fingerprint'))],
      ['Link', make('a', { href: `#${finding.anchor}` }, finding.anchor), 'on-screen'],
    ),
  ];
}

function copyButton(value, name) {
  return make('button', { type: 'button', class: 'copy', 'data-copy': value, 'aria-label': name }, 'Copy');
}

function requirementDetails(requirement) {
  const parts = [];
  if (requirement.controls.length) {
    parts.push(make('ul', { class: 'edges' }, requirement.controls.map((edge) => {
      const [id, title, strength, why, group, status, score, fail, unknown, pass] = [
        text(edge[0]), text(edge[1]), text(edge[2]), text(edge[3]), text(edge[4]), text(edge[5]), edge[6], edge[7], edge[8], edge[9]];
      const control = controls.get(id);
      const counts = [fail ? `${number.format(fail)} fail` : null, unknown ? `${number.format(unknown)} unknown` : null,
        pass ? `${number.format(pass)} pass` : null].filter(Boolean).join(', ');
      return make('li', null,
        make('div', { class: 'edge-status' }, mark(status)),
        make('div', { class: 'edge-what' },
          make(control ? 'a' : 'span', control ? { href: `#${control.anchor}` } : null, title), ' ', make('span', { class: 'id' }, id),
          make('p', { class: 'small' }, make('strong', { class: `strength strength-${strength}` }, label(strength)), ': ', why),
          group === null ? null : make('p', { class: 'small' }, `Alternative in group ${group}: the best one suffices.`)),
        make('div', { class: 'edge-count small' }, counts || 'nothing it speaks of',
          score ? make('span', null, make('br'), score[2]) : null));
    })));
  }
  if (requirement.topics.length) {
    parts.push(make('p', { class: 'name' }, 'What people must attest'));
    parts.push(make('ul', { class: 'edges' }, requirement.topics.map((topic) => make('li', null,
      make('div', { class: 'edge-status' }, mark(text(topic[3]))),
      make('div', { class: 'edge-what' }, text(topic[1]), ' ', make('span', { class: 'id' }, text(topic[0])),
        make('p', { class: 'small' }, text(topic[4]) ? bdi(text(topic[4])) : 'None given.')),
      make('div', { class: 'edge-count small' }, `counts for ${many(topic[2], 'day', 'days')}`)))));
  }
  return parts;
}

function controlDetails(control) {
  return [facts(
    ['Expected', control.expected],
    ['Kinds', control.kinds.join(', ')],
    ['Why it matters', prose(control.rationale)],
    ['What to do', prose(control.remediation)],
    ['Bears on', bearings(control)],
    ['Parameters', control.params.map(([name, value, isDefault]) => make('div', null,
      make('code', null, name), ' = ', make('code', null, value), make('span', { class: 'small' }, isDefault ? ' default' : ' set by you')))],
    ['Expression', control.expressions.map(snippet)],
    ['Findings', byId('groups')?.querySelector(`[data-group="${CSS.escape(control.id)}"]`)
      ? make('a', { href: `#${byId('groups').querySelector(`[data-group="${CSS.escape(control.id)}"]`).id}` }, 'Show them') : null],
    ['Read on', control.references.map((address) => make('div', null, reference(address)))],
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
