//! Places of a manifest, each with a document that holds a credential there.

use crate::kinds::Kind;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use serde_json::{Value, json};

pub fn object(kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "shop"}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

pub fn pod(name: &str, container: Value) -> Value {
    let mut whole = json!({"name": "c", "image": "registry.example.com/shop/web:1"});
    whole.as_object_mut().unwrap().extend(container.as_object().unwrap().clone());
    object("Pod", name, json!({"spec": {"containers": [whole]}}))
}

fn init(name: &str, container: Value) -> String {
    let mut pod = pod(name, json!({}));
    let mut whole = json!({"name": "i", "image": "registry.example.com/shop/init:1"});
    whole.as_object_mut().unwrap().extend(container.as_object().unwrap().clone());
    pod["spec"]["initContainers"] = json!([whole]);
    pod.to_string()
}

fn config(kind: &Kind, file: &str, text: String) -> String {
    object("ConfigMap", &kind.name, json!({"data": {file: text}})).to_string()
}

fn annotated(kind: &Kind, annotation: &str, text: String) -> String {
    let mut pod = pod(&kind.name, json!({}));
    pod["metadata"]["annotations"] = json!({annotation: text});
    pod.to_string()
}

fn custom(kind: &Kind, spec: Value) -> String {
    json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": kind.name, "namespace": "shop"}, "spec": spec})
        .to_string()
}

/// `AWS_SECRET_ACCESS_KEY` as `awsSecretAccessKey` and as `aws-secret-access-key`.
fn spelled(key: &str) -> (String, String) {
    let lower = key.to_ascii_lowercase();
    let mut words = lower.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    let camel = words.fold(first, |text, word| text + &word[..1].to_ascii_uppercase() + &word[1..]);
    (camel, lower.replace('_', "-"))
}

pub type Place = (&'static str, fn(&Kind) -> String);

/// Places of a manifest, each with a document that holds the credential there.
const PLACES: &[Place] = &[
    ("secret-string-data", |kind| object("Secret", &kind.name, json!({"stringData": {&kind.key: kind.value}})).to_string()),
    ("secret-data", |kind| {
        let text = STANDARD.encode(&kind.value);
        object("Secret", &kind.name, json!({"data": {&kind.key: text}})).to_string()
    }),
    ("config-map", |kind| object("ConfigMap", &kind.name, json!({"data": {&kind.key: kind.value}})).to_string()),
    ("config-map-properties", |kind| {
        let text = format!("# settings\nname=web\n{}={}\n", kind.key.to_ascii_lowercase().replace('_', "."), kind.value);
        object("ConfigMap", &kind.name, json!({"data": {"app.properties": text}})).to_string()
    }),
    ("config-map-env-file", |kind| {
        object("ConfigMap", &kind.name, json!({"data": {"settings.env": format!("NAME=web\n{}={}\n", kind.key, kind.value)}})).to_string()
    }),
    ("config-map-json", |kind| {
        let text = json!({"name": "web", "nested": {&spelled(&kind.key).0: kind.value}}).to_string();
        object("ConfigMap", &kind.name, json!({"data": {"config.json": text}})).to_string()
    }),
    ("environment", |kind| pod(&kind.name, json!({"env": [{"name": kind.key, "value": kind.value}]})).to_string()),
    ("flag", |kind| pod(&kind.name, json!({"args": ["--name=web", format!("--{}={}", spelled(&kind.key).1, kind.value)]})).to_string()),
    ("flag-and-value", |kind| pod(&kind.name, json!({"command": ["run", format!("--{}", spelled(&kind.key).1), kind.value]})).to_string()),
    ("last-applied", |kind| {
        let inner = pod(&kind.name, json!({"env": [{"name": kind.key, "value": kind.value}]})).to_string();
        let mut outer = pod(&kind.name, json!({}));
        outer["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": inner});
        outer.to_string()
    }),
    ("init-environment", |kind| init(&kind.name, json!({"env": [{"name": kind.key, "value": kind.value}]}))),
    ("init-flag-and-value", |kind| init(&kind.name, json!({"args": [format!("--{}", spelled(&kind.key).1), kind.value]}))),
    ("probe-command", |kind| {
        let flag = format!("--{}={}", spelled(&kind.key).1, kind.value);
        pod(&kind.name, json!({"livenessProbe": {"exec": {"command": ["check", flag]}}})).to_string()
    }),
    ("probe-header", |kind| {
        let header = json!({"name": format!("X-{}", kind.key.replace('_', "-")), "value": kind.value});
        pod(&kind.name, json!({"livenessProbe": {"httpGet": {"path": "/", "port": 80, "httpHeaders": [header]}}})).to_string()
    }),
    ("shell", |kind| pod(&kind.name, json!({"command": ["sh", "-c", format!("{}={} exec run", kind.key, json!(kind.value))]})).to_string()),
    ("ini", |kind| {
        config(kind, "app.ini", format!("[main]\nname = web\n{} = {}\n", kind.key.to_ascii_lowercase(), kind.value.replace('\n', "\\n")))
    }),
    ("yaml", |kind| config(kind, "app.yaml", format!("app:\n  name: web\n  {}: {}\n", spelled(&kind.key).0, json!(kind.value)))),
    ("yaml-block", |kind| {
        let block = kind.value.replace('\n', "\n    ");
        config(kind, "app.yaml", format!("app:\n  name: web\n  {}: |\n    {block}\n  last: x\n", spelled(&kind.key).0))
    }),
    ("yaml-pair", |kind| config(kind, "app.yaml", format!("env:\n- name: {}\n  value: {}\n", kind.key, json!(kind.value)))),
    ("yaml-pair-in-another-order", |kind| {
        config(kind, "app.yaml", format!("env:\n- value: {}\n  name: {}\n", json!(kind.value), kind.key))
    }),
    ("yaml-words", |kind| config(kind, "app.yaml", format!("run:\n  args:\n  - --{}\n  - {}\n", spelled(&kind.key).1, json!(kind.value)))),
    ("json-pretty", |kind| {
        let text = json!({"name": "web", "nested": {&spelled(&kind.key).0: kind.value}});
        config(kind, "config.json", serde_json::to_string_pretty(&text).unwrap())
    }),
    ("json-pair", |kind| config(kind, "config.json", json!({"env": [{"name": kind.key, "value": kind.value}]}).to_string())),
    ("template", |kind| {
        config(
            kind,
            "app.tpl",
            format!("{{{{ if .Values.on }}}}\n{}: {}\n{{{{ end }}}}\n", kind.key.to_ascii_lowercase(), json!(kind.value)),
        )
    }),
    ("annotation-named", |kind| annotated(kind, &format!("example.com/{}", spelled(&kind.key).1), kind.value.clone())),
    ("annotation-line", |kind| annotated(kind, "example.com/settings", format!("{}={}", kind.key, kind.value))),
    ("annotation-json", |kind| {
        annotated(kind, "example.com/settings", json!({"name": "web", &spelled(&kind.key).0: kind.value}).to_string())
    }),
    ("annotation-escaped-json", |kind| {
        let inner = json!({"name": "web", &spelled(&kind.key).0: kind.value}).to_string();
        annotated(kind, "example.com/settings", json!({"config": inner}).to_string())
    }),
    ("custom-field", |kind| custom(kind, json!({"auth": {&spelled(&kind.key).0: kind.value}}))),
    ("custom-pair", |kind| custom(kind, json!({"env": [{"name": kind.key, "value": kind.value}]}))),
    ("custom-words", |kind| custom(kind, json!({"run": {"arguments": [format!("--{}", spelled(&kind.key).1), kind.value]}}))),
    ("custom-export", |kind| custom(kind, json!({"steps": [{"run": format!("export {}={}", kind.key, kind.value)}]}))),
    ("custom-notes", |kind| custom(kind, json!({"notes": format!("First line.\n{}: {}\nLast line.\n", kind.key, kind.value)}))),
    ("custom-manifest", |kind| {
        let inner = pod(&kind.name, json!({"env": [{"name": kind.key, "value": kind.value}]}));
        custom(kind, json!({"manifests": [inner.to_string()], "templates": [inner]}))
    }),
];

