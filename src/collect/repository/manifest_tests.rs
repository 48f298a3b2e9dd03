//! Texts, good and bad, through the manifest reader.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn yaml(text: &str) -> Reading {
    read(text.as_bytes(), false, &Limits::default())
}

fn kinds(reading: &Reading) -> Vec<(u32, String)> {
    reading.objects.iter().map(|node| (node.line, node.get("kind").and_then(Node::as_str).unwrap().to_owned())).collect()
}

fn only_failure(reading: &Reading) -> (u32, &str, Option<u64>) {
    let [failure] = reading.failures.as_slice() else { unreachable!("{:?}", reading.failures) };
    (failure.line.unwrap(), &failure.message, failure.may_hide)
}

#[test]
fn a_broken_document_costs_nobody_but_itself() {
    let reading = yaml("apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Secret\n  bad: [\n---\napiVersion: v1\nkind: Service\n");
    assert_eq!(kinds(&reading), [(1, "Pod".to_owned()), (8, "Service".to_owned())]);
    let (line, _, may_hide) = only_failure(&reading);
    assert!((4..=7).contains(&line));
    assert_eq!((may_hide, reading.documents), (Some(1), 3));
}

#[test]
fn other_peoples_files_are_neither_resources_nor_mistakes() {
    for text in
        ["services:\n  web: {image: x}\n", "", "# only\n---\n", "- a\n- b\n", "text", "kind: Thing\n", "apiVersion: 1\ndatasources: []\n"]
    {
        let reading = yaml(text);
        assert!(reading.objects.is_empty() && reading.failures.is_empty(), "{text}");
    }
}

#[test]
fn half_an_identity_is_a_mistake() {
    assert_eq!(only_failure(&yaml("\napiVersion: v1\nmetadata: {}\n")), (2, "apiVersion without kind", Some(0)));
    assert_eq!(only_failure(&yaml("apiVersion: v1\nkind: [Pod]\n")), (1, "apiVersion or kind is not a string", Some(1)));
    assert_eq!(only_failure(&yaml("apiVersion: a/b/c\nkind: Pod\n")).1, "apiVersion is not 'version' or 'group/version'");
}

#[test]
fn lists_are_their_items() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: v1\n  kind: ServiceList\n  items:\n  - metadata: {name: a}\n  - 3\n- kind: Pod\n";
    let reading = yaml(text);
    assert_eq!(kinds(&reading), [(4, "Pod".to_owned()), (9, "Service".to_owned())]);
    assert_eq!(reading.objects[1].get("apiVersion").and_then(Node::as_str), Some("v1"));
    let messages: Vec<_> = reading.failures.iter().map(|failure| (failure.line, failure.message.as_str(), failure.may_hide)).collect();
    assert_eq!(messages, [(Some(10), "an item of a list is no object", Some(1)), (Some(11), "kind without apiVersion", Some(1))]);
    assert!(yaml("apiVersion: v1\nkind: List\nitems: []\n").failures.is_empty());
    assert_eq!(only_failure(&yaml("apiVersion: v1\nkind: List\nitems: {}\n")).1, "the items of a list are no list");
}

#[test]
fn endless_lists_end() {
    let open = "{apiVersion: v1, kind: List, items: [".repeat(20);
    let text = format!("{open}{}", "]}".repeat(20));
    assert!(only_failure(&yaml(&text)).1.contains("nested too deep"));
    let limits = Limits { max_documents: 2, ..Limits::default() };
    let reading = read("---\napiVersion: v1\nkind: A\n".repeat(5).as_bytes(), false, &limits);
    assert_eq!(reading.objects.len(), 2);
    assert_eq!((reading.failures.len(), reading.failures[0].outcome, reading.failures[0].may_hide), (1, Outcome::Truncated, None));
    let reading = read("---\n[\n".repeat(5).as_bytes(), false, &limits);
    assert_eq!((reading.failures.len(), reading.failures[2].outcome, reading.failures[2].may_hide), (3, Outcome::Truncated, None));
}

