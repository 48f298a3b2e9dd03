//! Which structure node owns which piece of which page: filled by the writer, read by the archive step.

use super::page::{NodeId, Role};

/// A piece of a page that belongs to a node. A large report has a million of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The node.
    pub node: u32,
    /// Index of the page.
    pub page: u32,
    /// Number of the piece on its page (PDF's MCID).
    pub number: u32,
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
    /// In order of pages, and on each in order of numbers.
    pub pieces: Vec<Piece>,
    /// Links, in order of pages.
    pub links: Vec<LinkSpot>,
    pages: u32,
    number: u32,
}

impl Tags {
    /// Opens the next page.
    pub fn open_page(&mut self) {
        self.pages += 1;
        self.number = 0;
    }

    /// Gives a node a piece of the open page; its number.
    pub fn piece(&mut self, node: NodeId) -> u32 {
        let number = self.number;
        self.pieces.push(Piece { node: u32::try_from(node).unwrap_or(0), page: self.pages.saturating_sub(1), number });
        self.number += 1;
        number
    }

    /// Notes a link on the open page.
    pub fn link(&mut self, link: LinkSpot) {
        let page = usize::try_from(self.pages.saturating_sub(1)).unwrap_or(0);
        self.links.push(LinkSpot { page, ..link });
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
