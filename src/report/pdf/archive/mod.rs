//! What makes the file an archive copy (PDF/A-3a) that everybody can read (PDF/UA-1): metadata, colour profile, structure tree,
//! outline, attachment. Works on the lopdf document that printpdf hands out.

mod metadata;
mod outline;
mod structure;

use super::page::Document;
use super::writer::{Meaning, Written, utf16};
use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};
use std::fmt::Write as _;

/// Facts of the file.
pub struct Facts<'a> {
    /// Title, as the window shows it.
    pub title: &'a str,
    /// Who it is about.
    pub author: &'a str,
    /// What made it.
    pub producer: &'a str,
    /// Language of the words, as in `en`.
    pub language: &'a str,
    /// RFC 3339 moment of the evidence.
    pub moment: &'a str,
    /// What the report is made of and how, as property and hash or word; `verify` finds them by these names.
    pub provenance: &'a [(&'a str, &'a str)],
    /// What is attached: file name, description, bytes.
    pub attachment: Option<(&'a str, &'a str, &'a [u8])>,
}

const PROFILE: &[u8] = include_bytes!("../../../../templates/pdf/srgb.icc");
/// Stands in the file until the identity is known; as long as it.
const NO_IDENTITY: [u8; 16] = *b"assize:identity:";

/// Completes the file and returns its bytes.
///
/// # Errors
/// When the file lacks what printpdf always writes, or cannot be serialised.
pub fn finish(written: Written, document: &Document, facts: &Facts<'_>) -> Result<Vec<u8>, String> {
    let Written { mut file, tags, meanings } = written;
    file.version = "1.7".to_owned();
    let pages: Vec<ObjectId> = file.get_pages().into_values().collect();
    for meaning in &meanings {
        give_meaning(&mut file, meaning);
    }
    let root = structure::write(&mut file, document, &tags, &pages)?;
    let outline = outline::write(&mut file, document, &pages);
    let profile = file.add_object(Stream::new(dictionary! { "N" => 3 }, PROFILE.to_vec()));
    let mut xmp = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, metadata::xmp(facts).into_bytes());
    xmp.allows_compression = false;
    let metadata = file.add_object(xmp);
    let attached = facts.attachment.map(|attachment| attach(&mut file, attachment, facts.moment));
    let information = file.add_object(metadata::information(facts));
    if let Ok(Object::Reference(old)) = file.trailer.get(b"Info") {
        let old = *old;
        file.objects.remove(&old);
    }
    file.trailer.set("Info", information);
    let catalog = file.catalog_mut().map_err(|error| error.to_string())?;
    catalog.set("Lang", Object::string_literal(facts.language));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("StructTreeRoot", root);
    catalog.set("PageLayout", name("SinglePage"));
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
        catalog.set("PageMode", name("UseOutlines"));
    }
    catalog.set("Metadata", metadata);
    let intent = dictionary! {
        "Type" => "OutputIntent", "S" => "GTS_PDFA1", "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB"), "DestOutputProfile" => profile
    };
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    if let (Some(specification), Some((file_name, ..))) = (attached, facts.attachment) {
        catalog.set("AF", vec![Object::Reference(specification)]);
        let names = dictionary! { "Names" => vec![text(file_name), specification.into()] };
        catalog.set("Names", dictionary! { "EmbeddedFiles" => names });
    }
    serialise(file)
}

fn serialise(mut file: lopdf::Document) -> Result<Vec<u8>, String> {
    let placeholder = Object::String(NO_IDENTITY.to_vec(), StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![placeholder.clone(), placeholder]);
    file.compress();
    let options = lopdf::SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(9).build();
    let mut bytes = Vec::new();
    file.save_with_options(&mut bytes, options).map_err(|error| error.to_string())?;
    // The identity is a hash of everything else, so that equal reports have equal names and no others do.
    let digest = blake3::hash(&bytes);
    let (stand_in, identity) = (hexadecimal(&NO_IDENTITY), hexadecimal(digest.as_bytes().get(..16).unwrap_or(&[])));
    let mut replaced = 0;
    let mut end = bytes.len();
    while let Some(at) = bytes.get(..end).and_then(|head| head.windows(32).rposition(|window| window.eq_ignore_ascii_case(&stand_in))) {
        if let Some(slot) = bytes.get_mut(at..at + 32) {
            slot.copy_from_slice(&identity);
        }
        end = at;
        replaced += 1;
        if replaced == 2 {
            return Ok(bytes);
        }
    }
    Err("the trailer holds no identity".to_owned())
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    for byte in bytes {
        let _ = write!(out, "{byte:02X}");
    }
    out.into_bytes()
}

fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

/// A text string; plain ASCII stays readable in the file.
fn text(text: &str) -> Object {
    if text.is_ascii() { Object::string_literal(text) } else { Object::String(utf16(text), StringFormat::Hexadecimal) }
}

/// Replaces the glyph texts of a font: printpdf asks the subset, and a subset no longer knows.
fn give_meaning(file: &mut lopdf::Document, meaning: &Meaning) {
    let found = file.objects.values().find_map(|object| {
        let font = object.as_dict().ok()?;
        let is = |key: &[u8], value: &[u8]| font.get(key).and_then(Object::as_name).is_ok_and(|found| found == value);
        if is(b"Subtype", b"Type0") && is(b"BaseFont", meaning.font.as_bytes()) {
            font.get(b"ToUnicode").and_then(Object::as_reference).ok()
        } else {
            None
        }
    });
    if let Some(id) = found {
        file.set_object(id, Stream::new(Dictionary::new(), unicode_map(meaning).into_bytes()));
    }
}

/// A ToUnicode map (ISO 32000-1, 9.10.3).
fn unicode_map(meaning: &Meaning) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) \
         /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n\
         endcodespacerange\n",
    );
    let entries: Vec<_> = meaning.texts.iter().collect();
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

fn attach(file: &mut lopdf::Document, (file_name, description, data): (&str, &str, &[u8]), moment: &str) -> ObjectId {
    let mut parameters = dictionary! { "Size" => i64::try_from(data.len()).unwrap_or(i64::MAX) };
    if let Some(date) = metadata::pdf_date(moment) {
        parameters.set("ModDate", Object::string_literal(date));
    }
    let embedded = dictionary! { "Type" => "EmbeddedFile", "Subtype" => name("application/json"), "Params" => parameters };
    let stream = file.add_object(Stream::new(embedded, data.to_vec()));
    file.add_object(dictionary! {
        "Type" => "Filespec", "F" => text(file_name), "UF" => text(file_name), "AFRelationship" => name("Data"),
        "Desc" => text(description), "EF" => dictionary! { "F" => stream, "UF" => stream }
    })
}
