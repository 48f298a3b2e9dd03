//! The PDF report from outside: it is made of any view, always the same bytes, with everything in it.
//!
//! The files stay in the target folder for `tests/verapdf/check.sh`, which asks veraPDF, qpdf and poppler about them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/view/mod.rs"]
mod view;

use assize::report::Renderer;
use assize::report::pdf::{PdfRenderer, Profile};
use assize::report::presentation::{Brand, Colour, Logo, Presentation};
use assize::report::view::ReportView;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeMap;

fn render(name: &str, view: &ReportView) -> Vec<u8> {
    let renderer = PdfRenderer { attachment: Some(serde_json::to_vec(view).unwrap()), ..PdfRenderer::default() };
    let bytes = renderer.render(view).unwrap();
    std::fs::write(format!("{}/report-{name}.pdf", env!("CARGO_TARGET_TMPDIR")), &bytes).unwrap();
    bytes
}

/// The text of each page without white space: lines end where the column does.
fn pages(bytes: &[u8]) -> Vec<String> {
    let file = Document::load_mem(bytes).unwrap();
    let numbers: Vec<u32> = file.get_pages().into_keys().collect();
    numbers.into_iter().map(|number| squeeze(&file.extract_text(&[number]).unwrap())).collect()
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn catalog(file: &Document) -> &Dictionary {
    file.catalog().unwrap()
}

#[test]
fn every_view_becomes_a_file_and_twice_the_same() {
    let views = [
        ("empty", view::empty()),
        ("small", view::small()),
        ("unknown", view::all_unknown()),
        ("hostile", view::hostile()),
        ("manual", view::attested_only()),
    ];
    for (name, view) in views {
        let bytes = render(name, &view);
        assert!(bytes.starts_with(b"%PDF-1.7"), "{name}");
        assert!(bytes == render(name, &view), "{name}: the second render differs");
        for (index, page) in pages(&bytes).iter().enumerate() {
            assert!(page.len() > 100, "{name}: page {} is blank", index + 1);
        }
    }
}

#[test]
fn everything_the_view_holds_is_printed() {
    let view = view::small();
    let text = pages(&render("complete", &view)).concat();
    let mut wanted: Vec<String> = Vec::new();
    for framework in &view.frameworks {
        wanted.push(framework.edition.clone());
        for requirement in &framework.requirements {
            wanted.push(format!("{} {}", requirement.id, requirement.title));
            wanted.extend(requirement.excluded.iter().map(|reason| format!("Left out: {reason}")));
            wanted.extend(requirement.controls.iter().map(|edge| format!("{}{}{}", edge.title, edge.control, edge.why)));
            wanted.extend(requirement.attestations.iter().map(|topic| topic.description.clone()));
        }
    }
    for control in &view.controls {
        wanted.extend([control.rationale.clone(), control.remediation.replace('`', ""), control.expressions.concat()]);
        wanted.extend(control.params.iter().map(|(name, value, _)| format!("{name} = {value}")));
    }
    for finding in &view.findings {
        wanted.push(format!("F-{:04}", finding.number));
        wanted.push(match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            _ => finding.resource.clone(),
        });
        wanted.extend(finding.observed.clone());
        wanted.extend(finding.reason.clone());
    }
    for waiver in &view.waivers {
        wanted.extend([&waiver.id, &waiver.reason, &waiver.approver, &waiver.expires].map(Clone::clone));
    }
    for attestation in &view.attestations {
        wanted.extend([attestation.owner.clone(), attestation.hash.clone().unwrap()]);
    }
    for read in &view.ledger {
        let place = read
            .file
            .as_ref()
            .map_or_else(String::new, |file| file.clone() + &read.line.map_or_else(String::new, |line| format!(":{line}")));
        wanted.push(format!("{}{}{}{place}{}{}", read.seq, read.operation, read.parameters, read.source, read.identity));
        wanted.extend(read.error.clone());
    }
    for unread in &view.unread {
        wanted.extend([unread.what.clone(), unread.why.clone(), unread.leaves_open.clone(), unread.next.clone()]);
    }
    for item in &view.evidence {
        wanted.extend([item.hash.clone(), item.place.clone().unwrap_or_else(|| item.resource.clone())]);
    }
    for (_, formula) in &view.indicators.as_ref().unwrap().formulas {
        wanted.push(formula.clone());
    }
    wanted.extend(view.change.as_ref().unwrap().notes.clone());
    wanted.extend(view.left_out.iter().map(|(_, title)| title.clone()));
    wanted.extend(view.method.paragraphs.iter().flat_map(|(title, text)| [title.clone(), text.clone()]));
    wanted.extend(view.redactions.iter().map(|(class, values)| format!("{class}{values}")));
    wanted.extend(view.catalog.overrides.iter().cloned());
    wanted.extend([view.snapshot.root.clone(), view.evaluation.root.clone(), view.evaluation.settings.clone(), view.catalog.hash.clone()]);
    for piece in wanted {
        assert!(text.contains(&squeeze(&piece)), "not printed: {piece}");
    }
}

