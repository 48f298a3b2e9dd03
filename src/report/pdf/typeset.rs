//! Text to lines of glyphs: parley shapes and breaks, this keeps of it what a page needs.

use super::fonts::Fonts;
use super::page::{Colour, Item, NodeId, Run};
use parley::fontique::{Blob, Collection, CollectionOptions};
use parley::style::{FontFamily, FontFeatures, FontStyle, FontWeight, LineHeight, OverflowWrap, StyleProperty, WordBreak};
use parley::{Alignment, FontContext, Layout, LayoutContext};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Font size.
    pub size: f32,
    /// Line height as a multiple of the size.
    pub leading: f32,
    /// Colour.
    pub colour: Colour,
    /// Bold face.
    pub bold: bool,
    /// Italic face.
    pub italic: bool,
    /// The face for identifiers; lines may end within them anywhere.
    pub mono: bool,
    /// Whether `marks` in the text enclose computer text.
    pub marks: bool,
    /// Which side is even.
    pub align: Align,
}

/// Which side of the lines is even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Left, whatever the direction of the script: names stay in their column.
    Left,
    /// Right.
    Right,
}

/// A line of one block.
#[derive(Debug, Clone)]
pub struct Line {
    /// From the top of the line to the next one's.
    pub height: f32,
    /// From the top of the line to its baseline.
    pub baseline: f32,
    /// Glyphs; `x` counts from the left edge of the block, `y` is unset.
    pub runs: Vec<Run>,
}

/// Text set to a width.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Width of the longest line.
    pub width: f32,
}

impl Block {
    /// Sum of the lines.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.lines.iter().map(|line| line.height).sum()
    }
}

impl Line {
    /// The line as items of a page, its block's left edge at `x`, its top at `y`.
    pub fn items(&self, x: f32, y: f32) -> impl Iterator<Item = Item> + '_ {
        let baseline = y + self.baseline;
        self.runs.iter().map(move |run| Item::Text(Run { x: x + run.x, y: baseline, ..run.clone() }))
    }
}

/// Shapes text with the bundled faces and remembers what each glyph stands for.
pub struct Typesetter {
    /// The faces.
    pub fonts: Fonts,
    /// Text of every glyph used, by face and glyph.
    pub meanings: Vec<BTreeMap<u16, Box<str>>>,
    contexts: FontContext,
    layouts: LayoutContext<()>,
    faces: HashMap<u64, usize>,
}

const SANS: &str = "'Noto Sans', 'Noto Sans Mono'";
const MONO: &str = "'Noto Sans Mono', 'Noto Sans'";

impl Typesetter {
    /// With the bundled faces and no others: the fonts of the machine must not change a report.
    ///
    /// # Errors
    /// When a bundled file is not a font.
    pub fn bundled() -> Result<Self, String> {
        let fonts = Fonts::bundled()?;
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut contexts = FontContext { collection: Collection::new(options), source_cache: Default::default() };
        let mut faces = HashMap::new();
        for (index, face) in fonts.faces.iter().enumerate() {
            let blob = Blob::new(Arc::new(face.bytes));
            faces.insert(blob.id(), index);
            contexts.collection.register_fonts(blob, None);
        }
        let meanings = vec![BTreeMap::new(); fonts.faces.len()];
        Ok(Self { fonts, meanings, contexts, layouts: LayoutContext::new(), faces })
    }

    /// Sets text to a width. Whatever the faces cannot print is replaced (see [`Fonts::printable`]).
    pub fn set(&mut self, text: &str, style: Style, width: f32) -> Block {
        let (text, code) = if style.marks { unmarked(text) } else { (Cow::Borrowed(text), Vec::new()) };
        let shown = text.len();
        let mut text = self.fonts.printable(&text);
        // A replaced character is of another length, and then the places of computer text are no longer known.
        let code = if text.len() == shown { code } else { Vec::new() };
        let mut layout = self.shape(&text, style, &code, width);
        let missing = self.missing(&layout, &text);
        if !missing.is_empty() {
            // Covered one by one, but not together: a mark on a letter of another face, an emoji sequence.
            let owned = text.into_owned();
            text = Cow::Owned(self.fonts.rewrite(&owned, |_, c| !missing.contains(&c)).into_owned());
            layout = self.shape(&text, style, &[], width);
        }
        let mut block = Block { lines: Vec::with_capacity(layout.len()), width: layout.width() };
        let mut top = 0.0;
        for line in layout.lines() {
            let metrics = line.metrics();
            let mut x = metrics.offset;
            let mut runs = Vec::new();
            for run in line.runs() {
                let Some(face) = self.faces.get(&run.font().data.id()).copied() else { continue };
                x = self.extract(&run, face, style, &text, x, &mut runs);
            }
            block.lines.push(Line { height: metrics.line_height, baseline: metrics.baseline - top, runs });
            top += metrics.line_height;
        }
        block
    }

