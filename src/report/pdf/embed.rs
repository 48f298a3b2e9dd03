//! Fonts into the file: each face cut down to the glyphs that were used, embedded by printpdf, with the text of every glyph.

use super::file::File;
use super::fonts::Face;
use super::page::{HEIGHT, WIDTH};
use super::press::font_name;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use printpdf::{Codepoint, FontId, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use subsetter::GlyphRemapper;

/// Text by glyph of a whole face.
type Texts = BTreeMap<u16, Box<str>>;

/// Writes every face that was used; the dictionary of fonts for the resources of pages.
///
/// # Errors
/// When a face cannot be subset or embedded, in the words of the crate that refused.
pub fn fonts(file: &mut File, faces: &[Face], glyphs: &[GlyphRemapper], texts: &[Texts]) -> Result<Dictionary, String> {
    let mut document = PdfDocument::new("");
    let mut specimen = vec![Op::StartTextSection];
    let mut meanings = Vec::new();
    for (index, ((face, used), texts)) in faces.iter().zip(glyphs).zip(texts).enumerate() {
        // Every remapper knows the glyph "missing", which the report never shows.
        if used.num_gids() <= 1 {
            continue;
        }
        let program = subsetter::subset(face.bytes, 0, used).map_err(|error| format!("{}: {error}", face.name))?;
        let mut parsed =
            ParsedFont::from_bytes(&program, 0, &mut Vec::new()).ok_or_else(|| format!("{}: the subset is no font", face.name))?;
        let name = format!("{}+{}", subset_tag(&program), face.name);
        parsed.font_name = Some(name.clone());
        // The crate's own names count up over the life of the process; a second report would differ.
        let id = FontId(font_name(index));
        document.resources.fonts.map.insert(id.clone(), PdfFont::new(parsed));
        // A font's widths cover only what its document shows: show every glyph once.
        let codes = (1..used.num_gids()).map(|glyph| Codepoint::new(glyph, 0.0)).collect();
        specimen.push(Op::SetFont { font: PdfFontHandle::External(id), size: Pt(1.0) });
        specimen.push(Op::ShowText { items: vec![TextItem::GlyphIds(codes)] });
        let meaning: BTreeMap<u16, &str> = texts.iter().filter_map(|(glyph, text)| Some((used.get(*glyph)?, &**text))).collect();
        meanings.push((name, meaning));
    }
    specimen.push(Op::EndTextSection);
    document.with_pages(vec![PdfPage::new(Mm::from(Pt(WIDTH)), Mm::from(Pt(HEIGHT)), specimen)]);
    let mut warnings = Vec::new();
    let mut made = document.to_lopdf_document(&PdfSaveOptions { image_optimization: None, ..PdfSaveOptions::default() }, &mut warnings);
    if let Some(warning) = warnings.first() {
        return Err(format!("{warning:?}"));
    }
    for (name, meaning) in &meanings {
        give_meaning(&mut made, name, meaning);
    }
    let mut own = font_dictionary(&made).ok_or("printpdf wrote no fonts")?;
    for (_, font) in own.iter_mut() {
        if let Object::Reference(id) = font {
            *id = file.copy(&mut made, *id)?;
        }
    }
    Ok(own)
}

/// The fonts of the only page.
fn font_dictionary(made: &lopdf::Document) -> Option<Dictionary> {
    let page = made.get_dictionary(made.get_pages().into_values().next()?).ok()?;
    let follow = |object: &Object| match object {
        Object::Reference(id) => made.get_dictionary(*id).ok().cloned(),
        object => object.as_dict().ok().cloned(),
    };
    let resources = follow(page.get(b"Resources").ok()?)?;
    follow(resources.get(b"Font").ok()?)
}

/// Six capital letters that mark a subset (ISO 32000-1, 9.6.4), made of its content.
fn subset_tag(program: &[u8]) -> String {
    blake3::hash(program).as_bytes().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// Replaces the glyph texts of a font: printpdf asks the subset, and a subset no longer knows.
fn give_meaning(made: &mut lopdf::Document, name: &str, meaning: &BTreeMap<u16, &str>) {
    let found: Option<ObjectId> = made.objects.values().find_map(|object| {
        let font = object.as_dict().ok()?;
        let is = |key: &[u8], value: &[u8]| font.get(key).and_then(Object::as_name).is_ok_and(|found| found == value);
        if is(b"Subtype", b"Type0") && is(b"BaseFont", name.as_bytes()) {
            font.get(b"ToUnicode").and_then(Object::as_reference).ok()
        } else {
            None
        }
    });
    if let Some(id) = found {
        made.set_object(id, Stream::new(Dictionary::new(), unicode_map(meaning).into_bytes()));
    }
}

/// A ToUnicode map (ISO 32000-1, 9.10.3).
fn unicode_map(meaning: &BTreeMap<u16, &str>) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) \
         /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n\
         endcodespacerange\n",
    );
    let entries: Vec<_> = meaning.iter().collect();
    for chunk in entries.chunks(100) {
        let _ = writeln!(out, "{} beginbfchar", chunk.len());
        for (glyph, text) in chunk {
            let _ = write!(out, "<{glyph:04X}> <");
            for unit in text.encode_utf16() {
                let _ = write!(out, "{unit:04X}");
            }
            out.push_str(">\n");
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}