#[test]
fn no_finding_is_dropped() {
    let text = pages(&render("many", &view::large(400))).concat();
    for number in 1..=400 {
        assert!(text.contains(&format!("F-{number:04}")), "F-{number:04}");
    }
}

#[test]
fn every_sheet_says_what_it_belongs_to() {
    let view = view::small();
    let pages = pages(&render("sheets", &view));
    let total = pages.len();
    for (index, page) in pages.iter().enumerate().skip(1) {
        assert!(page.contains(&format!("Page{}of{total}", index + 1)), "page {}", index + 1);
        assert!(page.contains(&view.snapshot.root[..16]), "page {}", index + 1);
        assert!(page.contains("Complianceposturereport"), "page {}", index + 1);
    }
}

#[test]
fn nothing_assessed_is_not_called_clean() {
    let text = pages(&render("nothing", &view::empty())).concat();
    assert!(text.contains(&squeeze("That is not a clean result: nothing was assessed.")));
    assert!(!text.contains(&squeeze("no verdict is a failure")));
    let text = pages(&render("wide", &view::all_unknown())).concat();
    assert!(text.contains(&squeeze("0.0 to 100.0 %")));
}

#[test]
fn what_the_fonts_lack_is_printed_as_code_points_and_owned_up_to() {
    let text = pages(&render("names", &view::hostile())).concat();
    assert!(text.contains("[U+202E]evil"), "a direction override must be seen");
    assert!(text.contains(&squeeze("in names and values cannot be seen or are in no font of this report")));
    assert!(text.contains(&"n".repeat(300)));
    assert!(text.matches("U+540D").count() > 8 * 300, "eight names");
    let listed = &text[text.find(&squeeze("number of times")).unwrap()..];
    assert!(listed.contains("U+540D\u{a0}×") || listed.contains("U+540D×"), "{listed}");
    let plain = pages(&render("plain", &view::empty())).concat();
    assert!(!plain.contains("cannotbeseen"));
}

#[test]
fn the_attachment_is_the_one_given() {
    let view = view::small();
    let file = Document::load_mem(&render("attached", &view)).unwrap();
    let specification = file.get_dictionary(catalog(&file).get(b"AF").unwrap().as_array().unwrap()[0].as_reference().unwrap()).unwrap();
    let stream = specification.get(b"EF").unwrap().as_dict().unwrap().get(b"F").unwrap().as_reference().unwrap();
    let data = file.get_object(stream).unwrap().as_stream().unwrap().decompressed_content().unwrap();
    assert!(data == serde_json::to_vec(&view).unwrap());
    let bare = Document::load_mem(&PdfRenderer::default().render(&view).unwrap()).unwrap();
    assert!(catalog(&bare).get(b"AF").is_err());
}

