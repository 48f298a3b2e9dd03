//! Pages to PDF operators and fonts, by printpdf. What printpdf cannot write is left to `archive`.

use super::fonts::Face;
use super::page::{Colour, Document, HEIGHT, Item, Page, Placed, Run, Stroke, WIDTH};
use super::tags::{LinkSpot, Tags, structure_type};
use lopdf::{Object, ObjectId};
use printpdf::{
    Codepoint, Color, DictItem, FontId, Line, LineDashPattern, LinePoint, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfFontMap, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder,
};
use std::collections::{BTreeMap, BTreeSet};
use subsetter::GlyphRemapper;

/// A face as the file embeds it.
struct Embedded {
    id: FontId,
    glyphs: GlyphRemapper,
}

/// Name of an embedded font, and the text of each of its glyphs, by glyph id within the subset.
pub struct Meaning {
    /// Base font name.
    pub font: String,
    /// Text by glyph.
    pub texts: BTreeMap<u16, Box<str>>,
}

/// What the archive step goes on with.
pub struct Written {
    /// The file so far.
    pub file: lopdf::Document,
    /// Marked content.
    pub tags: Tags,
    /// Texts of glyphs.
    pub meanings: Vec<Meaning>,
}

/// Pages converted at once. printpdf holds every operator of a document in memory until it is written, at hundreds of bytes each.
const BATCH: usize = 32;

/// Writes all pages, taking them out of the document.
///
/// # Errors
/// When a face cannot be subset or embedded, in the words of the crate that refused.
pub fn write(document: &mut Document, faces: &[Face], texts: &[BTreeMap<u16, Box<str>>], title: &str) -> Result<Written, String> {
    let mut fonts = PdfFontMap::default();
    let mut meanings = Vec::new();
    let mut embedded = Vec::new();
    let mut specimen = vec![Op::StartTextSection];
    for (index, (face, used)) in faces.iter().zip(used_glyphs(document, faces.len())).enumerate() {
        let mut glyphs = GlyphRemapper::new();
        for glyph in &used {
            glyphs.remap(*glyph);
        }
        // The crate's own names count up over the life of the process; a second report would differ.
        let id = FontId(format!("F{index}"));
        if !used.is_empty() {
            let program = subsetter::subset(face.bytes, 0, &glyphs).map_err(|error| format!("{}: {error}", face.name))?;
            let mut parsed =
                ParsedFont::from_bytes(&program, 0, &mut Vec::new()).ok_or_else(|| format!("{}: the subset is no font", face.name))?;
            let name = format!("{}+{}", subset_tag(&program), face.name);
            parsed.font_name = Some(name.clone());
            fonts.map.insert(id.clone(), PdfFont::new(parsed));
            let known = texts.get(index);
            let texts = used.iter().filter_map(|glyph| Some((glyphs.get(*glyph)?, known?.get(glyph)?.clone()))).collect();
            meanings.push(Meaning { font: name, texts });
            let codes = used.iter().map(|glyph| Codepoint::new(glyphs.get(*glyph).unwrap_or(0), 0.0)).collect();
            specimen.push(Op::SetFont { font: PdfFontHandle::External(id.clone()), size: Pt(1.0) });
            specimen.push(Op::ShowText { items: vec![TextItem::GlyphIds(codes)] });
        }
        embedded.push(Embedded { id, glyphs });
    }
    specimen.push(Op::EndTextSection);
    let mut converter = Converter { title, fonts, specimen };
    let mut tags = Tags::new(document.nodes.len());
    let mut pages = std::mem::take(&mut document.pages).into_iter();
    let mut file = converter.convert(vec![Vec::new(); pages.len()])?;
    let places = content_places(&file)?;
    remove_specimen(&mut file);
    let mut places = places.into_iter().skip(1);
    loop {
        let batch: Vec<Vec<Op>> = pages.by_ref().take(BATCH).map(|page| operators(page, document, &embedded, &mut tags)).collect();
        if batch.is_empty() {
            return Ok(Written { file, tags, meanings });
        }
        let mut made = converter.convert(batch)?;
        for (from, to) in content_places(&made)?.into_iter().skip(1).zip(places.by_ref()) {
            if let Some(Object::Stream(mut content)) = made.objects.remove(&from) {
                content.compress().map_err(|error| error.to_string())?;
                file.set_object(to, content);
            }
        }
    }
}