    fn shape(&mut self, text: &str, style: Style, code: &[Range<usize>], width: f32) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.contexts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::Source(if style.mono { MONO } else { SANS }.into())));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        // A ligature is one glyph for several letters: pretty, and a trap for whoever copies an identifier.
        builder.push_default(StyleProperty::FontFeatures(FontFeatures::Source("'liga' 0, 'clig' 0, 'calt' 0".into())));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        if style.italic {
            builder.push_default(StyleProperty::FontStyle(FontStyle::Italic));
        }
        if style.mono {
            // The rules for words leave a lone slash on a line before a long path segment.
            builder.push_default(StyleProperty::WordBreak(WordBreak::BreakAll));
        }
        for range in code {
            builder.push(StyleProperty::FontFamily(FontFamily::Source(MONO.into())), range.clone());
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        let alignment = match style.align {
            Align::Left => Alignment::Left,
            Align::Right => Alignment::Right,
        };
        layout.align(alignment, Default::default());
        layout
    }

    /// Characters of clusters that came out as the face's "no such glyph".
    fn missing(&self, layout: &Layout<()>, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for run in layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()) {
            for cluster in run.visual_clusters().filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0)) {
                missing.extend(text.get(cluster.text_range()).unwrap_or("").chars().filter(|c| *c != '\n'));
            }
        }
        missing
    }

    /// Appends a shaped run; returns where the pen stands after it.
    fn extract(&mut self, run: &parley::Run<'_, ()>, face: usize, style: Style, text: &str, start: f32, into: &mut Vec<Run>) -> f32 {
        let mut glyphs: Vec<u16> = Vec::new();
        let mut shifts: Vec<(u16, i16)> = Vec::new();
        let (mut low, mut high) = (usize::MAX, 0);
        let mut ambiguous = run.is_rtl();
        let mut raised = false;
        // Where shaping wants the pen, and where the file's own widths put it.
        let (mut wanted, mut pen) = (start, start);
        for cluster in run.visual_clusters() {
            let range = cluster.text_range();
            let cluster_text = text.get(range.clone()).unwrap_or("");
            if cluster_text == "\n" {
                continue;
            }
            low = low.min(range.start);
            high = high.max(range.end);
            ambiguous |= cluster.is_ligature_continuation() || cluster.is_ligature_start();
            let count = cluster.glyphs().count();
            for (index, glyph) in cluster.glyphs().enumerate() {
                let id = u16::try_from(glyph.id).unwrap_or(0);
                let shift = ((pen - (wanted + glyph.x)) * 1000.0 / style.size).round().clamp(-32_000.0, 32_000.0);
                if shift != 0.0 {
                    #[allow(clippy::cast_possible_truncation)]
                    shifts.push((u16::try_from(glyphs.len()).unwrap_or(u16::MAX), shift as i16));
                    pen -= shift * style.size / 1000.0;
                }
                raised |= glyph.y != 0.0;
                ambiguous |= self.means(face, id, cluster_text, index, count);
                glyphs.push(id);
                pen += self.fonts.faces.get(face).map_or(0.0, |face| face.advance(id)) * style.size / 1000.0;
                wanted += glyph.advance;
            }
        }
        if glyphs.is_empty() {
            return wanted;
        }
        // Marks moved up or down are rare in the bundled scripts; they are drawn at their natural height and read as text.
        let actual = (ambiguous || raised).then(|| text.get(low..high)).flatten().map(Box::from);
        into.push(Run {
            face,
            size: style.size,
            colour: style.colour,
            x: start,
            y: 0.0,
            glyphs: glyphs.into(),
            shifts: shifts.into(),
            actual,
        });
        wanted
    }

    /// Notes what a glyph stands for; tells whether it stood for something else before, or is one of several of its cluster.
    fn means(&mut self, face: usize, glyph: u16, cluster: &str, index: usize, count: usize) -> bool {
        let Some(known) = self.meanings.get_mut(face) else { return true };
        if count == 1 {
            return known.entry(glyph).or_insert_with(|| cluster.into()).as_ref() != cluster;
        }
        let part = cluster.chars().nth(index).or_else(|| cluster.chars().last()).unwrap_or(char::REPLACEMENT_CHARACTER);
        known.entry(glyph).or_insert_with(|| part.to_string().into());
        true
    }
}

