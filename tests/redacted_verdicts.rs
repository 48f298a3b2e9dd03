//! Laws 1 and 7 together: what was taken out of a document is no evidence, so no verdict rests on it; what is left of the text still is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod program;

use program::Place;
use serde_json::Value;

/// Values of a ConfigMap, and the condition over them, true for a pass.
const CASES: &[(&str, &str, &str, &str)] = &[
    // Another value than the one under the key may have been taken out.
    ("a text that is not there", "password=hunter2-of-winter\nmode=safe", "!object.data.text.contains('mode=unsafe')", "unknown"),
    ("a text that is there", "password=hunter2-of-winter\nmode=safe", "object.data.text.contains('mode=safe')", "pass"),
    ("a forbidden text that is there", "password=hunter2-of-winter\nmode=unsafe", "!object.data.text.contains('mode=unsafe')", "fail"),
    ("a beginning", "user=app password=hunter2-of-winter", "object.data.text.startsWith('user=app')", "pass"),
    ("another beginning", "user=app password=hunter2-of-winter", "object.data.text.startsWith('user=root')", "fail"),
    ("equality with what it cannot be", "user=app password=hunter2-of-winter", "object.data.text != 'none'", "pass"),
    ("a pattern", "user=app password=hunter2-of-winter", "!object.data.text.matches('root')", "unknown"),
    ("its length", "user=app password=hunter2-of-winter", "size(object.data.text) < 2000", "unknown"),
    ("that it is there", "user=app password=hunter2-of-winter", "has(object.data.text) && !has(object.data.other)", "pass"),
    ("as a string", "user=app password=hunter2-of-winter", "string(object.data.text).startsWith('user=app')", "pass"),
    ("its key", "user=app password=hunter2-of-winter", "object.data.all(k, k == 'text')", "pass"),
    (
        "what decides without it",
        "user=app password=hunter2-of-winter",
        "object.data.text.matches('root') || object.kind == 'ConfigMap'",
        "pass",
    ),
    ("text that holds no secret", "user=app", "!object.data.text.matches('root')", "pass"),
];

#[test]
fn no_verdict_rests_on_what_was_taken_out() {
    for (case, text, condition, wanted) in CASES {
        let manifest =
            serde_json::json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c" }, "data": { "text": text } });
        check(case, &[("t/c.json", &manifest.to_string())], condition, wanted);
    }
}

#[test]
fn nor_on_what_was_taken_out_of_its_namespace() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations: {example.com/note: user=app password=hunter2-of-winter}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {text: plain}\n";
    let note = "namespaceObject.metadata.annotations['example.com/note']";
    let files = [("t/n.yaml", namespace), ("t/c.yaml", config)];
    check("a pattern", &files, &format!("!{note}.matches('root') || object.data.text == 'other'"), "unknown");
    check("a beginning", &files, &format!("{note}.startsWith('user=app') && object.data.text == 'plain'"), "pass");
}

/// Scans the files, in which there is one ConfigMap, by a control with this condition.
fn check(case: &str, files: &[(&str, &str)], condition: &str, wanted: &str) {
    let place = Place::new(files);
    // A catalog wants examples of both verdicts; what they say is run by `control test` alone.
    let example = |verdict: &str| format!("\n[[example]]\nname = '{verdict}'\nexpect = '{verdict}'\ngiven = '{{}}'\n");
    let control = CONTROL.replace("REQUIRE", condition).replace("EXAMPLES", &(example("pass") + &example("fail")));
    place.write("mine/controls/kubernetes/secrets/k8s-plaintext-credential.toml", control);
    let found = place.run(&["scan", "t", "--catalog", "mine", "--accept-incomplete"]);
    assert_eq!(found.code, 0, "{case}: {}", found.err);
    let verdicts = place.json(0, &["verdicts", "--catalog", "mine", "--control", "k8s-plaintext-credential"]);
    let [verdict] = verdicts.as_array().unwrap().as_slice() else { panic!("{case}: {verdicts}") };
    assert_eq!(verdict["verdict"], *wanted, "{case}: {verdict}");
    if wanted == "unknown" {
        assert!(verdict["reason"].as_str().unwrap().contains("redacted before it was stored"), "{case}: {verdict}");
    }
    // What a failure shows has the marker, and never the secret.
    assert!(!verdict.to_string().contains("hunter2"), "{case}: {verdict}");
    assert_eq!(verdict["observed"] == Value::Null, wanted != "fail", "{case}: {verdict}");
}

const CONTROL: &str = r#"
title = "The text of the ConfigMap is as it should be"
severity = "high"
since = "0.1.0"
kinds = ["ConfigMap"]
require = "REQUIRE"
observed = "'the text is ' + object.data.text"
expected = "as it should be"
rationale = "For a test of what conditions see of a redacted text."
remediation = "None."
references = ["https://kubernetes.io/docs/concepts/configuration/configmap/"]
EXAMPLES"#;
