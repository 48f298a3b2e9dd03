
// The one way this page makes elements. Text enters the page as text nodes only, never as markup.

/** An element: attributes by name, children as strings or nodes; nothing for null. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}
const SVG = 'http://www.w3.org/2000/svg';
function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A shape of the sprite sheet beside its word, so that colour never stands alone. */
function shaped(family, shape, key) {
  return make('span', { class: `${family} ${family}-${key}` }, draw('svg', { 'aria-hidden': 'true' }, draw('use', { href: `#${shape}-${key}` })), label(key));
}
const mark = (key) => shaped('mark', 'shape', key);
const severityMark = (key) => shaped('severity', 'severity', key);

/** A score as the page draws it everywhere: solid to what is proved, hatched to what is possible. */
function bar([low, high]) {
  const rect = (name, width) => draw('rect', { class: name, width: `${width}%`, height: '100%' });
  return draw('svg', { class: 'bar', 'aria-hidden': 'true' }, rect('bar-track', 100), rect('bar-open', high), rect('bar-hatch', high), rect('bar-low', low),
    draw('line', { class: 'bar-end', x1: `${high}%`, x2: `${high}%`, y1: '0', y2: '100%' }));
}

const bdi = (value) => make('bdi', null, value);
/** A place that breaks between its folders and before its line, not within a name. */
const path = (value) => make('bdi', null, value.split(/(?<=\/)|(?=:\d+$)/).flatMap((part, index) => (index ? [make('wbr'), part] : [part])));

function copyButton(value, name) {
  return make('button', { type: 'button', class: 'copy', 'data-copy': value, 'aria-label': name }, say('copy'));
}

/** Code that can be copied. */
function snippet(code, shown = code) {
  return make('div', { class: 'snippet' }, make('pre', null, make('code', null, shown)), copyButton(code, say('copy_snippet')));
}

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

/** A list of names and values; rows without a value are left out. */
function facts(...rows) {
  const present = rows.filter((row) => row && row[1] !== null && row[1] !== '' && !(Array.isArray(row[1]) && row[1].length === 0));
  return make('dl', { class: 'details' }, present.map(([name, value, kind]) =>
    make('div', { class: kind ?? null }, make('dt', null, name), make('dd', null, value))));
}

/** Asks for more rows; hands back the container of rows, which grows by `step`. */
function paged(rows, step, container, drawRow, noun) {
  let shown = 0;
  const more = make('button', { type: 'button', class: 'quiet more' });
  const grow = (upTo) => {
    const end = Math.min(rows.length, Math.max(upTo, shown));
    const first = shown;
    container.append(...rows.slice(shown, end).map(drawRow));
    shown = end;
    more.hidden = shown >= rows.length;
    const left = many(rows.length - shown, noun);
    more.textContent = rows.length - shown <= step ? say('show_last', { rows: left }) : say('show_more', { n: step, rows: left });
    return container.children[first];
  };
  more.addEventListener('click', () => {
    const next = grow(shown + step);
    (next?.querySelector('summary') ?? next)?.focus();
  });
  grow(step);
  return { more, grow };
}
