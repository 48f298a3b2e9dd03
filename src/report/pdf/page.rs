//! The report laid out, without a word about the file format: pages of items, structure nodes, anchors, outline.
//!
//! Lengths are points (1/72 inch); `y` grows downwards from the top edge of the page.

use std::collections::BTreeMap;

/// sRGB, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

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

/// A node of the structure tree. Its children are the nodes that name it as parent, in order of creation.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// `None` for the root only.
    pub parent: Option<NodeId>,
    /// What a drawing shows, in words.
    pub alt: Option<Box<str>>,
    /// Page and box of a drawing: left, top, right, bottom.
    pub bounds: Option<(usize, [f32; 4])>,
    /// Columns a cell covers.
    pub columns: u16,
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

/// The whole report, laid out.
#[derive(Debug, Default)]
pub struct Document {
    /// Pages.
    pub pages: Vec<Page>,
    /// Structure; node 0 is the root.
    pub nodes: Vec<Node>,
    /// Named places.
    pub anchors: BTreeMap<String, Anchor>,
    /// Bookmarks, in order.
    pub outline: Vec<OutlineEntry>,
}

impl Document {
    /// An empty one, with its root node.
    #[must_use]
    pub fn new() -> Self {
        let root = Node { role: Role::Document, parent: None, alt: None, bounds: None, columns: 1 };
        Self { nodes: vec![root], ..Self::default() }
    }

    /// Adds a node below `parent`.
    pub fn node(&mut self, role: Role, parent: NodeId) -> NodeId {
        self.nodes.push(Node { role, parent: Some(parent), alt: None, bounds: None, columns: 1 });
        self.nodes.len() - 1
    }

    /// Adds a drawing with its words and its box on the last page.
    pub fn figure(&mut self, parent: NodeId, alt: String, bounds: [f32; 4]) -> NodeId {
        let id = self.node(Role::Figure, parent);
        let page = self.pages.len().saturating_sub(1);
        if let Some(node) = self.nodes.get_mut(id) {
            node.alt = Some(alt.into());
            node.bounds = Some((page, bounds));
        }
        id
    }

    /// Puts an item on the last page; before the first page there is nowhere to put it.
    pub fn place(&mut self, tag: Option<NodeId>, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(Placed { tag, item });
        }
    }

    /// Moves the last `count` pages so that they follow page `after`, and every place with them.
    pub fn move_tail(&mut self, count: usize, after: usize) {
        let total = self.pages.len();
        let (Some(first), true) = (total.checked_sub(count), after < total) else { return };
        let to = after + 1;
        if first < to {
            return;
        }
        let shift = |page: usize| match page {
            page if page < to => page,
            page if page >= first => page - first + to,
            page => page + count,
        };
        if let Some(slice) = self.pages.get_mut(to..) {
            slice.rotate_right(count);
        }
        for anchor in self.anchors.values_mut().chain(self.outline.iter_mut().map(|entry| &mut entry.anchor)) {
            anchor.page = shift(anchor.page);
        }
        for (page, _) in self.nodes.iter_mut().filter_map(|node| node.bounds.as_mut()) {
            *page = shift(*page);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn moved_pages_take_their_places_along() {
        let mut document = Document::new();
        for index in 0..5_u8 {
            document.pages.push(Page::default());
            document.anchors.insert(index.to_string(), Anchor { page: usize::from(index), y: 0.0 });
            document.figure(0, index.to_string(), [0.0; 4]);
        }
        document.move_tail(2, 0);
        let pages: Vec<usize> = document.anchors.values().map(|anchor| anchor.page).collect();
        assert_eq!(pages, [0, 3, 4, 1, 2]);
        let drawn: Vec<usize> = document.nodes.iter().filter_map(|node| node.bounds.map(|(page, _)| page)).collect();
        assert_eq!(drawn, [0, 3, 4, 1, 2]);
    }
}
