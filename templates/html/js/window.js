
// A long list of which only what is near the screen is drawn. It is cut into blocks of rows; a block that leaves the neighbourhood of the
// screen gives its rows back and keeps their height, unless somebody has unfolded one of them or stands in it.

const BLOCK = 50;
/** Height of a row that was never drawn; after the first block, the measured one. */
let rowHeight = 41;

class Window {
  constructor(rows, drawRow) {
    this.rows = rows;
    this.drawRow = drawRow;
    this.element = make('div', { class: 'findings', role: 'list' });
    this.blocks = [];
    for (let first = 0; first < rows.length; first += BLOCK) {
      const block = make('div', { class: 'block', role: 'presentation' });
      block.first = first;
      block.size = Math.min(BLOCK, rows.length - first);
      block.style.height = `${block.size * rowHeight}px`;
      block.window = this;
      this.blocks.push(block);
    }
    this.element.append(...this.blocks);
    // The first rows at once: what unfolds is there when it does.
    if (this.blocks.length) this.fillBlock(this.blocks[0]);
    for (const block of this.blocks) near.observe(block);
  }

  /** Takes the height of a drawn row for those that are not, once the list is in the page. */
  measure() {
    const [first] = this.blocks;
    const height = first?.getBoundingClientRect().height ?? 0;
    if (height <= 0 || first.querySelector('details[open]')) return;
    rowHeight = height / first.size;
    for (const block of this.blocks) if (!block.filled) block.style.height = `${block.size * rowHeight}px`;
  }

  fillBlock(block) {
    if (block.filled) return;
    block.filled = true;
    const rows = this.rows.slice(block.first, block.first + block.size);
    block.replaceChildren(...rows.map((row, index) => {
      const item = this.drawRow(row);
      item.setAttribute('aria-setsize', String(this.rows.length));
      item.setAttribute('aria-posinset', String(block.first + index + 1));
      return item;
    }));
    block.style.height = '';
  }

  empty(block) {
    if (!block.filled || block.contains(document.activeElement) || block.querySelector('details[open]')) return;
    const height = block.getBoundingClientRect().height;
    if (height > 0 && block.size === BLOCK) rowHeight = height / BLOCK;
    block.style.height = `${height || block.size * rowHeight}px`;
    block.filled = false;
    block.replaceChildren();
  }

  /** Draws the block of a row. */
  reach(index) {
    const block = this.blocks[Math.floor(index / BLOCK)];
    if (block) this.fillBlock(block);
  }

  /** Draws the first rows whatever the screen shows: for paper. */
  reachAll(upTo) {
    for (const block of this.blocks) if (block.first < upTo) this.fillBlock(block);
  }

  close() {
    for (const block of this.blocks) near.unobserve(block);
  }
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const block = entry.target;
    if (entry.isIntersecting) block.window.fillBlock(block);
    else if (!matchMedia('print').matches) block.window.empty(block);
  }
}, { rootMargin: '1200px 0px' });
