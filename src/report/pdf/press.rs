//! Finished pages become content streams at once and are forgotten: a report of any length is laid out in the memory of a page.

use super::file::File;
use super::page::{Colour, HEIGHT, Image, Item, Node, Page, Placed, Run, Stroke};
use super::tags::{LinkSpot, Tags, structure_type};
use super::theme::{ACCENT, ACCENT_WASH};
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use std::fmt::Write as _;
use subsetter::GlyphRemapper;

/// What pages are printed on.
pub struct Press {
    /// The file so far.
    pub file: File,
    /// Who owns which piece of which page.
    pub tags: Tags,
    /// By page: its object, and the streams that draw it.
    pub sheets: Vec<(ObjectId, Vec<ObjectId>)>,
    /// Glyphs used, by face, and their numbers within the subset: by first use, so that pages need not wait for each other.
    pub glyphs: Vec<GlyphRemapper>,
    /// The picture, once something shows it.
    pub picture: Option<ObjectId>,
    accent: Option<Colour>,
}

impl Press {
    /// For a number of faces; `accent` stands in for the report's own accent.
    #[must_use]
    pub fn new(faces: usize, accent: Option<Colour>) -> Self {
        let glyphs = (0..faces).map(|_| GlyphRemapper::new()).collect();
        Self { file: File::default(), tags: Tags::default(), sheets: Vec::new(), glyphs, picture: None, accent }
    }

    /// Prints the next page.
    ///
    /// # Errors
    /// When it cannot be compressed.
    pub fn page(&mut self, page: Page, nodes: &[Node]) -> Result<(), String> {
        self.tags.open_page();
        let id = self.file.reserve();
        let content = self.content(page, nodes)?;
        self.sheets.push((id, vec![content]));
        Ok(())
    }

    /// Prints decoration that pages share.
    ///
    /// # Errors
    /// When it cannot be compressed.
    pub fn overlay(&mut self, items: Vec<Item>) -> Result<ObjectId, String> {
        let items = items.into_iter().map(|item| Placed { tag: None, item }).collect();
        self.content(Page { items }, &[])
    }

    fn content(&mut self, page: Page, nodes: &[Node]) -> Result<ObjectId, String> {
        let mut ink = Ink { out: String::with_capacity(16 * 1024), font: None, fill: None, accent: self.accent };
        let mut open: Option<Option<usize>> = None;
        for Placed { tag, item } in page.items {
            if let Item::Link { rect: [left, top, right, bottom], target, alt } = item {
                let Some(node) = tag else { continue };
                let rect = [round(left), round(HEIGHT - bottom), round(right), round(HEIGHT - top)];
                self.tags.link(LinkSpot { page: 0, node, rect, target, alt });
                continue;
            }
            // Neighbours of one node are one piece: half the bytes of a report are tags as it is.
            if open != Some(tag) {
                if open.is_some() {
                    ink.out.push_str("EMC\n");
                }
                match tag {
                    None => ink.out.push_str("/Artifact BMC\n"),
                    Some(node) => {
                        let role = nodes.get(node).map_or("P", |node| structure_type(node.role));
                        let _ = writeln!(ink.out, "/{role} <</MCID {}>>BDC", self.tags.piece(node));
                    }
                }
                open = Some(tag);
            }
            match item {
                Item::Text(run) => {
                    if let Some(glyphs) = self.glyphs.get_mut(run.face) {
                        ink.show(&run, tag.is_some(), glyphs);
                    }
                }
                Item::Path { points, closed, fill, stroke } => ink.path(&points, closed, fill, stroke),
                Item::Picture { rect, image } => {
                    if self.picture.is_none() {
                        self.picture = Some(self.file.add(pixels(&image))?);
                    }
                    ink.picture(rect);
                }
                Item::Link { .. } => {}
            }
        }
        if open.is_some() {
            ink.out.push_str("EMC\n");
        }
        self.file.add(Stream::new(Dictionary::new(), ink.out.into_bytes()))
    }
}

/// Units that a point is written in: hundredths are finer than any printer, and short to write.
const PER_POINT: f32 = 100.0;

/// A length, rounded to what is written.
pub(super) fn round(length: f32) -> f32 {
    (length * PER_POINT).round() / PER_POINT
}

fn pixels(image: &Image) -> Stream {
    let size = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let header = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => size(image.width), "Height" => size(image.height),
        "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8
    };
    Stream::new(header, image.rgb.to_vec())
}

/// The name of a face in the resources of every page.
pub(super) fn font_name(face: usize) -> String {
    format!("F{face}")
}

