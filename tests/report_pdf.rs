//! The PDF report from outside: it is made of any view, always the same bytes, with everything in it.
//!
//! The files stay in the target folder for `tests/verapdf/check.sh`, which asks veraPDF, qpdf and poppler about them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/view.rs"]
mod view;

use assize::report::Renderer;
use assize::report::pdf::PdfRenderer;
use assize::report::view::ReportView;

fn render(name: &str, view: &ReportView) -> Vec<u8> {
    let renderer = PdfRenderer { attachment: Some(serde_json::to_vec(view).unwrap()) };
    let bytes = renderer.render(view).unwrap();
    std::fs::write(format!("{}/report-{name}.pdf", env!("CARGO_TARGET_TMPDIR")), &bytes).unwrap();
    bytes
}

fn text(bytes: &[u8]) -> String {
    let file = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = file.get_pages().into_keys().collect();
    file.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_view_becomes_a_file() {
    for (name, view) in [("empty", view::empty()), ("small", view::small()), ("unknown", view::all_unknown()), ("hostile", view::hostile())]
    {
        let bytes = render(name, &view);
        assert!(bytes.starts_with(b"%PDF-1.7"), "{name}");
    }
}
