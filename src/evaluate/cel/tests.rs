//! What the language does, told by examples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use bumpalo::Bump;

/// Evaluates over `object`, where `{"unread": N}` marks a part that was not read.
fn eval(source: &str, object: &str) -> Result<String, String> {
    let arena = Bump::new();
    let library = Library::new();
    let program = library.compile(source, &Scope::new(["object"])).map_err(|errors| format!("refused: {}", errors[0]))?;
    let object = unread(parse_document(object.as_bytes(), &arena, Nulls::Drop).unwrap(), &arena);
    let mut context = Context::new(&library, &arena, &[object]);
    match program.eval(&mut context) {
        Ok(value) => Ok(to_json(value).map_or("partly unknown".into(), |json| json.to_string())),
        Err(error) => Err(error.to_string()),
    }
}

fn unread<'d>(value: Value<'d>, arena: &'d Bump) -> Value<'d> {
    match value {
        Value::Map(_, entries) => match value.get("unread") {
            Some(Value::Int(id)) => Value::Unknown(id as u32),
            _ => Value::of_entries(document::collect(
                arena,
                entries.iter().map(|entry| Entry { key: entry.key, value: unread(entry.value, arena) }),
            )),
        },
        Value::List(items) => list(arena, items.iter().map(|item| unread(*item, arena))),
        value => value,
    }
}

#[track_caller]
fn gives(source: &str, object: &str, expected: &str) {
    assert_eq!(eval(source, object).as_deref(), Ok(expected), "{source}");
}

#[track_caller]
fn fails(source: &str, object: &str, expected: &str) {
    assert_eq!(eval(source, object).as_ref().map_err(String::as_str), Err(expected), "{source}");
}

#[track_caller]
fn holds(source: &str) {
    gives(source, "{}", "true");
}

fn refusals(source: &str) -> Vec<(String, String)> {
    let mut library = Library::new();
    let mut scope = Scope::new(["object", "params", "snapshot"]).with_params(["allowed_registries"]);
    let id = library.add_variable("containers", "object.spec.containers", &scope).unwrap();
    scope.declare("containers", id);
    let errors = library.compile(source, &scope).expect_err(source);
    errors.iter().map(|error| (source.get(error.range.clone()).unwrap_or("").to_owned(), error.to_string())).collect()
}

#[track_caller]
fn refused(source: &str, place: &str, message: &str) {
    assert_eq!(refusals(source), [(place.to_owned(), message.to_owned())], "{source}");
}

const UNREAD: &str = "depends on something that could not be read (line 1, column ";

