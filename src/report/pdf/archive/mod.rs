//! What makes the file an archive copy (PDF/A-3a) that everybody can read (PDF/UA-1): metadata, colour profile, structure tree,
//! outline, attachment.

mod metadata;
mod outline;
mod structure;

use super::embed;
use super::file::File;
use super::page::{Document, HEIGHT, WIDTH};
use super::press::{PICTURE, sheet, utf16};
use super::typeset::Typesetter;
use lopdf::{Object, ObjectId, Stream, StringFormat, dictionary};

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
/// Completes the file and returns its bytes.
///
/// # Errors
/// When a page was not printed, a font cannot be embedded or a stream not be compressed.
pub fn finish(mut document: Document, setter: &Typesetter, facts: &Facts<'_>) -> Result<Vec<u8>, String> {
    document.printed()?;
    let fonts = embed::fonts(&mut document.press.file, &setter.fonts.faces, &document.press.glyphs, &setter.meanings)?;
    let pages: Vec<ObjectId> = document.press.sheets.iter().map(|(id, _)| *id).collect();
    let (root, links) = structure::write(&mut document, &pages)?;
    let outline = outline::write(&mut document, &pages)?;
    let tree = bind(&mut document, fonts, links)?;
    let mut file = document.press.file;
    let profile = file.add(Stream::new(dictionary! { "N" => 3 }, PROFILE.to_vec()))?;
    let mut xmp = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, metadata::xmp(facts).into_bytes());
    xmp.allows_compression = false;
    let metadata = file.add(xmp)?;
    let information = file.add(metadata::information(facts))?;
    let intent = dictionary! {
        "Type" => "OutputIntent", "S" => "GTS_PDFA1", "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB"), "DestOutputProfile" => profile
    };
    let mut catalog = dictionary! {
        "Type" => "Catalog", "Pages" => tree, "Lang" => Object::string_literal(facts.language), "MarkInfo" => dictionary! { "Marked" => true },
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true }, "StructTreeRoot" => root, "PageLayout" => name("SinglePage"),
        "Metadata" => metadata, "OutputIntents" => vec![Object::Dictionary(intent)]
    };
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
        catalog.set("PageMode", name("UseOutlines"));
    }
    if let Some(attachment) = facts.attachment {
        let specification = attach(&mut file, attachment, facts.moment)?;
        catalog.set("AF", vec![Object::Reference(specification)]);
        let names = dictionary! { "Names" => vec![text(attachment.0), specification.into()] };
        catalog.set("Names", dictionary! { "EmbeddedFiles" => names });
    }
    let catalog = file.add(catalog)?;
    file.finish(catalog, information)
}

/// Pages below a node of the page tree: readers walk it, and a flat list of thousands is slow to walk.
const LEAVES: usize = 64;

/// Writes every page and the tree over them, in the order of reading; its root. `links` are the annotations by page.
fn bind(document: &mut Document, fonts: lopdf::Dictionary, links: Vec<Vec<Object>>) -> Result<ObjectId, String> {
    let press = &mut document.press;
    let mut resources = dictionary! { "Font" => fonts };
    if let Some(picture) = press.picture {
        resources.set("XObject", dictionary! { PICTURE => picture });
    }
    let resources = press.file.add(resources)?;
    let root = press.file.reserve();
    let mut branches = Vec::new();
    let mut links = links;
    for leaves in document.order.chunks(LEAVES) {
        let branch = press.file.reserve();
        let mut kids = Vec::with_capacity(leaves.len());
        for number in leaves {
            let Some((id, contents)) = press.sheets.get(*number) else { continue };
            let mut page = sheet(contents);
            page.set("Parent", branch);
            // Inherited resources do for a reader and not for an archive (ISO 19005-3, 6.2.2).
            page.set("Resources", resources);
            page.set("StructParents", structure::number(*number));
            page.set("Tabs", name("S"));
            if let Some(links) = links.get_mut(*number).filter(|links| !links.is_empty()) {
                page.set("Annots", std::mem::take(links));
            }
            press.file.put(*id, page)?;
            kids.push(Object::Reference(*id));
        }
        let count = structure::number(kids.len());
        press.file.put(branch, dictionary! { "Type" => "Pages", "Parent" => root, "Kids" => kids, "Count" => count })?;
        branches.push(Object::Reference(branch));
    }
    let paper = vec![0.into(), 0.into(), Object::Real(WIDTH), Object::Real(HEIGHT)];
    let tree = dictionary! {
        "Type" => "Pages", "Kids" => branches, "Count" => structure::number(document.order.len()), "MediaBox" => paper
    };
    press.file.put(root, tree)?;
    Ok(root)
}

fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

/// A text string; plain ASCII stays readable in the file.
fn text(text: &str) -> Object {
    if text.is_ascii() { Object::string_literal(text) } else { Object::String(utf16(text), StringFormat::Hexadecimal) }
}

fn attach(file: &mut File, (file_name, description, data): (&str, &str, &[u8]), moment: &str) -> Result<ObjectId, String> {
    let mut parameters = dictionary! { "Size" => i64::try_from(data.len()).unwrap_or(i64::MAX) };
    if let Some(date) = metadata::pdf_date(moment) {
        parameters.set("ModDate", Object::string_literal(date));
    }
    let embedded = dictionary! { "Type" => "EmbeddedFile", "Subtype" => name("application/json"), "Params" => parameters };
    let stream = file.add(Stream::new(embedded, data.to_vec()))?;
    file.add(dictionary! {
        "Type" => "Filespec", "F" => text(file_name), "UF" => text(file_name), "AFRelationship" => name("Data"),
        "Desc" => text(description), "EF" => dictionary! { "F" => stream, "UF" => stream }
    })
}
