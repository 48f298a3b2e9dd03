
// A control's condition (CEL), laid out so that its parts can be read one by one.

const EXPRESSION_TOKEN = /\s+|r?"(?:\\.|[^"\\])*"|r?'(?:\\.|[^'\\])*'|\d[\w.]*|[A-Za-z_]\w*|&&|\|\||[=!<>]=|\.\?|\[\?|./gsu;
/** What fits beside the other texts of a page; longer ones are broken. */
const EXPRESSION_WIDTH = 66;

/** The expression as a tree of brackets: strings, and lists whose first and last element are the brackets. */
function bracketed(source) {
  const root = [];
  const open = [root];
  for (const [token] of source.matchAll(EXPRESSION_TOKEN)) {
    const here = open.at(-1);
    if (/^\s+$/.test(token)) { if (typeof here.at(-1) === 'string' && here.at(-1) !== ' ') here.push(' '); else if (here.length) here.push(' '); continue; }
    if ('([{'.includes(token) || token === '[?') {
      const group = [token];
      here.push(group);
      open.push(group);
    } else if (')]}'.includes(token) && open.length > 1) {
      here.push(token);
      open.pop();
    } else here.push(token);
  }
  return root;
}
const flat = (node) => (typeof node === 'string' ? node : node.map(flat).join('')).replace(/ +(?=\.)/g, '').replace(/ +/g, ' ');

/** The parts of a list between tokens that `breaks` names, each with the token that stands before it. */
function cut(nodes, breaks) {
  const parts = [{ before: '', nodes: [] }];
  for (const node of nodes) {
    if (breaks.includes(node)) parts.push({ before: node, nodes: [] });
    else parts.at(-1).nodes.push(node);
  }
  return parts;
}

/** Lines of the nodes at a depth: broken at the weakest operator that is there, then inside brackets. */
function broken(nodes, depth) {
  const pad = '  '.repeat(depth);
  const whole = flat(nodes).trim();
  if (pad.length + whole.length <= EXPRESSION_WIDTH) return [pad + whole];
  for (const breaks of [['?', ':'], ['||'], ['&&']]) {
    if (!nodes.includes(breaks[0])) continue;
    const parts = cut(nodes, breaks);
    return parts.flatMap(({ before, nodes: part }) => {
      // A branch goes on deeper than the condition that chooses it.
      const lines = broken(part, breaks[0] === '?' && before ? depth + 1 : depth);
      if (before) lines[0] = `${pad}${before} ${lines[0].trimStart()}`;
      return lines;
    });
  }
  // The longest bracket is what makes the line long: its content goes below it.
  let longest = -1;
  for (const [index, node] of nodes.entries()) {
    if (typeof node !== 'string' && (longest < 0 || flat(node).length > flat(nodes[longest]).length)) longest = index;
  }
  if (longest < 0 || flat(nodes[longest]).length < 12) return [pad + whole];
  const group = nodes[longest];
  const items = cut(group.slice(1, -1), [',']);
  const inner = items.flatMap(({ nodes: item }, index) => {
    const lines = broken(item, depth + 1);
    if (index + 1 < items.length) lines[lines.length - 1] += ',';
    return lines;
  });
  // A short first argument (the variable of all() and exists()) stays on the line of its bracket.
  const head = pad + flat(nodes.slice(0, longest)).trimStart() + group[0];
  const lines = /^\s*\w+,$/.test(inner[0] ?? '') ? [`${head}${inner[0].trim()}`, ...inner.slice(1)] : [head, ...inner];
  return [...lines, pad + group.at(-1) + flat(nodes.slice(longest + 1)).trimEnd()];
}
const laidOut = (source) => broken(bracketed(source.trim()), 0).join('\n');

/** What must all hold: the parts of the expression between `&&` outside of brackets. */
function conditions(source) {
  const nodes = bracketed(source.trim());
  if (['?', '||'].some((operator) => nodes.includes(operator))) return [source];
  return cut(nodes, ['&&']).map(({ nodes: part }) => flat(part).trim());
}

/** The expression, its parts, and the parameters that it reads with the values in force. */
function expressionParts(source, params) {
  const named = new Set([...source.matchAll(/\bparams\s*\.\s*\??\s*(\w+)/g)].map(([, name]) => name));
  const read = params.filter(([name]) => named.has(name));
  const parts = conditions(source);
  const pretty = laidOut(source);
  return make('div', { class: 'expression' },
    parts.length > 1
      ? [make('p', { class: 'small' }, say('all_hold', { n: parts.length })), make('ol', { class: 'conditions' }, parts.map((part) => make('li', null, make('code', null, laidOut(part)))))]
      : snippet(source, pretty),
    read.length ? make('p', { class: 'small' }, say('with_parameters'), ' ', read.flatMap(([name, value, isDefault], index) => [
      index ? ', ' : null, make('code', null, `${name} = ${value}`), ` (${say(isDefault ? 'default' : 'set_by_you')})`])) : null);
}
