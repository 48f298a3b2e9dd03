//! Blocks onto pages: a cursor that moves down, breaks pages, and never leaves a heading alone.

pub mod chart;
mod prose;
pub mod shapes;
pub mod table;

use super::page::{Anchor, Colour, Document, Item, NodeId, OutlineEntry, Role};
use super::press::Press;
use super::theme::{self, BOTTOM, LEFT, MEASURE, TOP};
use super::typeset::{Block, Style, Typesetter, draw};

/// Between computer text and the edge of its wash.
const INSET: f32 = 6.0;

/// The cursor, with what it writes to.
pub struct Flow {
    /// Shapes text.
    pub setter: Typesetter,
    /// The pages so far.
    pub document: Document,
    /// Where the next block goes.
    pub y: f32,
    /// The structure node that new blocks belong to.
    pub section: NodeId,
    /// Chapters begun.
    chapters: u32,
    /// Level of the last heading in the structure, which goes down by single steps whatever a heading looks like.
    depth: u8,
    held: Vec<Held>,
}

/// Something that must stand on the page of whatever follows it.
struct Held {
    number: Option<Block>,
    block: Block,
    role: Role,
    section: NodeId,
    before: f32,
    after: f32,
    anchor: Option<String>,
    entry: Option<(u8, String, bool)>,
}

impl Held {
    fn height(&self) -> f32 {
        self.block.height() + self.number.as_ref().map_or(0.0, Block::height)
    }
}

/// A heading.
pub struct Heading<'a> {
    /// 1 to 3.
    pub level: u8,
    /// Number of a chapter, printed above its title.
    pub number: Option<u32>,
    /// Its text.
    pub text: &'a str,
    /// The name links use.
    pub anchor: Option<String>,
    /// Whether the contents page lists it.
    pub in_contents: bool,
}

impl Flow {
    /// Starts without a page; `accent` stands in for the accent of the theme.
    #[must_use]
    pub fn new(setter: Typesetter, accent: Option<Colour>) -> Self {
        let press = Press::new(setter.fonts.faces.len(), accent);
        Self { setter, document: Document::new(press), y: BOTTOM, section: 0, chapters: 0, depth: 0, held: Vec::new() }
    }

    /// Room left on the page.
    #[must_use]
    pub fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Whether nothing stands on the page yet.
    #[must_use]
    pub fn at_top(&self) -> bool {
        self.y <= TOP
    }

    /// Starts a page.
    pub fn new_page(&mut self) {
        self.document.new_page();
        self.y = TOP;
    }

    /// Starts a section of the structure tree.
    pub fn open_section(&mut self) {
        self.section = self.document.node(Role::Section, 0);
    }

    /// Starts a chapter; on a page of its own, or below the last one where most of the page is free.
    pub fn chapter(&mut self, title: &str, anchor: &str, own_page: bool) {
        self.chapters += 1;
        self.close();
        self.open_section();
        if !self.at_top() && (own_page || self.room() < theme::PAGE * 0.3) {
            self.new_page();
        }
        let number = Some(self.chapters);
        self.heading(Heading { level: 1, number, text: title, anchor: Some(anchor.to_owned()), in_contents: true });
    }

    /// Free space, dropped at the top of a page.
    pub fn space(&mut self, height: f32) {
        if !self.at_top() {
            self.y += height;
        }
    }

    /// Announces a heading; it is drawn together with the block that follows.
    pub fn heading(&mut self, heading: Heading<'_>) {
        let Heading { level, number, text, anchor, in_contents } = heading;
        let block = self.setter.set(text, theme::heading(level), MEASURE);
        let (before, after) = match level {
            1 => (40.0, 16.0),
            2 => (24.0, 6.0),
            _ => (14.0, 3.0),
        };
        let title = number.map_or_else(|| text.to_owned(), |number| format!("{number} {text}"));
        let number = number.map(|number| self.setter.set(&number.to_string(), theme::NUMBER, MEASURE));
        self.depth = level.min(self.depth + 1);
        let entry = Some((self.depth, title, in_contents));
        self.held.push(Held { number, block, role: Role::Heading(self.depth), section: self.section, before, after, anchor, entry });
    }

    /// A line that belongs to the block after it.
    pub fn lead_in(&mut self, text: &str, style: Style, after: f32) {
        let block = self.setter.set(text, style, MEASURE);
        let (role, section) = (Role::Paragraph, self.section);
        self.held.push(Held { number: None, block, role, section, before: 0.0, after, anchor: None, entry: None });
    }