/// Text without the marks around its computer text, and where in it that stands. A mark without its pair stays.
fn unmarked(text: &str) -> (Cow<'_, str>, Vec<Range<usize>>) {
    let (mut plain, mut code, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, inside, after)) =
        rest.split_once('`').and_then(|(before, later)| later.split_once('`').map(|(inside, after)| (before, inside, after)))
    {
        plain.push_str(before);
        code.push(plain.len()..plain.len() + inside.len());
        plain.push_str(inside);
        rest = after;
    }
    if code.is_empty() {
        return (Cow::Borrowed(text), code);
    }
    plain.push_str(rest);
    (Cow::Owned(plain), code)
}

/// Puts a block on the last page of a document, its left top at `x`, `y`; returns its height.
pub fn draw(document: &mut super::page::Document, block: &Block, x: f32, y: f32, tag: Option<NodeId>) -> f32 {
    let mut top = y;
    for line in &block.lines {
        for item in line.items(x, top) {
            document.place(tag, item);
        }
        top += line.height;
    }
    top - y
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const BODY: Style = Style {
        size: 10.0,
        leading: 1.4,
        colour: Colour(0, 0, 0),
        bold: false,
        italic: false,
        mono: false,
        marks: false,
        align: Align::Left,
    };

    fn text_of(setter: &Typesetter, block: &Block) -> String {
        let mut out = String::new();
        for run in block.lines.iter().flat_map(|line| &line.runs) {
            match &run.actual {
                Some(text) => out.push_str(text),
                None => run.glyphs.iter().for_each(|glyph| out.push_str(setter.meanings[run.face].get(glyph).unwrap())),
            }
        }
        out
    }

    #[test]
    fn glyphs_read_back_as_the_text() {
        let mut setter = Typesetter::bundled().unwrap();
        for text in ["office affluent", "a\u{a0}b c", "Cafe\u{301} q\u{308}\u{323}", "שלום", "λόγος Ёлка", "→ ≥ ✓ █"] {
            for style in [BODY, Style { mono: true, ..BODY }, Style { bold: true, ..BODY }, Style { italic: true, ..BODY }] {
                let block = setter.set(text, style, 300.0);
                let expected = setter.fonts.printable(text).into_owned();
                assert_eq!(text_of(&setter, &block), expected, "{text} mono {}", style.mono);
                assert!(block.lines.iter().flat_map(|line| &line.runs).all(|run| !run.glyphs.contains(&0)), "{text}");
            }
        }
    }

    #[test]
    fn long_identifiers_break_within_the_width_and_lose_nothing() {
        let mut setter = Typesetter::bundled().unwrap();
        let id = format!("arn:aws:iam::123456789012:role/{}", "very-long-".repeat(30));
        for style in [BODY, Style { mono: true, ..BODY }] {
            let block = setter.set(&id, style, 120.0);
            assert!(block.width <= 120.0, "{}", block.width);
            assert!(block.lines.len() > 10);
            assert_eq!(text_of(&setter, &block), id);
        }
    }

    #[test]
    fn an_empty_text_takes_no_room_that_a_line_would_not() {
        let mut setter = Typesetter::bundled().unwrap();
        assert!(setter.set("", BODY, 100.0).height() <= 14.1);
    }
}
