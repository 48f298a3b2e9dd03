//! Properties: nothing panics, and the result is that of the `cel` crate's own interpreter wherever both support an expression.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use bumpalo::Bump;
use proptest::prelude::*;

const OBJECT: &str = r#"{"name": "web", "count": 3, "ratio": 0.5, "on": true, "tags": ["a", "b", "web"], "ports": [80, 443], "labels": {"app": "web", "tier": "front"}, "empty": []}"#;

/// The result as text: the JSON of the value, or that it is an error.
fn ours(source: &str) -> String {
    let arena = Bump::new();
    let library = Library::new();
    let program = match library.compile(source, &Scope::new(["object"])) {
        Ok(program) => program,
        Err(errors) => return format!("refused: {}", errors[0]),
    };
    let object = parse_document(OBJECT.as_bytes(), &arena, Nulls::Drop).unwrap();
    let mut context = Context::new(&library, &arena, &[object]);
    match program.eval(&mut context) {
        Ok(value) => to_json(value).unwrap().to_string(),
        Err(_) => "error".into(),
    }
}

fn theirs(source: &str) -> String {
    let program = match ::cel::Program::compile(source) {
        Ok(program) => program,
        Err(error) => return format!("refused: {error}"),
    };
    let mut context = ::cel::Context::default();
    let object: serde_json::Value = serde_json::from_str(OBJECT).unwrap();
    context.add_variable_from_value("object", convert(&object));
    match program.execute(&context) {
        Ok(value) => text(&value),
        Err(_) => "error".into(),
    }
}

/// A JSON value for their interpreter, with signed integers as in ours.
fn convert(json: &serde_json::Value) -> ::cel::Value {
    match json {
        serde_json::Value::Null => ::cel::Value::Null,
        serde_json::Value::Bool(truth) => ::cel::Value::Bool(*truth),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| ::cel::Value::Float(number.as_f64().unwrap()), ::cel::Value::Int)
        }
        serde_json::Value::String(text) => ::cel::Value::String(text.clone().into()),
        serde_json::Value::Array(items) => ::cel::Value::List(items.iter().map(convert).collect::<Vec<_>>().into()),
        serde_json::Value::Object(fields) => {
            let fields: std::collections::HashMap<String, ::cel::Value> =
                fields.iter().map(|(name, value)| (name.clone(), convert(value))).collect();
            ::cel::Value::Map(fields.into())
        }
    }
}

fn text(value: &::cel::Value) -> String {
    json(value).to_string()
}

fn json(value: &::cel::Value) -> serde_json::Value {
    match value {
        ::cel::Value::Null => serde_json::Value::Null,
        ::cel::Value::Bool(truth) => (*truth).into(),
        ::cel::Value::Int(number) => (*number).into(),
        ::cel::Value::UInt(number) => (*number).into(),
        ::cel::Value::Float(number) => (*number).into(),
        ::cel::Value::String(text) => text.as_str().into(),
        ::cel::Value::List(items) => items.iter().map(json).collect(),
        other => format!("{other:?}").into(),
    }
}

/// A document in which nobody knows the parts whose paths are chosen; `.absent` is a key that may be there, too.
fn hide<'d>(value: Value<'d>, arena: &'d Bump, path: &str, chosen: &dyn Fn(&str) -> bool) -> Value<'d> {
    if chosen(path) {
        return Value::Unknown(7);
    }
    match value {
        Value::List(items) => {
            let items = items.iter().enumerate().map(|(index, item)| hide(*item, arena, &format!("{path}[{index}]"), chosen));
            document::list(arena, items)
        }
        Value::Map(_, entries) => {
            let below = |key: &str| format!("{path}.{key}");
            let mut kept: Vec<(&'d str, Value<'d>)> = Vec::new();
            for entry in entries {
                let key = entry.key.value().as_str().unwrap();
                kept.push((key, hide(entry.value, arena, &below(key), chosen)));
            }
            if chosen(&below("absent")) {
                kept.push(("absent", Value::Unknown(8)));
            }
            document::map(arena, kept)
        }
        value => value,
    }
}

const PARTS: &[&str] = &[
    "",
    ".name",
    ".count",
    ".ratio",
    ".on",
    ".tags",
    ".tags[0]",
    ".tags[2]",
    ".ports",
    ".ports[0]",
    ".labels",
    ".labels.app",
    ".labels.tier",
    ".empty",
    ".absent",
    ".labels.absent",
];