#[test]
fn dates_and_identity_come_from_the_view() {
    let mut view = view::small();
    let identity = |view: &ReportView| {
        let file = Document::load_mem(&PdfRenderer::default().render(view).unwrap()).unwrap();
        let information = file.get_dictionary(file.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
        assert_eq!(information.get(b"CreationDate").unwrap().as_str().unwrap(), b"D:20261124060000Z");
        file.trailer.get(b"ID").unwrap().as_array().unwrap()[0].as_str().unwrap().to_vec()
    };
    let first = identity(&view);
    assert_eq!(first, identity(&view));
    assert_ne!(first, b"assize:identity:");
    view.findings[7].observed = Some("another value".into());
    assert_ne!(first, identity(&view));
}

/// Every structure element: its type, its parent's type, and itself.
fn elements(file: &Document) -> Vec<(String, String, Dictionary)> {
    let is_element = |object: &Object| object.as_dict().is_ok_and(|made| made.get(b"S").is_ok() && made.get(b"P").is_ok());
    let kind = |made: &Dictionary| String::from_utf8(made.get(b"S").unwrap().as_name().unwrap().to_vec()).unwrap();
    file.objects
        .values()
        .filter(|object| is_element(object))
        .map(|object| {
            let made = object.as_dict().unwrap();
            let parent = file.get_dictionary(made.get(b"P").unwrap().as_reference().unwrap()).unwrap();
            let parent = if parent.get(b"S").is_ok() { kind(parent) } else { String::new() };
            (kind(made), parent, made.clone())
        })
        .collect()
}

#[test]
fn the_structure_reads_as_tables_headings_and_links() {
    let file = Document::load_mem(&render("tagged", &view::small())).unwrap();
    let elements = elements(&file);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, parent, made) in &elements {
        *counts.entry(kind).or_default() += 1;
        match kind.as_str() {
            "TH" => {
                assert_eq!(parent, "TR");
                assert!(made.get(b"A").unwrap().as_dict().unwrap().get(b"Scope").is_ok());
            }
            "TD" => assert_eq!(parent, "TR"),
            "TR" => assert!(parent == "THead" || parent == "TBody"),
            "TOCI" => assert_eq!(parent, "TOC"),
            "Figure" => assert!(!made.get(b"Alt").unwrap().as_str().unwrap().is_empty()),
            _ => {}
        }
    }
    assert_eq!(counts["Document"], 1);
    assert_eq!(counts["H1"], 1 + 1 + 19, "the title, the contents and the chapters");
    assert_eq!(counts["THead"], counts["Table"]);
    assert!(counts["Figure"] >= 6 * 2 * 2 + 6, "bars and trends");
}

#[test]
fn links_and_bookmarks_lead_into_the_report() {
    let file = Document::load_mem(&render("links", &view::small())).unwrap();
    let pages: Vec<ObjectId> = file.get_pages().into_values().collect();
    let page_of = |made: &Dictionary| {
        let target = made.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        pages.iter().position(|page| *page == target).unwrap()
    };
    let links: Vec<&Dictionary> = file
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|made| made.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Link"))
        .collect();
    assert!(links.len() > 100);
    for link in &links {
        // The cover is where a link goes that knows no better.
        assert_ne!(page_of(link), 0, "{link:?}");
    }
    let root = file.get_dictionary(catalog(&file).get(b"Outlines").unwrap().as_reference().unwrap()).unwrap();
    let mut entry = root.get(b"First").unwrap().as_reference().ok();
    let mut chapters = Vec::new();
    while let Some(made) = entry.map(|id| file.get_dictionary(id).unwrap()) {
        chapters.push((String::from_utf8(made.get(b"Title").unwrap().as_str().unwrap().to_vec()).unwrap(), made.get(b"First").is_ok()));
        entry = made.get(b"Next").ok().and_then(|next| next.as_reference().ok());
    }
    assert_eq!(chapters.len(), 19);
    assert_eq!(chapters[10], ("11 Findings".to_owned(), true), "with the groups below it");
}

