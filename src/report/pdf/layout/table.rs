//! Tables over pages: repeated heads, rows kept whole, rows that belong together kept together.

use super::{Flow, chart, shapes};
use crate::model::Interval;
use crate::report::pdf::page::{Anchor, Item, NodeId, OutlineEntry, Role};
use crate::report::pdf::theme::{self, LEFT, MEASURE, Mark, PAGE};
use crate::report::pdf::typeset::{Align, Line, Style};
use std::collections::VecDeque;

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Its head.
    pub title: &'a str,
    /// Width in points; zero shares what the others leave.
    pub width: f32,
    /// Whether it holds numbers, even on the right.
    pub right: bool,
}

/// A column of text.
#[must_use]
pub const fn text(title: &str, width: f32) -> Column<'_> {
    Column { title, width, right: false }
}

/// A column of numbers.
#[must_use]
pub const fn number(title: &str, width: f32) -> Column<'_> {
    Column { title, width, right: true }
}

/// One thing in a cell; the things of a cell stand below each other.
pub enum Part {
    /// Words.
    Text(String, Style),
    /// Words that lead somewhere: anchor, and what the link does.
    Link(String, Style, String, String),
    /// A status mark before its word.
    Mark(Mark, String, Style),
    /// A score drawn from 0 to 100, and the same in words.
    Bar(Option<Interval>, String),
    /// A stretch of time, and the same in words.
    Strip(Vec<chart::Stretch>, String),
}

/// A cell.
pub struct Cell {
    parts: Vec<Part>,
    header: bool,
    columns: u16,
}

impl Cell {
    /// A cell of several things.
    #[must_use]
    pub fn of(parts: Vec<Part>) -> Self {
        Self { parts, header: false, columns: 1 }
    }

    /// A cell of words.
    #[must_use]
    pub fn text(text: impl Into<String>, style: Style) -> Self {
        Self::of(vec![Part::Text(text.into(), style)])
    }

    /// Makes it the header of its row.
    #[must_use]
    pub fn header(mut self) -> Self {
        self.header = true;
        self
    }

    /// Lets it cover several columns.
    #[must_use]
    pub fn across(mut self, columns: u16) -> Self {
        self.columns = columns;
        self
    }
}

/// How a row looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A hairline above.
    Plain,
    /// On a wash: a heading within the table.
    Group,
    /// A strong line above: the rows after it belong to it.
    Strong,
    /// Nothing above: it belongs to the row before it.
    Bare,
}

/// A row.
pub struct Row {
    /// Its cells; together they cover every column.
    pub cells: Vec<Cell>,
    /// The name links use.
    pub anchor: Option<String>,
    /// Whether it must stand on the page of the row after it.
    pub keep: bool,
    /// Its look.
    pub tone: Tone,
    /// How far its first cell is set in.
    pub indent: f32,
    /// Level and title of its bookmark.
    pub bookmark: Option<(u8, String)>,
}

impl Row {
    /// An ordinary row.
    #[must_use]
    pub fn plain(cells: Vec<Cell>) -> Self {
        Self { cells, anchor: None, keep: false, tone: Tone::Plain, indent: 0.0, bookmark: None }
    }
}

const GAP: f32 = 9.0;
const PAD: f32 = 4.0;
const BAR: f32 = 7.0;
/// Height of a line of a cell, and of a drawing beside it.
const LINE: f32 = theme::CELL.size * theme::CELL.leading;
/// Rows from which on a table is no longer short.
const SHORT: usize = 8;
const SHORT_HEIGHT: f32 = 180.0;
const WORTH_STARTING: f32 = 90.0;

enum Drawn {
    Line(Line),
    Bar(Option<Interval>),
    Strip(Vec<chart::Stretch>),
}

struct Atom {
    part: usize,
    height: f32,
    drawn: Drawn,
}

struct SetPart {
    link: Option<(String, String)>,
    mark: Option<Mark>,
    alt: Option<String>,
    width: f32,
    node: Option<NodeId>,
}

struct SetCell {
    x: f32,
    width: f32,
    header: bool,
    columns: u16,
    parts: Vec<SetPart>,
    atoms: VecDeque<Atom>,
    node: Option<NodeId>,
}

struct SetRow {
    cells: Vec<SetCell>,
    height: f32,
    anchor: Option<String>,
    bookmark: Option<(u8, String)>,
    tone: Tone,
}

struct Grid {
    edges: Vec<(f32, f32)>,
    right: Vec<bool>,
    width: f32,
}