/// The result over the whole document, and the one over a document with hidden parts: `None` for "it depends on what is hidden".
fn with_hidden(source: &str, hidden: &[&str]) -> (String, Option<String>) {
    let arena = Bump::new();
    let library = Library::new();
    let Ok(program) = library.compile(source, &Scope::new(["object"])) else { return (String::new(), None) };
    let whole = parse_document(OBJECT.as_bytes(), &arena, Nulls::Drop).unwrap();
    let part = hide(whole, &arena, "", &|path| hidden.contains(&path));
    match program.eval(&mut Context::new(&library, &arena, &[part])) {
        Ok(value) => (ours(source), Some(to_json(value).map_or_else(|| "holds what is hidden".into(), |json| json.to_string()))),
        Err(EvaluationError { kind: ErrorKind::Unknown(_), .. }) => (ours(source), None),
        Err(_) => (ours(source), Some("error".into())),
    }
}

/// Expressions that are truth values if nothing goes wrong.
fn truth() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("object.on".to_owned()),
        Just("object.absent".to_owned()),
        Just("has(object.name)".to_owned()),
        Just("has(object.absent)".to_owned()),
        Just("has(object.labels.app)".to_owned()),
        Just("'app' in object.labels".to_owned()),
    ];
    leaf.prop_recursive(4, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!{a}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (number(), number(), prop::sample::select(&["==", "!=", "<", "<=", ">", ">="][..]))
                .prop_map(|(a, b, o)| format!("({a} {o} {b})")),
            (string(), string(), prop::sample::select(&["==", "!=", "<", ">="][..])).prop_map(|(a, b, o)| format!("({a} {o} {b})")),
            (string(), string(), prop::sample::select(&["startsWith", "endsWith", "contains"][..]))
                .prop_map(|(a, b, f)| format!("{a}.{f}({b})")),
            (string(), items()).prop_map(|(a, b)| format!("({a} in {b})")),
            (items(), items()).prop_map(|(a, b)| format!("({a} == {b})")),
            (items(), inner.clone(), prop::sample::select(&["all", "exists", "exists_one"][..]))
                .prop_map(|(l, b, m)| format!("{l}.{m}(x, {b} || x == 'a')")),
            (inner.clone(), prop::sample::select(&["all", "exists", "exists_one"][..]))
                .prop_map(|(b, m)| format!("object.labels.{m}(k, {b} || k == 'app')")),
            (string(), string()).prop_map(|(a, b)| format!("({{'app': {a}, 'tier': {b}}} == object.labels)")),
            (items(), number(), prop::sample::select(&["all", "exists", "exists_one"][..]))
                .prop_map(|(l, n, m)| format!("{l}.{m}(x, size(x) > {n})")),
        ]
    })
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-5..50_i64).prop_map(|n| if n < 0 { format!("({n})") } else { n.to_string() }),
        Just("object.count".to_owned()),
        Just("object.ratio".to_owned()),
        Just("object.ports[0]".to_owned()),
        Just("object.ports[9]".to_owned()),
        Just("9223372036854775807".to_owned()),
        Just("1.5".to_owned()),
        Just("size(object.tags)".to_owned()),
        Just("size(object.labels)".to_owned()),
        Just("size(object.name)".to_owned()),
        Just("int('7')".to_owned()),
        Just("object.tags.filter(t, t != 'a').size()".to_owned()),
    ];
    leaf.prop_recursive(2, 8, 2, |inner| {
        (inner.clone(), inner, prop::sample::select(&["+", "-", "*", "/", "%"][..])).prop_map(|(a, b, o)| format!("({a} {o} {b})"))
    })
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{0,2}".prop_map(|text| format!("'{text}'")),
        Just("object.name".to_owned()),
        Just("object.labels.app".to_owned()),
        Just("object.labels['tier']".to_owned()),
        Just("object.labels.absent".to_owned()),
        Just("(object.name + 'x')".to_owned()),
        Just("string(object.count)".to_owned()),
    ]
}

fn items() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("object.tags".to_owned()),
        Just("object.empty".to_owned()),
        Just("['a', 'b']".to_owned()),
        Just("object.tags.filter(t, t != 'a')".to_owned()),
        Just("object.tags.map(t, t + 'x')".to_owned()),
        Just("(object.tags + ['c'])".to_owned()),
        Just("object.absent".to_owned()),
        Just("object.name".to_owned()),
    ]
}

/// Words and signs of the language in any order, to get past the parser more often than noise does.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-z]{1,3}",
        "[0-9]{1,2}",
        Just("object".to_owned()),
        Just(".".to_owned()),
        Just(".?".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just("[".to_owned()),
        Just("[?".to_owned()),
        Just("]".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("?".to_owned()),
        Just("&&".to_owned()),
        Just("||".to_owned()),
        Just("!".to_owned()),
        Just("-".to_owned()),
        Just("+".to_owned()),
        Just("in".to_owned()),
        Just("'é'".to_owned()),
        Just("b'\\xff'".to_owned()),
        Just("has(object.a)".to_owned()),
        Just(".all(x, x)".to_owned()),
        Just("object.tags".to_owned()),
        Just(".map(x, y, ".to_owned()),
        Just("null".to_owned()),
        Just("`a`".to_owned()),
        Just("cel.bind(x, 1, x)".to_owned()),
        Just("1u".to_owned()),
        Just("\n".to_owned()),
    ];
    prop::collection::vec(word, 0..14).prop_map(|words| words.join(""))
}