/// Turns operators into PDF with the same fonts every time.
struct Converter<'a> {
    title: &'a str,
    fonts: PdfFontMap,
    /// Shows every glyph once: a font's widths cover only what its document shows.
    specimen: Vec<Op>,
}

impl Converter<'_> {
    /// A document of the specimen and the pages given.
    fn convert(&mut self, pages: Vec<Vec<Op>>) -> Result<lopdf::Document, String> {
        let mut pdf = PdfDocument::new(self.title);
        pdf.resources.fonts = std::mem::take(&mut self.fonts);
        let all = std::iter::once(self.specimen.clone()).chain(pages);
        pdf.with_pages(all.map(|ops| PdfPage::new(Mm::from(Pt(WIDTH)), Mm::from(Pt(HEIGHT)), ops)).collect());
        let mut warnings = Vec::new();
        let file = pdf.to_lopdf_document(&PdfSaveOptions { image_optimization: None, ..PdfSaveOptions::default() }, &mut warnings);
        self.fonts = pdf.resources.fonts;
        match warnings.first() {
            Some(warning) => Err(format!("{warning:?}")),
            None => Ok(file),
        }
    }
}

/// The content stream of each page.
fn content_places(file: &lopdf::Document) -> Result<Vec<ObjectId>, String> {
    let place = |page: ObjectId| file.get_dictionary(page)?.get(b"Contents")?.as_reference();
    file.get_pages().into_values().map(place).collect::<Result<_, lopdf::Error>>().map_err(|error| error.to_string())
}

/// Takes the first page out, and what only it used.
fn remove_specimen(file: &mut lopdf::Document) {
    let Some(page) = file.get_pages().into_values().next() else { return };
    let own: Vec<ObjectId> = [b"Contents".as_slice(), b"Resources"]
        .into_iter()
        .filter_map(|key| file.get_dictionary(page).ok()?.get(key).ok()?.as_reference().ok())
        .collect();
    file.delete_pages(&[1]);
    for id in own {
        file.objects.remove(&id);
    }
}

fn used_glyphs(document: &Document, faces: usize) -> Vec<BTreeSet<u16>> {
    let mut used = vec![BTreeSet::new(); faces];
    for placed in document.pages.iter().flat_map(|page| &page.items) {
        if let Item::Text(run) = &placed.item
            && let Some(used) = used.get_mut(run.face)
        {
            used.extend(run.glyphs.iter().copied());
        }
    }
    used
}