/// Places where nothing but the value itself can give a credential away.
const FREE_TEXT: &[Place] = &[
    ("note", |kind| object("ConfigMap", &kind.name, json!({"data": {"note": format!("call it with {} please", kind.value)}})).to_string()),
    ("annotation", |kind| {
        let mut outer = pod(&kind.name, json!({}));
        outer["metadata"]["annotations"] = json!({"example.com/note": format!("use {}", kind.value)});
        outer.to_string()
    }),
    ("custom-resource", |kind| {
        let spec = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": kind.name, "namespace": "shop"},
            "spec": {"steps": [{"run": format!("connect {}", kind.value)}]}});
        spec.to_string()
    }),
    ("query", |kind| {
        custom(kind, json!({"endpoint": format!("https://api.example.com/v1?x=1&{}={}", kind.key.to_ascii_lowercase(), kind.value)}))
    }),
    ("base64", |kind| config(kind, "blob", STANDARD.encode(&kind.value))),
    ("base64-unpadded", |kind| config(kind, "blob", STANDARD_NO_PAD.encode(format!("# {}\n", kind.value)))),
    ("base64-for-urls", |kind| config(kind, "blob", URL_SAFE.encode(format!("a={}", kind.value)))),
    ("base64-with-line-breaks", |kind| {
        let coded = STANDARD.encode(format!("# settings of the web server, which is a long text\n{}\n", kind.value));
        config(kind, "blob", coded.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect())
    }),
    ("base64-annotation", |kind| annotated(kind, "example.com/blob", STANDARD.encode(&kind.value))),
    ("base64-twice", |kind| annotated(kind, "example.com/blob", STANDARD.encode(STANDARD.encode(&kind.value)))),
    ("base64-environment", |kind| pod(&kind.name, json!({"env": [{"name": "BLOB", "value": STANDARD.encode(&kind.value)}]})).to_string()),
];

/// Texts with a mistake in them, whose messages must not quote.
pub fn malformed(kind: &Kind) -> Vec<String> {
    let (key, value) = (&kind.key, json!(kind.value));
    let secret = "apiVersion: v1\nkind: Secret\n";
    let plain: String = kind.value.chars().filter(char::is_ascii_alphanumeric).take(60).collect();
    vec![
        format!("{secret}metadata: {{name: {}}}\nstringData:\n  {key}: {value}\n    broken: [\n", kind.name),
        format!("{secret}data:\n  {key}: {value}\n bad\n"),
        format!("{secret}a: {{{key}: {value}\nb: ]\n"),
        format!("{secret}{key}: {value}\n{key}: {value}\n"),
        format!("kind: {value}\n\t- x\n"),
        format!("{secret}metadata: {value}\n"),
        format!("{secret}metadata: {{name: x}}\nstringData: {}: y: [\n", kind.value.lines().next().unwrap_or_default()),
        format!("x: *{plain}\n"),
        format!("x: !{plain} y\n"),
        format!("%{plain}\n---\n"),
        format!("{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"stringData\":{{\"k\":{value}}},}}"),
    ]
}

pub fn places(kind: &Kind) -> impl Iterator<Item = &'static Place> {
    PLACES.iter().chain(if kind.named { &[] } else { FREE_TEXT })
}