    /// Makes sure that `height` fits below what is held, then draws what is held.
    pub fn open(&mut self, height: f32) {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() && height <= 0.0 {
            return;
        }
        let top = self.at_top() || self.document.pages() == 0;
        let needed: f32 = held
            .iter()
            .enumerate()
            .map(|(index, held)| if index == 0 && top { 0.0 } else { held.before } + held.height() + held.after)
            .sum();
        if self.document.pages() == 0 || (needed + height > self.room() + 0.01 && !self.at_top()) {
            self.new_page();
        }
        for (index, held) in held.into_iter().enumerate() {
            // A pile of headings taller than a page still has to go somewhere.
            if held.height() > self.room() && !self.at_top() {
                self.new_page();
            }
            // Headings in a row belong closer together than to the text above them.
            self.space(if index == 0 { held.before } else { held.before * 0.5 });
            let anchor = Anchor { page: self.document.last(), y: self.y };
            if let Some(name) = held.anchor {
                self.document.anchors.insert(name, anchor);
            }
            if let Some((level, title, in_contents)) = held.entry {
                self.document.outline.push(OutlineEntry { level, title, anchor, in_contents });
            }
            let node = self.document.node(held.role, held.section);
            if let Some(number) = &held.number {
                self.lines(number, LEFT, node);
            }
            self.lines(&held.block, LEFT, node);
            self.y += held.after;
        }
    }

    /// Draws what is held although nothing follows.
    pub fn close(&mut self) {
        self.open(0.0);
    }

    /// Draws a block line by line, over pages if it must; never one line alone at either end of a page.
    fn lines(&mut self, block: &Block, x: f32, node: NodeId) {
        let count = block.lines.len();
        for (index, line) in block.lines.iter().enumerate() {
            let pair = index == 0 || index + 2 == count;
            let next = block.lines.get(index + 1).filter(|_| pair).map_or(0.0, |line| line.height);
            if line.height + next > self.room() + 0.01 && !self.at_top() {
                self.new_page();
            }
            for item in line.items(x, self.y) {
                self.document.place(Some(node), item);
            }
            self.y += line.height;
        }
    }

    /// A paragraph over the full width, with the space after it.
    pub fn paragraph(&mut self, text: &str, style: Style, after: f32) {
        let block = self.setter.set(text, style, MEASURE);
        let first: f32 = block.lines.iter().take(2).map(|line| line.height).sum();
        self.open(first);
        let node = self.document.node(Role::Paragraph, self.section);
        self.lines(&block, LEFT, node);
        self.y += after;
    }

    /// Computer text on a wash, as it stands.
    pub fn code(&mut self, text: &str, indent: f32, after: f32) {
        let block = self.setter.set(text, theme::CODE, MEASURE - indent - 2.0 * INSET);
        // A short piece stays whole.
        let height = block.height();
        self.open(if height < theme::PAGE * 0.3 { height } else { 40.0 } + 2.0 * INSET);
        let node = self.document.node(Role::Code, self.section);
        self.washed(&block, indent, node);
        self.y += after;
    }

    /// A block on a wash, over pages if it must.
    fn washed(&mut self, block: &Block, indent: f32, node: NodeId) {
        let mut lines = block.lines.as_slice();
        while !lines.is_empty() {
            let mut height = 0.0;
            let room = self.room() - 2.0 * INSET;
            let fitting = lines.iter().take_while(|line| {
                height += line.height;
                height <= room + 0.01
            });
            let count = fitting.count();
            if count == 0 && !self.at_top() {
                self.new_page();
                continue;
            }
            let (now, later) = lines.split_at_checked(count.max(1)).unwrap_or((lines, &[]));
            let tall: f32 = now.iter().map(|line| line.height).sum();
            self.rect(LEFT + indent, self.y, MEASURE - indent, tall + 2.0 * INSET, theme::WASH);
            let part = Block { lines: now.to_vec(), width: 0.0 };
            draw(&mut self.document, &part, LEFT + indent + INSET, self.y + INSET, Some(node));
            self.y += tall + 2.0 * INSET;
            lines = later;
            if !lines.is_empty() {
                self.new_page();
            }
        }
    }

    /// A line of text that leads somewhere, set in by `indent`.
    pub fn link_line(&mut self, text: &str, target: &str, alt: &str, indent: f32, after: f32) {
        let block = self.setter.set(text, theme::tint(theme::CELL, theme::ACCENT), MEASURE - indent);
        self.open(block.height());
        let (x, y) = (LEFT + indent, self.y);
        let parent = self.document.node(Role::Paragraph, self.section);
        let node = self.link(parent, [x, y, x + block.width, y + block.height()], target, alt);
        self.y += draw(&mut self.document, &block, x, y, Some(node)) + after;
    }

    /// A filled rectangle, decoration.
    pub fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, fill: Colour) {
        self.document.place(None, shapes::rectangle(x, y, width, height, Some(fill), None));
    }

    /// A line from the left edge of the text, decoration.
    pub fn rule(&mut self, y: f32, length: f32, colour: Colour, width: f32) {
        self.document.place(None, shapes::line(LEFT, y, LEFT + length, y, colour, width));
    }

    /// A link over a rectangle of the last page, below `parent`; returns its node for the text.
    pub fn link(&mut self, parent: NodeId, rect: [f32; 4], target: &str, alt: &str) -> NodeId {
        let node = self.document.node(Role::Link, parent);
        self.document.place(Some(node), Item::Link { rect, target: target.to_owned(), alt: alt.to_owned() });
        node
    }
}