impl Grid {
    fn of(columns: &[Column<'_>]) -> Self {
        let fixed: f32 = columns.iter().map(|column| column.width).sum();
        let open = columns.iter().filter(|column| column.width <= 0.0).count().max(1);
        #[allow(clippy::cast_precision_loss)]
        let share = (MEASURE - fixed) / open as f32;
        let mut x = LEFT;
        let mut edges = Vec::with_capacity(columns.len());
        for column in columns {
            let width = if column.width > 0.0 { column.width } else { share };
            edges.push((x, width));
            x += width;
        }
        Self { edges, right: columns.iter().map(|column| column.right).collect(), width: x - LEFT }
    }
}

/// A table while it is drawn.
struct Sheet {
    head: SetRow,
    body: Option<NodeId>,
    width: f32,
    /// Whether the next row stands right below the head's own line.
    fresh: bool,
}

impl Flow {
    /// A table. Nothing is drawn for no rows: the caller says so in words instead.
    pub fn table(&mut self, columns: &[Column<'_>], rows: impl Iterator<Item = Row>) {
        let grid = Grid::of(columns);
        let titles: Vec<Cell> = columns.iter().map(|column| Cell::text(column.title, theme::HEAD)).collect();
        let head = self.set_row(&grid, Row::plain(titles));
        let mut sheet = Sheet { head, body: None, width: grid.width, fresh: true };
        let mut group: Vec<SetRow> = Vec::new();
        let mut rows = rows.fuse();
        let mut ahead: VecDeque<(bool, SetRow)> = VecDeque::new();
        for row in rows.by_ref().take(SHORT) {
            ahead.push_back((row.keep, self.set_row(&grid, row)));
        }
        // A short table stays in one piece; of a long one neither the first nor the last row stands alone on a page.
        let short = ahead.len() < SHORT && ahead.iter().map(|(_, row)| row.height).sum::<f32>() < SHORT_HEIGHT;
        let mut first = true;
        while let Some((keep, row)) = ahead.pop_front() {
            if let Some(row) = rows.next() {
                ahead.push_back((row.keep, self.set_row(&grid, row)));
            }
            let keep = keep || short || ahead.len() == 1 || std::mem::take(&mut first);
            group.push(row);
            if !keep {
                self.place_group(&mut sheet, &mut group);
            }
        }
        self.place_group(&mut sheet, &mut group);
        if sheet.body.is_some() {
            self.rule(self.y, sheet.width, theme::LINE, 0.5);
            self.y += 14.0;
        }
    }

    fn place_group(&mut self, sheet: &mut Sheet, group: &mut Vec<SetRow>) {
        if group.is_empty() {
            return;
        }
        let total: f32 = group.iter().map(|row| row.height).sum();
        let whole = total + sheet.head.height <= PAGE;
        let body = match sheet.body {
            Some(body) => body,
            None => {
                self.open(sheet.head.height + if whole { total } else { 120.0 });
                let table = self.document.node(Role::Table, self.section);
                let header = self.document.node(Role::TableHead, table);
                self.draw_head(sheet, Some(header));
                *sheet.body.insert(self.document.node(Role::TableBody, table))
            }
        };
        if whole && total > self.room() + 0.01 {
            self.next_page(sheet);
        }
        for row in group.drain(..) {
            self.place_row(sheet, body, row);
        }
    }

    fn next_page(&mut self, sheet: &mut Sheet) {
        self.rule(self.y, sheet.width, theme::LINE, 0.5);
        self.new_page();
        self.draw_head(sheet, None);
    }

    /// The first head belongs to the structure; those on later pages only repeat it.
    fn draw_head(&mut self, sheet: &mut Sheet, node: Option<NodeId>) {
        let head = &sheet.head;
        let tr = node.map(|node| self.document.node(Role::TableRow, node));
        for cell in &head.cells {
            let tag = tr.map(|tr| self.document.node(Role::ColumnHeader, tr));
            // Heads of one line stand on the rule, next to those of two.
            let own: f32 = cell.atoms.iter().map(|atom| atom.height).sum();
            let mut y = self.y + head.height - PAD - own;
            for atom in &cell.atoms {
                if let Drawn::Line(line) = &atom.drawn {
                    line.items(cell.x, y).for_each(|item| self.document.place(tag, item));
                }
                y += atom.height;
            }
        }
        self.y += head.height;
        self.rule(self.y, sheet.width, theme::INK, 0.8);
        sheet.fresh = true;
    }

    fn set_row(&mut self, grid: &Grid, row: Row) -> SetRow {
        let mut column = 0;
        let mut cells = Vec::with_capacity(row.cells.len());
        for cell in row.cells {
            let span = usize::from(cell.columns.max(1));
            let covered = grid.edges.get(column..(column + span).min(grid.edges.len())).unwrap_or(&[]);
            let x = covered.first().map_or(LEFT, |(x, _)| *x);
            let full: f32 = covered.iter().map(|(_, width)| width).sum();
            let last = column + span >= grid.edges.len();
            let width = if last { full } else { full - GAP };
            let indent = if column == 0 { row.indent } else { 0.0 };
            let right = grid.right.get(column).copied().unwrap_or(false) && span == 1;
            cells.push(self.set_cell(cell, x + indent, width - indent, right));
            column += span;
        }
        let tallest = cells.iter().map(|cell| cell.atoms.iter().map(|atom| atom.height).sum()).fold(0.0, f32::max);
        SetRow { cells, height: tallest + 2.0 * PAD, anchor: row.anchor, bookmark: row.bookmark, tone: row.tone }
    }

    fn set_cell(&mut self, cell: Cell, x: f32, width: f32, right: bool) -> SetCell {
        let mut parts = Vec::with_capacity(cell.parts.len());
        let mut atoms = VecDeque::new();
        let last = cell.parts.len().saturating_sub(1);
        for (place, part) in cell.parts.into_iter().enumerate() {
            let index = parts.len();
            let (mut words, style, link, mark) = match part {
                Part::Text(words, style) => (words, style, None, None),
                Part::Link(words, style, target, alt) => (words, style, Some((target, alt)), None),
                Part::Mark(mark, words, style) => (words, style, None, Some(mark)),
                Part::Bar(interval, alt) => {
                    parts.push(SetPart { link: None, mark: None, alt: Some(alt), width, node: None });
                    atoms.push_back(Atom { part: index, height: LINE, drawn: Drawn::Bar(interval) });
                    continue;
                }
                Part::Strip(stretches, alt) => {
                    parts.push(SetPart { link: None, mark: None, alt: Some(alt), width, node: None });
                    atoms.push_back(Atom { part: index, height: LINE, drawn: Drawn::Strip(stretches) });
                    continue;
                }
            };
            if words.is_empty() {
                continue;
            }
            if place < last && !right {
                // What stands on two lines is two words to whoever hears or copies it.
                words.push(' ');
            }
            let style = if right { Style { align: Align::Right, ..style } } else { style };
            let inset = if mark.is_some() { shapes::MARK } else { 0.0 };
            let block = self.setter.set(&words, style, width - inset);
            parts.push(SetPart { link, mark, alt: None, width: block.width, node: None });
            atoms.extend(block.lines.into_iter().map(|line| Atom { part: index, height: line.height, drawn: Drawn::Line(line) }));
        }
        SetCell { x, width, header: cell.header, columns: cell.columns, parts, atoms, node: None }
    }

    fn place_row(&mut self, sheet: &mut Sheet, body: NodeId, mut row: SetRow) {
        let tallest = PAGE - sheet.head.height;
        // A row that has to be cut starts where more than its first lines fit.
        if row.height > self.room() + 0.01 && (row.height <= tallest || self.room() < WORTH_STARTING) {
            self.next_page(sheet);
        }
        let tr = self.document.node(Role::TableRow, body);
        for cell in &mut row.cells {
            let node = self.document.node(if cell.header { Role::RowHeader } else { Role::TableCell }, tr);
            if let Some(made) = self.document.nodes.get_mut(node) {
                made.columns = cell.columns;
            }
            cell.node = Some(node);
        }
        let anchor = Anchor { page: self.document.last(), y: self.y };
        if let Some(name) = row.anchor.take() {
            self.document.anchors.insert(name, anchor);
        }
        if let Some((level, title)) = row.bookmark.take() {
            self.document.outline.push(OutlineEntry { level, title, anchor, in_contents: false });
        }
        // A row cut in two says on each page which one it is.
        let label = row.cells.first().and_then(|cell| match &cell.atoms.front()?.drawn {
            Drawn::Line(line) => Some((line.clone(), cell.x)),
            Drawn::Bar(_) | Drawn::Strip(_) => None,
        });
        loop {
            let room = self.room() - 2.0 * PAD;
            let chunks: Vec<Vec<Atom>> = row.cells.iter_mut().map(|cell| take(&mut cell.atoms, room)).collect();
            let height = chunks.iter().map(|chunk| chunk.iter().map(|atom| atom.height).sum()).fold(0.0, f32::max) + 2.0 * PAD;
            self.backdrop(row.tone, height, sheet);
            for (cell, chunk) in row.cells.iter_mut().zip(chunks) {
                self.draw_cell(cell, chunk);
            }
            self.y += height;
            if row.cells.iter().all(|cell| cell.atoms.is_empty()) {
                return;
            }
            self.next_page(sheet);
            if let Some((line, x)) = label.as_ref().filter(|_| row.cells.first().is_some_and(|cell| cell.atoms.is_empty())) {
                line.items(*x, self.y + PAD).for_each(|item| self.document.place(None, item));
            }
        }
    }

    fn backdrop(&mut self, tone: Tone, height: f32, sheet: &mut Sheet) {
        let fresh = std::mem::take(&mut sheet.fresh);
        match tone {
            Tone::Group => self.rect(LEFT, self.y + 0.4, sheet.width, height - 0.4, theme::WASH),
            Tone::Bare => {}
            // A second line on that of the head would only blur it.
            Tone::Plain | Tone::Strong if fresh => {}
            Tone::Plain => self.rule(self.y, sheet.width, theme::LINE, 0.5),
            Tone::Strong => self.rule(self.y, sheet.width, theme::INK, 0.5),
        }
    }

    fn draw_cell(&mut self, cell: &mut SetCell, atoms: Vec<Atom>) {
        let Some(owner) = cell.node else { return };
        // Plain words of a cell need no elements of their own, and a large report has no room for them; a link or a drawing among
        // them does, to keep the order of reading.
        let several = cell.parts.len() > 1 && cell.parts.iter().any(|part| part.link.is_some() || part.alt.is_some());
        let mut y = self.y + PAD;
        let heights: Vec<(usize, f32)> = atoms.iter().map(|atom| (atom.part, atom.height)).collect();
        for (index, atom) in atoms.into_iter().enumerate() {
            let Some(part) = cell.parts.get_mut(atom.part) else { continue };
            let starts = part.node.is_none();
            let new_link = part.link.is_some() && (starts || index == 0);
            if starts {
                part.node = Some(match (&part.alt, several) {
                    (Some(alt), _) => {
                        let bounds = [cell.x, y, cell.x + cell.width, y + atom.height];
                        self.document.figure(owner, alt.clone(), bounds)
                    }
                    (None, true) => self.document.node(Role::Paragraph, owner),
                    (None, false) => owner,
                });
            }
            let Some(mut node) = part.node else { continue };
            if let Some((target, alt)) = part.link.as_ref().filter(|_| new_link) {
                let rest: f32 = heights.iter().skip(index).take_while(|(other, _)| *other == atom.part).map(|(_, height)| height).sum();
                let parent = if starts { node } else { self.document.parent(node).unwrap_or(owner) };
                let rect = [cell.x, y, cell.x + part.width.max(8.0), y + rest];
                node = self.document.node(Role::Link, parent);
                self.document.place(Some(node), Item::Link { rect, target: target.clone(), alt: alt.clone() });
                part.node = Some(node);
            }
            match &atom.drawn {
                Drawn::Line(line) => {
                    let inset = if let Some(mark) = part.mark {
                        if starts {
                            let centre = y + line.baseline - 2.7;
                            shapes::mark(mark, cell.x, centre).into_iter().for_each(|item| self.document.place(None, item));
                        }
                        shapes::MARK
                    } else {
                        0.0
                    };
                    line.items(cell.x + inset, y).for_each(|item| self.document.place(Some(node), item));
                }
                Drawn::Bar(interval) => {
                    let top = y + (atom.height - BAR) / 2.0;
                    chart::bar(*interval, cell.x, top, cell.width, BAR).into_iter().for_each(|item| self.document.place(Some(node), item));
                }
                Drawn::Strip(stretches) => {
                    let items = chart::strip(stretches, cell.x, y + 1.0, cell.width, atom.height - 2.0);
                    items.into_iter().for_each(|item| self.document.place(Some(node), item));
                }
            }
            y += atom.height;
        }
    }
}

/// What of a cell fits into a height; at least one atom, else a cell could stop the report.
fn take(atoms: &mut VecDeque<Atom>, room: f32) -> Vec<Atom> {
    let mut used = 0.0;
    let mut out = Vec::new();
    while let Some(atom) = atoms.front() {
        if !out.is_empty() && used + atom.height > room + 0.01 {
            break;
        }
        used += atom.height;
        out.extend(atoms.pop_front());
    }
    out
}
