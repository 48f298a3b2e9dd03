//! Whole documents through the redactor.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::collect::document::{Bounds, parse_yaml};
use proptest::prelude::*;
use std::sync::LazyLock;

fn redact_with(redaction: &Redaction, text: &str) -> (String, Vec<(String, u64)>) {
    let mut document = parse_yaml(text, 1, &Bounds { nodes: 10_000, nesting: 50 }).unwrap().remove(0);
    let counts = Redactor::new(redaction).unwrap().redact(&mut document);
    (document.to_json(), counts)
}

fn redact(text: &str) -> String {
    redact_with(&Redaction::default(), text).0
}

#[test]
fn secrets_keep_their_keys_and_lose_their_values() {
    let (json, counts) = redact_with(
        &Redaction::default(),
        "apiVersion: v1\nkind: Secret\ntype: Opaque\ndata: {user: YWRtaW4=, empty: '', odd: 'not base64', number: 5}\nstringData:\n  password: hunter2hunter2hunter2\n",
    );
    assert_eq!(
        json,
        r#"{"apiVersion":"v1","kind":"Secret","type":"Opaque","data":{"user":"<redacted:secret-value length=1-7>","empty":"","odd":"<redacted:secret-value length=8-15>","number":"<redacted:secret-value length=1-7>"},"stringData":{"password":"<redacted:secret-value length=16-31>"}}"#
    );
    assert_eq!(counts, [("secret-value".to_owned(), 4)]);
}

#[test]
fn only_the_time_of_a_bootstrap_token_is_kept() {
    let secret = |expiration: &str| {
        redact(&format!(
            "apiVersion: v1\nkind: Secret\ntype: bootstrap.kubernetes.io/token\ndata: {{expiration: '{expiration}', token-secret: YWJj}}"
        ))
    };
    assert!(secret("MjAyNi0xMi0wMVQwMDowMDowMFo=").contains("MjAyNi0xMi0wMVQwMDowMDowMFo="));
    assert!(!secret("aHVudGVyMg==").contains("aHVudGVyMg=="));
    assert!(!secret("MjAyNi0xMi0wMVQwMDowMDowMFo=").contains("YWJj"));
}

#[test]
fn the_same_value_has_the_same_hash_in_both_fields_of_a_secret() {
    let redaction = Redaction { key: Some(b"k".to_vec()), ..Redaction::default() };
    let (json, _) = redact_with(&redaction, "apiVersion: v1\nkind: Secret\ndata: {a: aHVudGVyMg==}\nstringData: {a: hunter2}");
    let hashes: Vec<_> = json.match_indices("hash=").map(|(at, _)| &json[at..at + 37]).collect();
    assert!(hashes.len() == 2 && hashes[0] == hashes[1], "{json}");
}

#[test]
fn environment_and_arguments_are_read_by_name() {
    let json = redact(
        r#"
kind: Pod
spec:
  containers:
  - env:
    - {name: DB_PASSWORD, value: geheim1}
    - {name: DB_PASSWORD_FILE, value: geheimless}
    - {name: TOKEN, valueFrom: {secretKeyRef: {name: a, key: token}}}
    - {name: PIN_TOKEN, value: 12345678}
    - {name: DATABASE_URL, value: "postgres://app:geheim2@db/app"}
    - {name: OPTS, value: "-Xmx1g -Ddb.password=geheim3"}
    - {name: PASSWORD, value: $(DB_PASSWORD)}
    - {name: ALLOW_EMPTY_PASSWORD, value: "yes"}
    args: [--password=geheim4, --token, geheim5, --verbose, --secret-name, regcred, "--api-key", --next, "sh -c 'PASSWORD=geheim6 run'"]
    command: [sh, -c, "run --password geheim7 --port 8080"]
"#,
    );
    assert!(!json.contains("geheim1") && !json.contains("12345678"), "{json}");
    for n in 2..=7 {
        assert!(!json.contains(&format!("geheim{n}")), "geheim{n} in {json}");
    }
    for kept in [
        "geheimless",
        "$(DB_PASSWORD)",
        "\"yes\"",
        "postgres://app:<redacted:connection-string-password length=1-7>@db/app",
        "regcred",
        "--next",
        "--password=<redacted",
        "-Xmx1g",
        "--port 8080",
    ] {
        assert!(json.contains(kept), "{kept} not in {json}");
    }
}

#[test]
fn a_marker_in_a_name_does_not_make_its_value_a_secret() {
    let once = redact("kind: Pod\nspec: {containers: [{env: [{name: 'PASShttps://u:p@h/WORD', value: hunter2}]}]}\n");
    assert!(once.contains("u:<redacted:connection-string-password"), "{once}");
    assert_eq!(redact(&once), once);
}

#[test]
fn a_format_within_a_named_credential_does_not_leave_the_rest() {
    let once = redact("kind: Pod\nspec: {containers: [{env: [{name: PASSWORD, value: 'hunthttps://u:p@h/er2'}]}]}\n");
    assert!(!once.contains("hunt") && !once.contains("er2"), "{once}");
    assert_eq!(redact(&once), once);
}

