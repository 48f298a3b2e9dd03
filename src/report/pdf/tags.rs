//! Which structure node owns which piece of which page: filled by the writer, read by the archive step.

use super::page::{NodeId, Role};

/// A piece of a page that belongs to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Index of the page.
    pub page: usize,
    /// Number of the piece on its page (PDF's MCID).
    pub number: usize,
}

/// A link to make.
#[derive(Debug, Clone)]
pub struct LinkSpot {
    /// Index of the page.
    pub page: usize,
    /// Its node.
    pub node: NodeId,
    /// Left, bottom, right, top, counted from the bottom of the page.
    pub rect: [f32; 4],
    /// Name of the anchor it leads to.
    pub target: String,
    /// What it does.
    pub alt: String,
}

/// The bookkeeping of marked content.
#[derive(Debug, Default)]
pub struct Tags {
    /// By page: the node of each piece, by number.
    pub pages: Vec<Vec<NodeId>>,
    /// By node: its pieces, in reading order.
    pub pieces: Vec<Vec<Piece>>,
    /// Links, in order of pages.
    pub links: Vec<LinkSpot>,
}

impl Tags {
    /// For a number of nodes.
    #[must_use]
    pub fn new(nodes: usize) -> Self {
        Self { pages: Vec::new(), pieces: vec![Vec::new(); nodes], links: Vec::new() }
    }

    /// Opens the next page.
    pub fn open_page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// Gives a node a piece of the open page; its number.
    pub fn piece(&mut self, node: NodeId) -> usize {
        let page = self.pages.len().saturating_sub(1);
        let Some(pieces) = self.pages.last_mut() else { return 0 };
        let number = pieces.len();
        pieces.push(node);
        if let Some(owned) = self.pieces.get_mut(node) {
            owned.push(Piece { page, number });
        }
        number
    }
}

/// The standard structure type of a role (ISO 32000-1, 14.8.4).
#[must_use]
pub fn structure_type(role: Role) -> &'static str {
    match role {
        Role::Document => "Document",
        Role::Section => "Sect",
        Role::Heading(1) => "H1",
        Role::Heading(2) => "H2",
        Role::Heading(_) => "H3",
        Role::Paragraph => "P",
        Role::List => "L",
        Role::ListItem => "LI",
        Role::Label => "Lbl",
        Role::ListBody => "LBody",
        Role::Table => "Table",
        Role::TableHead => "THead",
        Role::TableBody => "TBody",
        Role::TableRow => "TR",
        Role::ColumnHeader | Role::RowHeader => "TH",
        Role::TableCell => "TD",
        Role::Figure => "Figure",
        Role::Contents => "TOC",
        Role::ContentsItem => "TOCI",
        Role::Link => "Link",
        Role::Code => "Code",
    }
}