/// The name of the picture in the resources of every page.
pub(super) const PICTURE: &str = "Logo";

/// Operators of one stream, and what of the graphics state they have set.
struct Ink {
    out: String,
    font: Option<(usize, f32)>,
    fill: Option<Colour>,
    accent: Option<Colour>,
}

impl Ink {
    fn show(&mut self, run: &Run, tagged: bool, glyphs: &mut GlyphRemapper) {
        let actual = run.actual.as_ref().filter(|_| tagged);
        if let Some(text) = actual {
            self.out.push_str("/Span <</ActualText <FEFF");
            // Writing to a string cannot fail; the same below.
            for unit in text.encode_utf16() {
                let _ = write!(self.out, "{unit:04X}");
            }
            self.out.push_str(">>>BDC\n");
        }
        self.fill(run.colour);
        self.out.push_str("BT\n");
        if self.font != Some((run.face, run.size)) {
            let _ = writeln!(self.out, "/{} {} Tf", font_name(run.face), run.size);
            self.font = Some((run.face, run.size));
        }
        let _ = write!(self.out, "{} {} Td", round(run.x), round(HEIGHT - run.y));
        self.out.push_str(if run.shifts.is_empty() { " <" } else { " [<" });
        let mut shifts = run.shifts.iter().peekable();
        for (index, glyph) in run.glyphs.iter().enumerate() {
            if let Some((_, shift)) = shifts.next_if(|(at, _)| usize::from(*at) == index) {
                if self.out.ends_with("[<") {
                    self.out.pop();
                } else {
                    self.out.push('>');
                }
                let _ = write!(self.out, "{shift}<");
            }
            let _ = write!(self.out, "{:04X}", glyphs.remap(*glyph));
        }
        self.out.push_str(if run.shifts.is_empty() { "> Tj\nET\n" } else { ">] TJ\nET\n" });
        if actual.is_some() {
            self.out.push_str("EMC\n");
        }
    }

    fn path(&mut self, points: &[(f32, f32)], closed: bool, fill: Option<Colour>, stroke: Option<Stroke>) {
        if let Some(fill) = fill {
            self.fill(fill);
        }
        if let Some(stroke) = stroke {
            let [red, green, blue] = self.channels(stroke.colour);
            let _ = write!(self.out, "{red} {green} {blue} RG {} w ", stroke.width);
            if let Some((dash, gap)) = stroke.dash {
                let _ = write!(self.out, "[{dash} {gap}] 0 d ");
            }
        }
        for ((x, y), first) in points.iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            let _ = write!(self.out, "{} {} {} ", round(*x), round(HEIGHT - y), if first { 'm' } else { 'l' });
        }
        self.out.push_str(match (closed, fill.is_some(), stroke.is_some()) {
            (true, true, true) => "b",
            (true, true, false) => "f",
            (true, false, true) => "s",
            (false, true, true) => "B",
            (false, true, false) => "f",
            (false, false, true) => "S",
            (_, false, false) => "n",
        });
        self.out.push_str(if stroke.is_some_and(|stroke| stroke.dash.is_some()) { " [] 0 d\n" } else { "\n" });
    }

    fn picture(&mut self, [left, top, right, bottom]: [f32; 4]) {
        let (width, height) = (round(right - left), round(bottom - top));
        let _ = writeln!(self.out, "q {width} 0 0 {height} {} {} cm /{PICTURE} Do Q", round(left), round(HEIGHT - bottom));
    }

    fn fill(&mut self, colour: Colour) {
        if self.fill != Some(colour) {
            let [red, green, blue] = self.channels(colour);
            let _ = writeln!(self.out, "{red} {green} {blue} rg");
            self.fill = Some(colour);
        }
    }

    /// A colour as the file has it; the accent and its surface are those of the company, where it has them.
    fn channels(&self, colour: Colour) -> [f32; 3] {
        let Colour(red, green, blue) = match self.accent {
            Some(accent) if colour == ACCENT => accent,
            Some(accent) if colour == ACCENT_WASH => accent.washed(),
            _ => colour,
        };
        [red, green, blue].map(|value| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0)
    }
}

/// A PDF text string: UTF-16, big end first, with its mark.
#[must_use]
pub fn utf16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

/// The dictionary of a page.
pub(super) fn sheet(contents: &[ObjectId]) -> Dictionary {
    let contents = match contents {
        [only] => Object::Reference(*only),
        several => Object::Array(several.iter().map(|id| Object::Reference(*id)).collect()),
    };
    dictionary! { "Type" => "Page", "Contents" => contents }
}