#[test]
fn json_is_read_in_both_kinds_of_file() {
    let text = "{\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\"}\n{\"apiVersion\": \"v1\", \"kind\": \"Service\"}";
    for json in [true, false] {
        assert_eq!(kinds(&read(text.as_bytes(), json, &Limits::default())), [(1, "Pod".to_owned()), (3, "Service".to_owned())]);
    }
    assert_eq!(kinds(&yaml("{apiVersion: v1, kind: Pod}")), [(1, "Pod".to_owned())]);
    let broken = read(b"{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\"", true, &Limits::default());
    assert_eq!((broken.objects.len(), only_failure(&broken)), (1, (2, "a map goes on with ',' or ends with '}'", Some(1))));
}

#[test]
fn encodings_are_told_apart() {
    let utf16: Vec<u8> = "\u{feff}apiVersion: v1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(only_failure(&read(&utf16, false, &Limits::default())).1.contains("UTF-16"));
    assert_eq!(only_failure(&read(&utf16[2..], false, &Limits::default())).2, None);
    let reading = read(b"a: 1\n---\napiVersion: v1\nkind: P\xff\n", false, &Limits::default());
    assert_eq!(only_failure(&reading), (4, "invalid UTF-8 at byte 31", Some(1)));
    assert_eq!(kinds(&read(b"\xef\xbb\xbfapiVersion: v1\r\nkind: Pod\r\n", false, &Limits::default())), [(1, "Pod".to_owned())]);
    assert!(only_failure(&yaml("a: \u{1}")).1.contains("control character"));
}

/// The deepest document that can be allowed must fit the stack of a worker thread, in an unoptimised build too.
#[test]
fn the_deepest_document_fits_a_small_stack() {
    let nested =
        |open: &str, close: &str| format!("{{\"apiVersion\":\"v1\",\"kind\":\"Thing\",\"a\":{}1{}}}", open.repeat(190), close.repeat(190));
    let indented: String = (0..190).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let texts = [(nested("[", "]"), true), (nested("{\"a\":", "}"), true), (format!("apiVersion: v1\nkind: Thing\n{indented}"), false)];
    let work = move || {
        let limits = Limits { max_nesting: 100_000, ..Limits::default() };
        let redactor = crate::collect::redact::Redactor::new(&crate::collect::redact::Redaction::default()).unwrap();
        for (text, json) in texts {
            let mut reading = read(text.as_bytes(), json, &limits);
            assert!(reading.failures.is_empty() && reading.objects.len() == 1, "{:?}", reading.failures);
            reading.objects.iter_mut().for_each(|object| drop(redactor.redact(object)));
            assert!(reading.objects.iter().all(|object| object.to_json().len() > 190));
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), json: bool) {
        let reading = read(&bytes, json, &Limits::default());
        prop_assert!(reading.documents >= reading.failures.len() as u64 || reading.documents > 0);
    }

    #[test]
    fn texts_of_yaml_characters_never_panic(text in r#"([a-c:\-?*&!|>'"%@`{}\[\],#~<. \n\t]|---\n|apiVersion: v1\n|kind: Pod\n|\*a|&a |<<: ){0,60}"#, json: bool) {
        let reading = read(text.as_bytes(), json, &Limits::default());
        for object in &reading.objects {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&object.to_json()).is_ok());
        }
    }

    /// Whatever is cut off a file, what is lost is at most what its rows admit.
    #[test]
    fn losing_the_end_of_a_file_is_admitted(cut in 0_usize..300) {
        let whole = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b, x: [1]}}\n---\n{\"apiVersion\": \"v1\", \"kind\": \"Service\"}\n";
        let cut = cut.min(whole.len());
        // A byte that no parser takes in place of one.
        let mut bytes = whole.as_bytes().to_vec();
        if let Some(byte) = bytes.get_mut(cut) {
            *byte = 0xff;
        }
        let reading = read(&bytes, false, &Limits::default());
        let admitted: u64 = reading.failures.iter().map(|failure| failure.may_hide.unwrap_or(100)).sum();
        // A key that is itself spoilt makes the object none, here as for Kubernetes.
        let spoilt_key = bytes.windows(4).filter(|w| *w == b"kind").count() < 4 || bytes.windows(10).filter(|w| *w == b"apiVersion").count() < 4;
        prop_assert!(spoilt_key || reading.objects.len() as u64 + admitted >= 3);
    }
}
