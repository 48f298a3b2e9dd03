//! The report laid out, without a word about the file format: pages of items, structure nodes, anchors, outline.
//!
//! Lengths are points (1/72 inch); `y` grows downwards from the top edge of the page.

use super::press::Press;
use lopdf::ObjectId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// sRGB, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// The same as a surface: one part in seven, the rest white.
    #[must_use]
    pub fn washed(self) -> Self {
        let part = |value: u8| 255 - (255 - value) / 7;
        Self(part(self.0), part(self.1), part(self.2))
    }
}

/// Index into [`Document::nodes`].
pub type NodeId = usize;

/// A4.
pub const WIDTH: f32 = 595.28;
/// A4.
pub const HEIGHT: f32 = 841.89;

/// Glyphs of one face on one baseline.
#[derive(Debug, Clone)]
pub struct Run {
    /// Index of the face.
    pub face: usize,
    /// Font size.
    pub size: f32,
    /// Fill.
    pub colour: Colour,
    /// Left end.
    pub x: f32,
    /// Baseline.
    pub y: f32,
    /// Glyph ids of the whole face, in visual order.
    pub glyphs: Box<[u16]>,
    /// Before glyph `.0` the pen moves left by `.1` thousandths of the font size (kerning, mark positions).
    pub shifts: Box<[(u16, i16)]>,
    /// The text, where glyphs alone do not tell it.
    pub actual: Option<Box<str>>,
}

/// How a path is stroked.
#[derive(Debug, Clone, Copy)]
pub struct Stroke {
    /// Colour.
    pub colour: Colour,
    /// Line width.
    pub width: f32,
    /// Lengths of dash and gap.
    pub dash: Option<(f32, f32)>,
}

/// Pixels on white paper.
#[derive(Debug)]
pub struct Image {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Three bytes a pixel, row by row from the top.
    pub rgb: Box<[u8]>,
}

/// What stands on a page.
#[derive(Debug, Clone)]
pub enum Item {
    /// Text.
    Text(Run),
    /// A polyline or polygon.
    Path {
        /// Corners.
        points: Vec<(f32, f32)>,
        /// Whether the last corner joins the first.
        closed: bool,
        /// Inside.
        fill: Option<Colour>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A picture.
    Picture {
        /// Left, top, right, bottom.
        rect: [f32; 4],
        /// What it shows.
        image: Arc<Image>,
    },
    /// A place to click; its tag is a [`Role::Link`] node.
    Link {
        /// Left, top, right, bottom.
        rect: [f32; 4],
        /// Name of an anchor.
        target: String,
        /// What the link does, in words.
        alt: String,
    },
}

/// An item and the structure node it belongs to; `None` is decoration (an artifact).
#[derive(Debug, Clone)]
pub struct Placed {
    /// The node.
    pub tag: Option<NodeId>,
    /// The item.
    pub item: Item,
}

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// In drawing and reading order.
    pub items: Vec<Placed>,
}

/// What a structure node is. The names are those of PDF's standard structure types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The whole.
    Document,
    /// A part with a heading.
    Section,
    /// A heading, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// Terms and their descriptions.
    List,
    /// One term with its description.
    ListItem,
    /// The term.
    Label,
    /// The description.
    ListBody,
    /// A table.
    Table,
    /// Its head.
    TableHead,
    /// Its rows.
    TableBody,
    /// A row.
    TableRow,
    /// A header cell of a column.
    ColumnHeader,
    /// A header cell of a row.
    RowHeader,
    /// A data cell.
    TableCell,
    /// A drawing.
    Figure,
    /// The table of contents.
    Contents,
    /// One line of it.
    ContentsItem,
    /// A link.
    Link,
    /// Computer text.
    Code,
}

/// A node of the structure tree. Its children are the nodes that name it as parent, in order of creation. Kept small: a large report has
/// a million of them.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// Columns a cell covers.
    pub columns: u16,
    /// `None` for the root only.
    pub parent: Option<u32>,
}

/// A node that draws something.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// What it shows, in words.
    pub alt: Box<str>,
    /// Left, top, right, bottom.
    pub bounds: [f32; 4],
}

/// A place to go to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Index of the page.
    pub page: usize,
    /// Height on the page.
    pub y: f32,
}

/// One entry of the outline.
#[derive(Debug, Clone)]
pub struct OutlineEntry {
    /// 1 to 3.
    pub level: u8,
    /// Its text.
    pub title: String,
    /// Where it leads.
    pub anchor: Anchor,
    /// Whether the contents page lists it too.
    pub in_contents: bool,
}