#[test]
fn config_maps_are_read_by_key_and_by_line() {
    let json = redact(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  api_key: geheim1\n  app.properties: |\n    db.user=a\n    db.password=geheim2\n  password.sh: |\n    echo start\n    PASSWORD=geheim3\n  tokenFile: /x\n  secret.yaml: |\n    kind: Secret\n    data: {a: Z2VoZWltNA==}\nbinaryData:\n  blob: cGFzc3dvcmQ9Z2VoZWltNQ==\n  icon: iVBORw0KGgo=\n",
    );
    for gone in ["geheim1", "geheim2", "geheim3", "Z2VoZWltNA==", "cGFzc3dvcmQ9Z2VoZWltNQ=="] {
        assert!(!json.contains(gone), "{gone} in {json}");
    }
    for kept in ["db.user=a", "echo start", "\"tokenFile\":\"/x\"", "iVBORw0KGgo="] {
        assert!(json.contains(kept), "{kept} not in {json}");
    }
}

#[test]
fn other_places_are_covered() {
    let json = redact(
        "metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '{\"a\":\"geheim1\"}', x: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a here'}}\nspec:\n  userData: 'geheim2'\n  auth: {password: geheim3, secretName: kept1, tokenSecretRef: kept2}\n  objects: [{apiVersion: v1, kind: Secret, data: {a: Z2VoZWltNA==}}]\n  values: |\n    adminPassword: geheim5\n  data: [{secretKey: kept3}]\n",
    );
    for gone in ["geheim", "Z2VoZWltNA==", "ghp_"] {
        assert!(!json.contains(gone), "{gone} in {json}");
    }
    for kept in ["kept1", "kept2", "kept3", " here", "<redacted:user-data length=1-7>", "<redacted:last-applied-configuration length=8-15>"]
    {
        assert!(json.contains(kept), "{kept} not in {json}");
    }
}

#[test]
fn texts_within_texts_are_read_as_what_they_are() {
    let long = "q7W2e9R4t1Y8u3I6o5P0aZ";
    let json = redact(&format!(
        r#"{{"metadata": {{"annotations": {{
            "a": "{{\"inner\": \"{{\\\"cookieSecret\\\": \\\"{long}\\\", \\\"kept\\\": 1}}\"}}",
            "b": "seed: x\ntotpSeed: |\n  {long}\nkept: 2\n",
            "c": "run:\n- --cookie-secret\n- {long}\n- --port\n- '8080'\n"
        }}}}}}"#
    ));
    assert!(!json.contains(long), "{json}");
    for kept in ["cookieSecret", "kept", "seed", "--port", "8080"] {
        assert!(json.contains(kept), "{kept} not in {json}");
    }
    assert_eq!(redact(&json), json);
}

#[test]
fn words_of_a_command_may_be_items_of_a_list() {
    let json = redact(
        "spec:\n  steps: [[sshpass, -p, geheim1, ssh, bot@h], [mysqldump, -uroot, -pgeheim2, shop], [curl, -u, 'bot:geheim3', 'https://h'], [mysql, -p, shop]]\n",
    );
    assert!(!json.contains("geheim"), "{json}");
    for kept in ["\"-p\",\"shop\"", "-uroot", "bot:<redacted", "bot@h"] {
        assert!(json.contains(kept), "{kept} not in {json}");
    }
}

#[test]
fn hostile_texts_cost_no_more_than_their_length() {
    // Each would take minutes if names were looked for again in every value.
    for text in
        ["token=".repeat(100_000) + "<redacted:jwt length=64+>", "name=".repeat(100_000), "password: ".repeat(100_000), "{".repeat(100_000)]
    {
        let mut node = Node { line: 1, value: crate::collect::document::Value::String(text) };
        Redactor::new(&Redaction::default()).unwrap().redact(&mut node);
    }
}

#[test]
fn misspelt_fields_of_a_secret_go_as_well() {
    let json = redact("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringdata: {a: geheim1}\n");
    assert!(!json.contains("geheim1") && json.contains("\"name\":\"s\""), "{json}");
}

#[test]
fn the_users_placeholders_count() {
    let redaction = Redaction { placeholders: vec!["Platzhalter".to_owned()], key: None };
    assert!(redact_with(&redaction, "[{name: PASSWORD, value: platzHALTER}]").1.is_empty());
    assert_eq!(redact_with(&Redaction::default(), "[{name: PASSWORD, value: platzHALTER}]").1.len(), 1);
}

#[test]
fn debug_output_does_not_show_the_key() {
    assert!(!format!("{:?}", Redaction { placeholders: vec![], key: Some(b"geheim".to_vec()) }).contains("103"));
}

proptest! {
    #[test]
    fn no_value_of_a_secret_survives_and_twice_is_once(value in "[a-zA-Z0-9/+=:. -]{12,40}", field in "(data|stringData)") {
        prop_assume!(!value.trim().is_empty() && chrono::DateTime::parse_from_rfc3339(value.trim()).is_err());
        static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&Redaction::default()).unwrap());
        let redactor = &*REDACTOR;
        let text = format!("apiVersion: v1\nkind: Secret\n{field}:\n  k: {value:?}\n");
        let mut document = parse_yaml(&text, 1, &Bounds { nodes: 100, nesting: 10 }).unwrap().remove(0);
        redactor.redact(&mut document);
        let once = document.to_json();
        prop_assert!(!once.contains(value.trim()));
        prop_assert!(redactor.redact(&mut document).is_empty());
        prop_assert_eq!(document.to_json(), once);
    }
}
