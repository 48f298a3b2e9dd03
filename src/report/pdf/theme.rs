//! The look: one family, one accent, a grid of four points, wide margins. Every measure and colour of the report is here.

use super::page::{Colour, HEIGHT, WIDTH};
use super::typeset::{Align, Style};
use crate::model::{Severity, Verdict};
use crate::posture::Status;

/// Text.
pub const INK: Colour = Colour(0x16, 0x1B, 0x22);
/// Secondary text; 7:1 on white.
pub const GREY: Colour = Colour(0x50, 0x58, 0x63);
/// Hairlines.
pub const LINE: Colour = Colour(0xCF, 0xD4, 0xDA);
/// Surfaces.
pub const WASH: Colour = Colour(0xF3, 0xF5, 0xF7);
/// The empty part of a bar.
pub const TRACK: Colour = Colour(0xE3, 0xE7, 0xEB);
/// The accent.
pub const ACCENT: Colour = Colour(0x0B, 0x4F, 0x6C);
/// The accent as a surface.
pub const ACCENT_WASH: Colour = Colour(0xD9, 0xE7, 0xED);

/// Left edge of the text.
pub const LEFT: f32 = 62.0;
/// Right edge of the text.
pub const RIGHT: f32 = WIDTH - 62.0;
/// Width of the text.
pub const MEASURE: f32 = RIGHT - LEFT;
/// Top of the text.
pub const TOP: f32 = 84.0;
/// Bottom of the text.
pub const BOTTOM: f32 = HEIGHT - 74.0;
/// Top of the running head.
pub const HEAD_Y: f32 = 42.0;
/// Top of the running foot.
pub const FOOT_Y: f32 = HEIGHT - 48.0;
/// Height of a full page of text.
pub const PAGE: f32 = BOTTOM - TOP;

const fn style(size: f32, leading: f32, colour: Colour) -> Style {
    Style { size, leading, colour, bold: false, italic: false, mono: false, marks: false, align: Align::Left }
}

/// Running text.
pub const BODY: Style = style(9.2, 1.5, INK);
/// Running text of the catalog, with `marks` around computer text.
pub const PROSE: Style = marked(BODY);
/// The first sentences of a report.
pub const LEAD: Style = style(13.0, 1.42, INK);
/// Notes under things.
pub const NOTE: Style = style(7.6, 1.42, GREY);
/// Table cells.
pub const CELL: Style = style(8.0, 1.38, INK);
/// Secondary text in table cells.
pub const CELL_NOTE: Style = style(7.2, 1.38, GREY);
/// Identifiers in table cells.
pub const CELL_CODE: Style = Style { mono: true, ..style(6.6, 1.4, GREY) };
/// Column heads.
pub const HEAD: Style = style(7.0, 1.35, GREY);
/// Identifiers in running text.
pub const CODE: Style = Style { mono: true, ..style(7.6, 1.45, INK) };
/// Running head and foot.
pub const FURNITURE: Style = style(7.0, 1.3, GREY);
/// Identifiers in the foot.
pub const FURNITURE_CODE: Style = Style { mono: true, ..style(6.4, 1.42, GREY) };

/// Number above the title of a chapter.
pub const NUMBER: Style = bold(style(12.0, 1.6, ACCENT));

/// Headings, by level from 1.
#[must_use]
pub const fn heading(level: u8) -> Style {
    match level {
        1 => bold(style(23.0, 1.18, INK)),
        2 => bold(style(13.0, 1.3, INK)),
        _ => bold(style(9.6, 1.4, INK)),
    }
}

/// The bold face of a style.
#[must_use]
pub const fn bold(style: Style) -> Style {
    Style { bold: true, ..style }
}

/// A style for prose of the catalog, in which `marks` enclose computer text.
#[must_use]
pub const fn marked(style: Style) -> Style {
    Style { marks: true, ..style }
}

/// A style in another colour.
#[must_use]
pub const fn tint(style: Style, colour: Colour) -> Style {
    Style { colour, ..style }
}

/// A style even on the right: numbers.
#[must_use]
pub const fn right(style: Style) -> Style {
    Style { align: Align::Right, ..style }
}

/// The small shape before a status word. Shape and word tell the status; colour only helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Filled square.
    Fail,
    /// Square outline, hatched.
    Unknown,
    /// Half a disc.
    Partial,
    /// Ring.
    Manual,
    /// Disc.
    Pass,
    /// Dash.
    Nothing,
}

impl Mark {
    /// Its colour; all differ in lightness too, so that they survive a grey printer and red-green blindness.
    #[must_use]
    pub const fn colour(self) -> Colour {
        match self {
            Self::Fail => Colour(0xA8, 0x2A, 0x0B),
            Self::Unknown => Colour(0x6B, 0x3F, 0x8C),
            Self::Partial => Colour(0x8A, 0x5A, 0x00),
            Self::Manual | Self::Nothing => GREY,
            Self::Pass => Colour(0x1B, 0x5E, 0x4A),
        }
    }
}

impl From<Status> for Mark {
    fn from(status: Status) -> Self {
        match status {
            Status::Fail => Self::Fail,
            Status::Unknown => Self::Unknown,
            Status::Partial => Self::Partial,
            Status::Manual => Self::Manual,
            Status::Pass => Self::Pass,
            Status::NotAssessed | Status::NotApplicable => Self::Nothing,
        }
    }
}

impl From<Verdict> for Mark {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Fail => Self::Fail,
            Verdict::Unknown => Self::Unknown,
            Verdict::Manual => Self::Manual,
            Verdict::Pass => Self::Pass,
            Verdict::NotApplicable => Self::Nothing,
        }
    }
}

/// The style of a severity's word: the worse, the heavier.
#[must_use]
pub const fn severity(severity: Severity, style: Style) -> Style {
    match severity {
        Severity::Critical | Severity::High => bold(style),
        Severity::Medium => style,
        Severity::Low | Severity::Info => tint(style, GREY),
    }
}