#[test]
fn a_stranger_finds_what_to_do_and_how_to_check_it() {
    let mut view = view::small();
    let text = pages(&render("stranger", &view)).concat();
    for piece in [
        "What to fix first",
        "What was not looked at",
        "How to check that this is true",
        "assize verify --db assize.db report.pdf --framework soc2",
        "this report is exactly what the database gives for snapshot 12",
        // The change of the first framework, and the causes that add up to it.
        "\u{2212}8.9 / +3.9",
        "+3.7 / \u{2212}0.4",
        "\u{2212}12.0 / +3.8",
    ] {
        assert!(text.contains(&squeeze(piece)), "not printed: {piece}");
    }
    // The worst control stands first, whatever stands before it in the catalog.
    let list = &text[text.find("Whattofixfirst").unwrap()..];
    let list = &list[list.find("Failingcontrols").unwrap()..];
    let place = |title: &str| list.find(&squeeze(title)).unwrap();
    assert!(place("Roles grant no wildcard verbs or resources") < place("Containers run as a user other than root"));
    view.left_out.clear();
    let text = pages(&PdfRenderer::default().render(&view).unwrap()).concat();
    assert!(!text.contains("--framework"));
}

#[test]
fn the_executive_profile_has_four_pages_whatever_it_is_about() {
    let views = [("small", view::small()), ("hostile", view::hostile()), ("unknown", view::all_unknown()), ("large", view::large(900))];
    for (name, view) in views {
        let renderer = PdfRenderer { profile: Profile::Executive, attachment: Some(b"{}".to_vec()) };
        let bytes = renderer.render(&view).unwrap();
        std::fs::write(format!("{}/report-executive-{name}.pdf", env!("CARGO_TARGET_TMPDIR")), &bytes).unwrap();
        let pages = pages(&bytes);
        assert_eq!(pages.len(), 4, "{name}");
        assert!(pages[1].contains("Scores") && pages[2].contains("Whattofixfirst"), "{name}");
        assert!(assize::report::compare::is_executive(&bytes));
        assert!(!assize::report::compare::is_executive(&PdfRenderer::default().render(&view).unwrap()));
    }
}

#[test]
fn words_logo_and_colours_are_those_of_the_presentation() {
    let mut presentation = Presentation::in_language("de").unwrap();
    presentation.brand = Brand {
        company: Some("Prüfwerk AG".into()),
        logo: Some(Logo::read(include_bytes!("../examples/acme/report.png").to_vec()).unwrap()),
        accent: Colour::parse("#7a1fa2"),
        accent_dark: None,
    };
    let view = view::small();
    let bytes = PdfRenderer::default().present(&view, &presentation).unwrap();
    std::fs::write(format!("{}/report-german.pdf", env!("CARGO_TARGET_TMPDIR")), &bytes).unwrap();
    assert!(bytes == PdfRenderer::default().present(&view, &presentation).unwrap());
    let pages = pages(&bytes);
    assert!(pages[0].contains("PrüfwerkAG") && pages[0].contains("Compliance-Lagebericht"));
    assert!(pages[1].contains("Inhalt") && pages[1].contains("SeiteIIvon".replace("II", "2").as_str()));
    let text = pages.concat();
    assert!(text.contains("--langde"), "the report can be made again only in its language");
    assert!(text.contains(&squeeze("Was zuerst zu beheben ist")) && text.contains("60,0bis72,7%"), "words and numbers");
    let file = Document::load_mem(&bytes).unwrap();
    assert_eq!(catalog(&file).get(b"Lang").unwrap().as_str().unwrap(), b"de");
    let pictures = |file: &Document| {
        let is_image = |object: &Object| {
            object.as_stream().is_ok_and(|s| s.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image"))
        };
        file.objects.values().filter(|object| is_image(object)).count()
    };
    assert_eq!(pictures(&file), 1);
    let cover = file.get_page_content(file.get_pages()[&1]);
    assert!(String::from_utf8_lossy(&cover).contains("0.478 0.122 0.635 rg"), "the accent of the company");
    assert_eq!(pictures(&Document::load_mem(&PdfRenderer::default().render(&view).unwrap()).unwrap()), 0);
}