/// Arguments of any type for any function.
fn calls() -> impl Strategy<Value = String> {
    let argument = prop_oneof![
        Just("object".to_owned()),
        Just("object.tags".to_owned()),
        Just("'é日a'".to_owned()),
        Just("''".to_owned()),
        Just("-1".to_owned()),
        Just("2".to_owned()),
        Just("9223372036854775807".to_owned()),
        Just("(-9223372036854775807 - 1)".to_owned()),
        Just("1u".to_owned()),
        Just("double('NaN')".to_owned()),
        Just("1e300".to_owned()),
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("b'\\xff'".to_owned()),
        Just("[1, 'a', [2]]".to_owned()),
        Just("timestamp('0001-01-01T00:00:00Z')".to_owned()),
        Just("duration('-2562047h')".to_owned()),
        Just("optional.none()".to_owned()),
        Just("optional.of(1)".to_owned()),
        Just("quantity('1Ei')".to_owned()),
        Just("ip('::1')".to_owned()),
        Just("cidr('10.0.0.0/0')".to_owned()),
        Just("url('http://[::1')".to_owned()),
        Just("'%s %.3f %x'".to_owned()),
        Just("'+12:00'".to_owned()),
        Just("type(1)".to_owned()),
        Just("semver('1.0.0')".to_owned()),
    ];
    let globals: Vec<&str> = functions::names(functions::Form::Global).collect();
    let methods: Vec<&str> = functions::names(functions::Form::Method).collect();
    prop_oneof![
        (prop::sample::select(globals), prop::collection::vec(argument.clone(), 0..4))
            .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", "))),
        (prop::sample::select(methods), argument.clone(), prop::collection::vec(argument, 0..4))
            .prop_map(|(name, receiver, arguments)| format!("{receiver}.{name}({})", arguments.join(", "))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_cel_crate(source in truth()) {
        prop_assert_eq!(ours(&source), theirs(&source), "{}", source);
    }

    #[test]
    fn logic_does_not_depend_on_the_order(left in truth(), right in truth()) {
        let either = |operator: &str| (ours(&format!("({left}) {operator} ({right})")), ours(&format!("({right}) {operator} ({left})")));
        for operator in ["&&", "||"] {
            let (one, other) = either(operator);
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn hidden_parts_give_the_result_of_the_whole_or_none(
        source in prop_oneof![truth(), number(), string()],
        hidden in prop::sample::subsequence(PARTS, 1..6),
    ) {
        let (whole, part) = with_hidden(&source, &hidden);
        prop_assert!(part.is_none() || part.as_deref() == Some(whole.as_str()), "{source} without {hidden:?}: {whole}, but {part:?}");
    }

    #[test]
    fn any_text_is_compiled_or_refused(source in any::<String>()) {
        ours(&source);
    }

    #[test]
    fn any_words_are_compiled_or_refused(source in words()) {
        ours(&source);
    }

    #[test]
    fn any_arguments_are_taken_or_refused(source in calls()) {
        ours(&source);
    }

    #[test]
    fn any_bytes_are_a_document_or_refused(json in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse_document(&json, &Bump::new(), Nulls::Drop).is_ok();
    }
}

#[test]
fn absurd_sources_are_refused_and_not_crashed_on() {
    let shapes: [fn(usize) -> String; 12] = [
        |n| format!("{}1", "-".repeat(n)),
        |n| format!("{}true", "!".repeat(n)),
        |n| format!("{}1{}", "(".repeat(n), ")".repeat(n)),
        |n| format!("{}1{}", "[".repeat(n), "]".repeat(n)),
        |n| format!("{}1{}", "{1:".repeat(n), "}".repeat(n)),
        |n| format!("1{}", "+1".repeat(n)),
        |n| format!("object{}", ".a".repeat(n)),
        |n| format!("object{}", "[0]".repeat(n)),
        |n| format!("object{}", ".size()".repeat(n)),
        |n| format!("{}1", "true ? 1 : ".repeat(n)),
        |n| format!("true{}", " && true".repeat(n)),
        |n| format!("1{}", " == 1".repeat(n)),
    ];
    for shape in shapes {
        for length in [50, 190, 500, 799, 5_000] {
            ours(&shape(length));
        }
    }
}