/// Six capital letters that mark a subset (ISO 32000-1, 9.6.4), made of its content.
fn subset_tag(program: &[u8]) -> String {
    blake3::hash(program).as_bytes().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

fn operators(page: Page, document: &Document, faces: &[Embedded], tags: &mut Tags) -> Vec<Op> {
    tags.open_page();
    let index = tags.pages.len() - 1;
    let mut ops = Vec::new();
    let mut open: Option<Option<usize>> = None;
    for Placed { tag, item } in page.items {
        if let Item::Link { rect: [left, top, right, bottom], target, alt } = item {
            let Some(node) = tag else { continue };
            let rect = [round(left), round(HEIGHT - bottom), round(right), round(HEIGHT - top)];
            tags.links.push(LinkSpot { page: index, node, rect, target, alt });
            continue;
        }
        // Neighbours of one node are one piece: half the bytes of a report are tags as it is.
        if open != Some(tag) {
            if open.is_some() {
                ops.push(Op::EndMarkedContent);
            }
            ops.push(match tag {
                None => Op::BeginMarkedContent { tag: "Artifact".to_owned() },
                Some(node) => {
                    let role = document.nodes.get(node).map_or("P", |node| structure_type(node.role));
                    let number = i64::try_from(tags.piece(node)).unwrap_or(0);
                    begin(role, "MCID", DictItem::Int(number))
                }
            });
            open = Some(tag);
        }
        match item {
            Item::Text(run) => show(&mut ops, run, tag.is_some(), faces),
            Item::Path { points, closed, fill, stroke } => path(&mut ops, &points, closed, fill, stroke),
            Item::Link { .. } => {}
        }
    }
    if open.is_some() {
        ops.push(Op::EndMarkedContent);
    }
    ops
}

fn begin(tag: &str, key: &str, value: DictItem) -> Op {
    let map = BTreeMap::from([(key.to_owned(), value)]);
    Op::BeginMarkedContentWithProperties { tag: tag.to_owned(), properties: DictItem::Dict { map } }
}

/// Units that a point is written in: hundredths are finer than any printer, and short to write.
const PER_POINT: f32 = 100.0;

/// A length, rounded to what is written.
pub(super) fn round(length: f32) -> f32 {
    (length * PER_POINT).round() / PER_POINT
}

fn show(ops: &mut Vec<Op>, run: Run, tagged: bool, faces: &[Embedded]) {
    let Some(face) = faces.get(run.face) else { return };
    let actual = run.actual.filter(|_| tagged);
    if let Some(text) = &actual {
        ops.push(begin("Span", "ActualText", DictItem::String { data: utf16(text), literal: false }));
    }
    ops.push(Op::StartTextSection);
    ops.push(Op::SetFillColor { col: colour(run.colour) });
    ops.push(Op::SetFont { font: PdfFontHandle::External(face.id.clone()), size: Pt(run.size) });
    ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw([1.0, 0.0, 0.0, 1.0, round(run.x), round(HEIGHT - run.y)]) });
    let mut items = Vec::with_capacity(2 * run.shifts.len() + 1);
    let mut shifts = run.shifts.iter().peekable();
    let mut codes: Vec<Codepoint> = Vec::with_capacity(run.glyphs.len());
    for (index, glyph) in run.glyphs.iter().enumerate() {
        if let Some((_, shift)) = shifts.next_if(|(at, _)| usize::from(*at) == index) {
            if !codes.is_empty() {
                items.push(TextItem::GlyphIds(std::mem::take(&mut codes)));
            }
            items.push(TextItem::Offset(f32::from(*shift)));
        }
        codes.push(Codepoint::new(face.glyphs.get(*glyph).unwrap_or(0), 0.0));
    }
    codes.shrink_to_fit();
    items.push(TextItem::GlyphIds(codes));
    ops.push(Op::ShowText { items });
    ops.push(Op::EndTextSection);
    if actual.is_some() {
        ops.push(Op::EndMarkedContent);
    }
}

/// A PDF text string: UTF-16, big end first, with its mark.
#[must_use]
pub fn utf16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

fn path(ops: &mut Vec<Op>, points: &[(f32, f32)], closed: bool, fill: Option<Colour>, stroke: Option<Stroke>) {
    let points: Vec<LinePoint> =
        points.iter().map(|(x, y)| LinePoint { p: Point { x: Pt(round(*x)), y: Pt(round(HEIGHT - y)) }, bezier: false }).collect();
    if let Some(fill) = fill {
        ops.push(Op::SetFillColor { col: colour(fill) });
        let rings = vec![PolygonRing { points: points.clone() }];
        ops.push(Op::DrawPolygon { polygon: Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero } });
    }
    if let Some(stroke) = stroke {
        ops.push(Op::SetOutlineColor { col: colour(stroke.colour) });
        ops.push(Op::SetOutlineThickness { pt: Pt(stroke.width) });
        if let Some((dash, gap)) = stroke.dash {
            ops.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &[dash, gap]) });
        }
        ops.push(Op::DrawLine { line: Line { points, is_closed: closed } });
        if stroke.dash.is_some() {
            ops.push(Op::SetLineDashPattern { dash: LineDashPattern::solid() });
        }
    }
}

fn colour(Colour(red, green, blue): Colour) -> Color {
    let channel = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb { r: channel(red), g: channel(green), b: channel(blue), icc_profile: None })
}