/// The report while it is laid out. Pages keep the number under which they were begun; in which order they are bound is said at the end.
pub struct Document {
    /// Where finished pages went.
    pub press: Press,
    /// Structure; node 0 is the root.
    pub nodes: Vec<Node>,
    /// Drawings by node.
    pub drawings: BTreeMap<NodeId, Drawing>,
    /// Named places.
    pub anchors: BTreeMap<String, Anchor>,
    /// Bookmarks, in order.
    pub outline: Vec<OutlineEntry>,
    /// Pages in the order of reading, by number.
    pub order: Vec<usize>,
    open: Option<Page>,
    begun: usize,
    failure: Option<String>,
    trial: bool,
}

impl Document {
    /// An empty one, with its root node.
    #[must_use]
    pub fn new(press: Press) -> Self {
        Self {
            press,
            nodes: vec![Node { role: Role::Document, parent: None, columns: 1 }],
            drawings: BTreeMap::new(),
            anchors: BTreeMap::new(),
            outline: Vec::new(),
            order: Vec::new(),
            open: None,
            begun: 0,
            failure: None,
            trial: false,
        }
    }

    /// Pages begun.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.begun
    }

    /// Number of the page that is open.
    #[must_use]
    pub fn last(&self) -> usize {
        self.begun.saturating_sub(1)
    }

    /// Prints the open page and begins another.
    pub fn new_page(&mut self) {
        self.print();
        self.order.push(self.begun);
        self.begun += 1;
        self.open = Some(Page::default());
    }

    /// Prints the open page. A page that cannot be printed is told when all are bound.
    pub fn print(&mut self) {
        if let Some(page) = self.open.take().filter(|_| !self.trial)
            && let Err(message) = self.press.page(page, &self.nodes)
        {
            self.failure.get_or_insert(message);
        }
    }

    /// What printing failed with, if it did.
    ///
    /// # Errors
    /// The first failure.
    pub fn printed(&mut self) -> Result<(), String> {
        self.print();
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Lays something out to see how many pages it takes, and leaves no trace of it. Only for what notes no anchors.
    pub fn begin_trial(&mut self) -> (usize, usize) {
        self.print();
        self.trial = true;
        (self.begun, self.nodes.len())
    }

    /// Ends a trial; the number of pages it took.
    pub fn end_trial(&mut self, (pages, nodes): (usize, usize)) -> usize {
        let taken = self.begun.saturating_sub(pages);
        self.open = None;
        self.trial = false;
        self.begun = pages;
        self.order.truncate(pages);
        self.nodes.truncate(nodes);
        taken
    }

    /// Adds a node below `parent`.
    pub fn node(&mut self, role: Role, parent: NodeId) -> NodeId {
        self.nodes.push(Node { role, parent: u32::try_from(parent).ok(), columns: 1 });
        self.nodes.len() - 1
    }

    /// Adds a drawing with its words and its box on the open page.
    pub fn figure(&mut self, parent: NodeId, alt: String, bounds: [f32; 4]) -> NodeId {
        let id = self.node(Role::Figure, parent);
        self.drawings.insert(id, Drawing { alt: alt.into(), bounds });
        id
    }

    /// The node above a node.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.nodes.get(node)?.parent.and_then(|parent| usize::try_from(parent).ok())
    }

    /// Puts an item on the open page; before the first page there is nowhere to put it.
    pub fn place(&mut self, tag: Option<NodeId>, item: Item) {
        if let Some(page) = &mut self.open {
            page.items.push(Placed { tag, item });
        }
    }

    /// Binds the last `count` pages so that they follow the page in place `after`.
    pub fn move_tail(&mut self, count: usize, after: usize) {
        let total = self.order.len();
        if count <= total && after < total - count {
            self.order[after + 1..].rotate_right(count);
        }
    }

    /// Prints decoration on a printed page: streams of [`Press::overlay`].
    pub fn decorate(&mut self, page: usize, streams: &[ObjectId]) {
        if let Some((_, contents)) = self.press.sheets.get_mut(page) {
            contents.extend_from_slice(streams);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moved_pages_are_bound_elsewhere_and_keep_their_numbers() {
        let mut document = Document::new(Press::new(0, None));
        for _ in 0..3 {
            document.new_page();
        }
        let trial = document.begin_trial();
        document.new_page();
        document.node(Role::Paragraph, 0);
        document.new_page();
        assert_eq!(document.end_trial(trial), 2);
        document.new_page();
        document.new_page();
        document.move_tail(2, 0);
        assert!(document.printed().is_ok());
        assert_eq!(document.order, [0, 3, 4, 1, 2]);
        assert_eq!((document.pages(), document.nodes.len(), document.press.sheets.len()), (5, 1, 5));
    }
}