#[test]
fn a_missing_key_is_an_error_that_says_where() {
    fails("object.metadata.namespace == 'x'", r#"{"metadata": {}}"#, "no such key 'namespace' (line 1, column 17)");
    fails("true &&\n  object['é'].b", r#"{"é": {}}"#, "no such key 'b' (line 2, column 15)");
}

#[test]
fn errors_name_the_variable_they_happen_in() {
    let arena = Bump::new();
    let mut library = Library::new();
    let mut scope = Scope::new(["object"]);
    let id = library.add_variable("containers", "object.spec\n.containers", &scope).unwrap();
    scope.declare("containers", id);
    let program = library.compile("variables.containers.size() > 0", &scope).unwrap();
    let object = parse_document(br#"{"spec": {}}"#, &arena, Nulls::Drop).unwrap();
    let error = program.eval_bool(&mut Context::new(&library, &arena, &[object])).unwrap_err();
    assert_eq!(error.to_string(), "no such key 'containers' (in variable 'containers', line 2, column 2)");
    assert_eq!((error.kind, error.range), (ErrorKind::NoSuchKey("containers".into()), 13..23));
}

#[test]
fn logic_absorbs_errors_on_either_side() {
    for error in ["object.absent", "1 / 0 > 0", "'text'"] {
        gives(&format!("{error} && false"), "{}", "false");
        gives(&format!("false && {error}"), "{}", "false");
        gives(&format!("{error} || true"), "{}", "true");
        assert!(eval(&format!("{error} && true"), "{}").is_err());
        assert!(eval(&format!("{error} ? true : true"), "{}").is_err());
    }
    gives("[0, 1].exists(x, 1 / x == 1)", "{}", "true");
    gives("[0, 1].all(x, 1 / x == 2)", "{}", "false");
    fails("[0, 1].all(x, 1 / x == 1)", "{}", "division by zero (line 1, column 17)");
    fails("[0, 1].exists_one(x, 1 / x == 1)", "{}", "division by zero (line 1, column 24)");
}

#[test]
fn every_touch_of_an_unread_part_is_an_error() {
    let object = r#"{"a": {"unread": 7}}"#;
    for touch in [
        "object.a",
        "has(object.a)",
        "object.?a.hasValue()",
        "object[?'a'].hasValue()",
        "'a' in object",
        "object.a.b == 1",
        "object.?a.?b.orValue(1) == 1",
    ] {
        let error = eval(touch, object).expect_err(touch);
        assert!(error.starts_with(UNREAD), "{touch}: {error}");
    }
    for touch in [
        "size(object)",
        "object == {}",
        "object.all(k, k == 'a')",
        "object.map(k, k)",
        "object.exists(k, v, v == 1)",
        "'%s'.format([object])",
    ] {
        let error = eval(touch, object).expect_err(touch);
        assert!(error.starts_with(UNREAD), "{touch}: {error}");
    }
}

#[test]
fn what_an_unread_part_cannot_change_is_decided() {
    let object = r#"{"list": [{"unread": 1}, 5], "map": {"a": {"unread": 2}, "b": 3}}"#;
    gives("object.list.exists(x, x == 5)", object, "true");
    gives("object.list.all(x, x != 5)", object, "false");
    gives("5 in object.list", object, "true");
    gives("size(object.list)", object, "2");
    gives("object.list == [1, 6]", object, "false");
    gives("object.map == {'a': 1, 'b': 4}", object, "false");
    gives("object.map == {'a': 1}", object, "false");
    gives("sets.intersects(object.list, [5])", object, "true");
    gives("sets.contains([1], object.list)", object, "false");
    gives("object.map.exists(k, v, v == 3)", object, "true");
    gives("object.list.filter(x, true).size()", object, "2");
    for open in [
        "object.list.exists(x, x == 6)",
        "6 in object.list",
        "object.list == [1, 5]",
        "object.map == {'b': 3}",
        "object.map == {'a': 1, 'b': 3}",
    ] {
        let error = eval(open, object).expect_err(open);
        assert!(error.starts_with(UNREAD), "{open}: {error}");
    }
    for open in [
        "object.list.sum()",
        "object.list.max()",
        "object.list.distinct()",
        "object.list.sort()",
        "object.list.indexOf(5)",
        "object.list.isSorted()",
    ] {
        assert!(eval(open, object).expect_err(open).starts_with(UNREAD), "{open}");
    }
}

#[test]
fn of_several_errors_the_unread_part_is_told() {
    let error = eval("object.absent || object.a", r#"{"a": {"unread": 7}}"#).unwrap_err();
    assert!(error.starts_with(UNREAD), "{error}");
}

#[test]
fn selections_from_what_is_no_map() {
    fails("object.a.b", r#"{"a": "text"}"#, "cannot select 'b' from a value of type string (line 1, column 10)");
    fails("has(object.a.b)", r#"{"a": [1]}"#, "cannot select 'b' from a value of type list (line 1, column 14)");
    fails("object.?a.?b.orValue(1)", r#"{"a": 5}"#, "cannot select 'b' from a value of type int (line 1, column 12)");
    gives("[null].all(x, !has(x.a) && !x.?a.hasValue())", "{}", "true");
}

#[test]
fn integers_of_documents_are_ints() {
    gives("type(object.a) == int && object.a + 1 == 3", r#"{"a": 2}"#, "true");
    gives("type(object.a) == uint", r#"{"a": 18446744073709551615}"#, "true");
    gives("type(object.a) == double", r#"{"a": 1.0}"#, "true");
}

#[test]
fn null_entries_are_dropped_or_kept() {
    gives("has(object.a)", r#"{"a": null}"#, "false");
    gives("object.a[0] == null", r#"{"a": [null]}"#, "true");
    let arena = Bump::new();
    let kept = parse_document(br#"{"a": null}"#, &arena, Nulls::Keep).unwrap();
    assert!(matches!(kept.get("a"), Some(Value::Null)));
}

#[test]
fn documents_that_are_refused() {
    let arena = Bump::new();
    let cases: [&[u8]; 9] =
        [b"", b"{", b"{} {}", b"{\"a\": 1, \"a\": 2}", b"[1,]", b"nul", b"\"\xff\"", b"{\"a\": 01}", b"{\"\\u0061\": 1, \"a\": 2}"];
    for json in cases {
        assert!(parse_document(json, &arena, Nulls::Drop).is_err(), "{}", String::from_utf8_lossy(json));
    }
    let many: String = (0..40).map(|i| format!("\"k{i}\": 0, ")).collect();
    assert!(parse_document(format!("{{{many}\"z\": 1}}").as_bytes(), &arena, Nulls::Drop).is_ok());
    assert!(parse_document(format!("{{{many}\"k7\": 1}}").as_bytes(), &arena, Nulls::Drop).is_err());
    for count in [2, 31, 32, 33, 34, 60, 200] {
        for repeated in 0..count {
            let keys: String = (0..count).map(|i| format!("\"key-{i}\": {}, ", if i % 3 == 0 { "null" } else { "0" })).collect();
            let json = format!("{{{keys}\"key-{repeated}\": 1}}");
            assert!(parse_document(json.as_bytes(), &arena, Nulls::Drop).is_err(), "{count} keys, {repeated} twice");
        }
    }
}

#[test]
fn deep_documents_are_compared_and_deeper_ones_refused() {
    fn check() {
        let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        for levels in [200, 250] {
            gives("object.a == object.a", &format!(r#"{{"a": {}}}"#, deep(levels - 1)), "true");
        }
        for json in [deep(251), "[".repeat(100_000), "{\"a\":".repeat(100_000)] {
            let error = parse_document(json.as_bytes(), &Bump::new(), Nulls::Drop).map(|_| ()).unwrap_err();
            assert!(error.to_string().contains("nested deeper than 250 levels"), "{error}");
        }
    }
    // The stack of a main thread; those of tests are smaller, and unoptimised code needs more.
    std::thread::Builder::new().stack_size(8 << 20).spawn(check).unwrap().join().unwrap();
}

#[test]
fn maps_are_changed_without_touching_the_original() {
    let arena = Bump::new();
    let original = parse_document(br#"{"a": 1, "b": {"c": 2}}"#, &arena, Nulls::Drop).unwrap();
    let changed = with_entries(&arena, original, [("a", Value::Int(5)), ("d", list(&arena, [Value::Bool(true)]))]);
    assert_eq!(to_json(changed).unwrap(), serde_json::json!({"a": 5, "b": {"c": 2}, "d": [true]}));
    assert_eq!(to_json(original).unwrap(), serde_json::json!({"a": 1, "b": {"c": 2}}));
    let built = map(&arena, [("x", Value::Null), ("x", text(&arena, "y"))]);
    assert_eq!(to_json(built).unwrap(), serde_json::json!({"x": "y"}));
    let json = serde_json::json!({"a": [1, -2, 1.5, "t", null, {"b": u64::MAX}]});
    assert_eq!(to_json(from_json(&json, &arena)).unwrap(), json);
}

#[test]
fn variables_are_evaluated_once_per_context() {
    let arena = Bump::new();
    let mut library = Library::new();
    let mut scope = Scope::new(["object"]);
    let one = library.add_variable("one", "object.list.map(x, x + 1)", &scope).unwrap();
    scope.declare("one", one);
    let two = library.add_variable("two", "variables.one.filter(x, variables.one.exists(y, y > x))", &scope).unwrap();
    scope.declare("two", two);
    let program = library.compile("variables.two.map(x, variables.two.map(y, x + y))", &scope).unwrap();
    let object = parse_document(br#"{"list": [1, 2, 3]}"#, &arena, Nulls::Drop).unwrap();
    let mut context = Context::new(&library, &arena, &[object]);
    assert_eq!(to_json(program.eval(&mut context).unwrap()).unwrap(), serde_json::json!([[4, 5], [5, 6]]));
    context.set_root(0, Value::Null);
    assert_eq!(to_json(program.eval(&mut context).unwrap()).unwrap(), serde_json::json!([[4, 5], [5, 6]]));
}

#[test]
fn fuel_ends_every_evaluation() {
    let arena = Bump::new();
    let library = Library::new();
    let scope = Scope::new(["object"]);
    let object = parse_document(br#"{"text": "0123456789012345678901234567890123456789"}"#, &arena, Nulls::Drop).unwrap();
    let doubling = (0..60).fold("size(x)".to_owned(), |body, _| format!("cel.bind(x, x + x, {body})"));
    let sources = [
        "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, true)))".to_owned(),
        "lists.range(10000000000).size() > 0".to_owned(),
        format!("cel.bind(x, object.text, {doubling}) > 0"),
        format!("cel.bind(x, [1], {doubling}) > 0"),
        "lists.range(100000).map(x, object.text).join().replace('', object.text).replace('', object.text).size() > 0".to_owned(),
        format!(
            "cel.bind(x, [1], {})",
            (0..60).fold("'%s'.format([x]) == ''".to_owned(), |body, _| format!("cel.bind(x, [x, x], {body})"))
        ),
        format!("cel.bind(x, [1], {})", (0..60).fold("x == x".to_owned(), |body, _| format!("cel.bind(x, [x, x], {body})"))),
        format!(
            "cel.bind(x, [1], {})",
            (0..60).fold("x.flatten(99).size() == 0".to_owned(), |body, _| format!("cel.bind(x, [x, x], {body})"))
        ),
    ];
    for source in sources {
        let program = library.compile(&source, &scope).unwrap_or_else(|errors| panic!("{source}: {}", errors[0]));
        let error = program.eval_bool(&mut Context::new(&library, &arena, &[object])).expect_err(&source);
        assert_eq!(error.kind, ErrorKind::Fuel, "{source}");
    }
}

#[test]
fn searching_large_maps_costs_fuel() {
    let names: Vec<String> = (0..10_000).map(|i| format!("key{i}")).collect();
    let arena = Bump::new();
    let object = map(&arena, names.iter().map(|name| (name.as_str(), Value::Int(1))));
    let library = Library::new();
    for source in ["'absent' in object", "object.?absent.hasValue()", "has(object.absent)", "object.key9999 != 1"] {
        let source = format!("lists.range(100000).exists(i, {source})");
        let program = library.compile(&source, &Scope::new(["object"])).unwrap();
        let error = program.eval_bool(&mut Context::new(&library, &arena, &[object])).expect_err(&source);
        assert_eq!(error.kind, ErrorKind::Fuel, "{source}");
    }
}

#[test]
fn unknown_names_are_refused_with_a_suggestion() {
    refused("obejct.spec", "obejct", "unknown name 'obejct' (did you mean 'object'?)");
    refused("object.image.startWith('a')", "startWith", "unknown function 'startWith' (did you mean 'startsWith'?)");
    refused("math.greatst(1, 2)", "greatst", "unknown function 'math.greatst' (did you mean 'math.greatest'?)");
    refused("startsWith(object.a, 'b')", "startsWith", "unknown function 'startsWith' (write value.startsWith(...))");
    refused("object.a.isIP()", "isIP", "unknown function 'isIP' (write isIP(value, ...))");
    refused("variables.contaners.size()", "contaners", "unknown variable 'contaners' (did you mean 'containers'?)");
    refused("containers.size() > 0", "containers", "unknown name 'containers' (write variables.containers)");
    refused("has(variables.containers)", "containers", "variables are always present (write variables.containers)");
    refused("variables", "variables", "'variables' can only be used as variables.NAME");
    refused("params.registries.size() > 0", "registries", "unknown parameter 'registries' (declare it under [params])");
    refused("params.allowed_registry", "allowed_registry", "unknown parameter 'allowed_registry' (did you mean 'allowed_registries'?)");
    refused("cel.block([1], 2)", "block", "unknown function 'cel.block'");
    refused("object.a.authorized()", "authorized", "unknown function 'authorized'");
}

#[test]
fn misuse_is_refused() {
    refused("object.a.startsWith()", "startsWith", "startsWith() takes 1 argument, not 0");
    refused("object.a.substring(1, 2, 3)", "substring", "substring() takes 1 to 2 arguments, not 3");
    refused("object.a.matches('a(b')", "'a(b'", "not a regular expression: unclosed group");
    refused("has(object)", "has", "has() takes one field selection (write has(object.field))");
    refused("object.a.all(c)", "all", "all() cannot take 1 arguments (write list.all(x, condition) or list.all(i, x, condition))");
    refused("object.a.map(c.d, 1)", ".", "map() needs a plain name here (write list.map(x, value) or list.map(x, condition, value))");
    refused("object.a.all(i, i, true)", "i", "all() binds 'i' twice");
    refused("a.b.C{d: 1}", "{", "'a.b.C{...}': messages are not supported (write a map: {'field': value})");
    refused("", "", "the expression is empty");
    assert!(refusals("object.a ==").first().unwrap().1.starts_with("syntax error: "));
    assert!(refusals("object.a = 1").first().unwrap().1.starts_with("syntax error: "));
}

#[test]
fn all_errors_of_an_expression_are_told() {
    let found: Vec<String> = refusals("foo == 1 && object.a.frobnicate() || bar.all(x, y)").into_iter().map(|(place, _)| place).collect();
    assert_eq!(found, ["foo", "frobnicate", "bar", "y"]);
}

#[test]
fn programs_tell_what_they_read() {
    let mut library = Library::new();
    let mut scope = Scope::new(["object", "params", "snapshot"]);
    let containers =
        library.add_variable("containers", "object.spec.containers + object.spec.?initContainers.orValue([])", &scope).unwrap();
    scope.declare("containers", containers);
    let now = library.add_variable("now", "timestamp(snapshot.taken_at)", &scope).unwrap();
    scope.declare("now", now);
    let source = "variables.containers.all(c, c.image != '' && c.?env.orValue([]).exists(e, has(e.value))) && object.metadata['labels'].all(k, v, v != '')";
    let program = library.compile(source, &scope).unwrap();
    let reads: Vec<String> = program.reads().iter().map(|path| format!("{}:{}", path.root, path.keys.join("."))).collect();
    assert_eq!(
        reads,
        [
            "object:metadata.labels",
            "object:metadata.labels.[]",
            "variables.containers:",
            "variables.containers:[].env",
            "variables.containers:[].env.[].value",
            "variables.containers:[].image"
        ]
    );
    assert_eq!(program.variables(), [containers]);
    assert!(program.uses_root("object") && !program.uses_root("snapshot") && !program.uses_root("params"));
    assert!(library.compile("variables.now > timestamp(0)", &scope).unwrap().uses_root("snapshot"));
}

#[test]
fn results_of_the_wrong_type_are_errors() {
    let arena = Bump::new();
    let library = Library::new();
    let text = library.compile("'text'", &Scope::default()).unwrap();
    let number = library.compile("1", &Scope::default()).unwrap();
    let mut context = Context::new(&library, &arena, &[]);
    assert_eq!(text.eval_bool(&mut context).unwrap_err().kind, ErrorKind::WrongResult { expected: "bool", found: "string" });
    assert_eq!(text.eval_string(&mut context), Ok("text"));
    assert_eq!(number.eval_string(&mut context).unwrap_err().kind, ErrorKind::WrongResult { expected: "string", found: "int" });
}

#[test]
fn macros_with_two_names_and_their_maps() {
    gives("object.map(k, k)", r#"{"a": 1, "b": 2}"#, r#"["a","b"]"#);
    gives("object.transformMap(k, v, v > 1, k + 'x')", r#"{"a": 1, "b": 2}"#, r#"{"b":"bx"}"#);
    gives("object.transformMapEntry(k, v, {v: k})", r#"{"a": "x", "b": "y"}"#, r#"{"x":"a","y":"b"}"#);
    fails("object.transformMapEntry(k, v, {'z': k})", r#"{"a": "x", "b": "y"}"#, "the key 'z' occurs twice (line 1, column 8)");
    gives("['a', 'b'].transformMap(i, v, v)", "{}", r#"{"0":"a","1":"b"}"#);
    gives("object.list.sortBy(x, -x.n).map(x, x.n)", r#"{"list": [{"n": 1}, {"n": 3}, {"n": 2}]}"#, "[3,2,1]");
    assert!(eval("[1, 'a'].sortBy(x, x)", "{}").is_err());
}

#[test]
fn kubernetes_lists() {
    gives("[[1, 2, 3].sum(), [3, 1].min(), [3, 1].max(), [1, 2, 1].lastIndexOf(1)]", "{}", "[6,1,3,2]");
    holds(
        "[1, 1, 2].isSorted() && ![2, 1].isSorted() && [].sum() == 0 && [1.5, 2.0].sum() == 3.5 && [duration('1s'), duration('2s')].sum() == duration('3s')",
    );
    fails("[].min()", "{}", "an empty list has no least or greatest element (line 1, column 4)");
    gives("['aab', 'b'].map(x, x.findAll('a'))", "{}", r#"[["a","a"],[]]"#);
    holds("'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == '' && '1 2 3'.findAll('[0-9]', 2) == ['1', '2']");
    holds("'1 2'.findAll(object.?pattern.orValue('[0-9]')) == ['1', '2'] && 'b'.matches('a|' + 'b')");
    fails("'a'.matches('(' + 'b')", "{}", "not a regular expression: unclosed group (line 1, column 5)");
}

#[test]
fn kubernetes_quantities() {
    holds(
        "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('500m').compareTo(quantity('0.5')) == 0 && quantity('1k') == quantity('1000')",
    );
    holds(
        "quantity('1').add(quantity('500m')).asApproximateFloat() == 1.5 && quantity('2').sub(1).asInteger() == 1 && quantity('-1').sign() == -1",
    );
    holds("isQuantity('1.5Gi') && !isQuantity('1.5GB') && quantity('1500m').isInteger() == false");
    fails("quantity('1Xi')", "{}", "cannot read '1Xi' as quantity (line 1, column 1)");
    fails("quantity('1500m').asInteger()", "{}", "the quantity is not a whole number (line 1, column 19)");
}

#[test]
fn kubernetes_addresses_urls_versions_and_formats() {
    holds("cidr('0.0.0.0/0').containsIP('8.8.8.8') && cidr('::/0').containsIP('::1') && !cidr('10.0.0.0/8').containsIP('11.0.0.1')");
    holds("isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0') && !isCIDR('10.0.0.0/08')");
    holds("url('https://user@example.com:8443/a/b?x=1&y=2&x=3').getHost() == 'example.com:8443'");
    holds(
        "url('https://example.com:80/p%20q?x=1&x=a+b').getQuery() == {'x': ['1', 'a b']} && url('https://[::1]:80/').getHostname() == '::1'",
    );
    holds("url('https://[::1]:80/').getPort() == '80' && url('/path').getEscapedPath() == '/path' && isURL('http://a') && !isURL('../a')");
    holds(
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0')) && semver('v1.30', true).minor() == 30",
    );
    holds(
        "isSemver('1.0.0-alpha+001') && !isSemver('01.0.0') && !isSemver('1.0') && semver('1.0.0-rc.2').compareTo(semver('1.0.0-rc.10')) == -1",
    );
    holds("!format.dns1123Label().validate('web-1').hasValue() && format.dns1123Label().validate('Web').value().size() == 1");
    holds(
        "format.named('uuid').value().validate('x').hasValue() && !format.named('nothing').hasValue() && !format.labelValue().validate('').hasValue()",
    );
}

#[test]
fn times() {
    holds("timestamp('2025-01-31T00:00:00Z') - timestamp('2025-01-01T00:00:00Z') > duration('719h')");
    holds(
        "timestamp(object.?t.orValue('2025-03-01T12:00:00+02:00')).getHours() == 10 && timestamp('2025-03-01T12:00:00Z').getHours('+02:00') == 14",
    );
    holds("string(duration('1h1.5s')) == '3601.5s' && string(timestamp('2025-03-01T12:00:00.250Z')) == '2025-03-01T12:00:00.25Z'");
    fails(
        "timestamp('yesterday')",
        "{}",
        "cannot read 'yesterday' as timestamp (RFC 3339, such as 2025-01-31T00:00:00Z) (line 1, column 1)",
    );
}

#[test]
fn numbers_are_written_as_go_does() {
    gives("[1.0, 1.5, 1000000.0, 123456.0, 0.00001, -0.5].map(x, string(x))", "{}", r#"["1","1.5","1e+06","123456","1e-05","-0.5"]"#);
}

#[test]
fn chains_of_variables_are_as_deep_as_the_evaluator_can_follow() {
    let arena = Bump::new();
    let mut library = Library::new();
    let mut scope = Scope::new(["object"]);
    let mut last = "1".to_owned();
    for level in 0.. {
        assert!(level < 10, "no chain is too deep");
        let source = format!("{last}{}", " + 1".repeat(60));
        match library.add_variable("chain", &source, &scope) {
            Ok(id) => scope.declare("chain", id),
            Err(errors) => {
                assert_eq!(errors[0].message, "the variables build too deep a chain");
                break;
            }
        }
        last = "variables.chain".into();
        let program = library.compile("variables.chain > 0", &scope).unwrap();
        assert_eq!(program.eval_bool(&mut Context::new(&library, &arena, &[])), Ok(true));
    }
}

#[test]
fn programs_are_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Program>();
    shared::<Library>();
    shared::<Scope>();
    shared::<CompileError>();
    shared::<EvaluationError>();
}
