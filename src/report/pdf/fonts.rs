//! The bundled faces: their bytes, which characters they cover, what stands in for the others.
//!
//! Resource names are other people's text. A character that no face covers, or that cannot be seen at all (controls, joiners,
//! direction overrides: the favourite tools of look-alike names), is printed as `[U+0939]` and counted, never dropped.

use printpdf::ParsedFont;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One bundled face.
pub struct Face {
    /// PostScript name.
    pub name: &'static str,
    /// The font file.
    pub bytes: &'static [u8],
    /// Advance width by glyph id, font units.
    pub widths: Vec<u16>,
    /// Units per em.
    pub units: u16,
    covered: Vec<(u32, u32)>,
}

const FILES: [(&str, &[u8]); 4] = [
    ("NotoSans-Regular", include_bytes!("../../../templates/pdf/fonts/NotoSans-Regular.ttf")),
    ("NotoSans-Bold", include_bytes!("../../../templates/pdf/fonts/NotoSans-Bold.ttf")),
    ("NotoSans-Italic", include_bytes!("../../../templates/pdf/fonts/NotoSans-Italic.ttf")),
    ("NotoSansMono-Regular", include_bytes!("../../../templates/pdf/fonts/NotoSansMono-Regular.ttf")),
];

/// All faces, and what they could not print so far.
pub struct Fonts {
    /// By index, as [`super::page::Run::face`] names them.
    pub faces: Vec<Face>,
    /// Characters that were replaced, and how often.
    pub replaced: BTreeMap<char, u64>,
}

impl Fonts {
    /// Reads the bundled files.
    ///
    /// # Errors
    /// When one of them is not a font.
    pub fn bundled() -> Result<Self, String> {
        let faces = FILES.iter().map(|(name, bytes)| Face::read(name, bytes)).collect::<Result<_, _>>()?;
        Ok(Self { faces, replaced: BTreeMap::new() })
    }

    /// The text with everything replaced that cannot be printed. Line feeds stay, tabs become four spaces.
    pub fn printable<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        if text.chars().all(|c| c == '\n' || self.covers(c)) {
            return Cow::Borrowed(text);
        }
        self.rewrite(text, |fonts, c| fonts.covers(c))
    }

    /// The text with every character replaced that `keep` refuses.
    pub fn rewrite<'a>(&mut self, text: &'a str, keep: impl Fn(&Self, char) -> bool) -> Cow<'a, str> {
        let mut out = String::with_capacity(text.len() + 16);
        let mut open = false;
        let mut buffer = [0; 4];
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\r' && chars.peek() == Some(&'\n') {
                continue;
            }
            if c == '\n' || c == '\t' || keep(self, c) {
                if std::mem::take(&mut open) {
                    out.push(']');
                }
                out.push_str(if c == '\t' { "    " } else { c.encode_utf8(&mut buffer) });
            } else {
                *self.replaced.entry(c).or_default() += 1;
                out.push_str(if open { " " } else { "[" });
                open = true;
                let _ = write!(out, "U+{:04X}", u32::from(c));
            }
        }
        if open {
            out.push(']');
        }
        Cow::Owned(out)
    }

    /// The text for places that print with fonts of the reader's own, such as a window's title: only what cannot be seen is replaced.
    pub fn visible(&mut self, text: &str) -> String {
        self.rewrite(text, |_, c| !unseen(c)).replace('\n', " ")
    }

    /// Whether some face draws the character so that a reader can see it.
    #[must_use]
    pub fn covers(&self, c: char) -> bool {
        matches!(c, ' '..='~') || (!unseen(c) && self.faces.iter().take(1).chain(self.faces.last()).any(|face| face.covers(c)))
    }
}

impl Face {
    fn read(name: &'static str, bytes: &'static [u8]) -> Result<Self, String> {
        let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).ok_or_else(|| format!("{name} is not a font"))?;
        let count = font.glyph_widths.keys().next_back().map_or(0, |last| usize::from(*last) + 1);
        let mut widths = vec![0; count];
        for (glyph, width) in &font.glyph_widths {
            if let Some(slot) = widths.get_mut(usize::from(*glyph)) {
                *slot = *width;
            }
        }
        let mut covered: Vec<(u32, u32)> = Vec::new();
        for (code, _) in font.codepoint_to_glyph.iter().filter(|(_, glyph)| **glyph != 0) {
            match covered.last_mut() {
                Some((_, end)) if *end + 1 == *code => *end = *code,
                _ => covered.push((*code, *code)),
            }
        }
        Ok(Self { name, bytes, widths, units: font.units_per_em.max(1), covered })
    }

    fn covers(&self, c: char) -> bool {
        let code = u32::from(c);
        let after = self.covered.partition_point(|(start, _)| *start <= code);
        after.checked_sub(1).and_then(|index| self.covered.get(index)).is_some_and(|(_, end)| code <= *end)
    }

    /// Advance width in thousandths of the font size, rounded down as the file's width table is.
    #[must_use]
    pub fn advance(&self, glyph: u16) -> f32 {
        let width = self.widths.get(usize::from(glyph)).copied().unwrap_or(0);
        (f32::from(width) * 1000.0 / f32::from(self.units)).floor()
    }
}

/// Controls, format characters, variation selectors and private use: Unicode's `Cc`, `Cf`, `Co` and default ignorables.
fn unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x00..=0x1F | 0x7F..=0x9F | 0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x115F..=0x1160 | 0x17B4..=0x17B5
        | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFF | 0x110BD | 0x110CD | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_replaced_and_counted() {
        let mut fonts = Fonts::bundled().unwrap();
        assert_eq!(fonts.printable("Zürich – Ёж λ"), "Zürich – Ёж λ");
        assert_eq!(fonts.printable("a\tb\r\nc"), "a    b\nc");
        assert_eq!(fonts.printable("北京db"), "[U+5317 U+4EAC]db");
        assert_eq!(fonts.printable("pay\u{202E}lap"), "pay[U+202E]lap");
        assert_eq!(fonts.printable("a\u{200B}b\u{200B}"), "a[U+200B]b[U+200B]");
        assert_eq!(fonts.replaced.get(&'\u{200B}'), Some(&2));
        assert_eq!(fonts.replaced.len(), 4);
    }
}
