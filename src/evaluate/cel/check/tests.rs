//! What is refused before evaluation, with its place; and what is not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::super::{Checks, Condition, Library, Program, Scalar, Scope, Type};
use super::CompileError;

const CONDITION: Condition = Condition { always: "nothing can fail", never: "nothing can pass" };

fn compile(source: &str, as_what: &str) -> Result<Program, Vec<CompileError>> {
    let mut library = Library::new();
    let params = [("some_int", Type::from(Scalar::Int)), ("names", Type::list(Scalar::String)), ("strict", Scalar::Bool.into())];
    let mut scope = Scope::new(["object", "params"]).with_typed_params(params).with_checks(Checks::Conditions);
    for (name, expression) in [("names", "params.names.map(n, n + '/')"), ("on", "true"), ("spec", "object.spec")] {
        let id = library.add_variable(name, expression, &scope).unwrap();
        scope.declare(name, id);
    }
    match as_what {
        "condition" => library.compile_condition(source, &scope, CONDITION),
        "text" => library.compile_text(source, &scope),
        _ => library.compile(source, &scope),
    }
}

/// Place and message of every refusal.
fn told(source: &str, as_what: &str) -> Vec<(String, String)> {
    let errors = compile(source, as_what).map(|_| ()).expect_err(source);
    errors.into_iter().map(|error| (source[error.range].to_owned(), error.message)).collect()
}

#[track_caller]
fn refused(source: &str, place: &str, message: &str) {
    assert_eq!(told(source, ""), [(place.to_owned(), message.to_owned())], "{source}");
}

#[test]
fn operators_that_no_types_satisfy() {
    refused("1 + 'a'", "+", "'+' cannot be applied to int, string");
    refused("1 + 1.5", "+", "'+' cannot be applied to int, double");
    refused("'a' - 'b'", "-", "'-' cannot be applied to string, string");
    refused("1.0 % 2.0", "%", "'%' cannot be applied to double, double");
    refused("-'a'", "-", "'-' cannot be applied to string");
    refused("params.some_int < 'x'", "<", "'<' cannot be applied to int, string");
    refused("[1] < [2]", "<", "'<' cannot be applied to list(int), list(int)");
    refused("object.a > null", ">", "'>' cannot be applied to dyn, null");
    refused("[1]['a']", "[", "cannot select 'a' from a value of type list(int)");
    refused("'abc'[0]", "[", "'[]' cannot be applied to string, int");
    refused("params.some_int.name", "name", "cannot select 'name' from a value of type int");
    refused("object.a.size().?b", "b", "cannot select 'b' from a value of type int");
    refused("{1.5: 2}", "1.5", "a map cannot have a key of type double");
    refused("[?1]", "1", "'?' needs an optional here, not int");
}

#[test]
fn functions_that_no_types_satisfy() {
    refused("'a'.startsWith(1)", "1", "'startsWith' cannot be applied to string, int");
    refused("size(true)", "true", "'size' cannot be applied to bool");
    refused("params.some_int.contains('x')", "contains", "'contains' cannot be applied to int, string");
    refused("object.a.substring('x')", "'x'", "'substring' cannot be applied to dyn, string");
    refused("cidr('10.0.0.0/8').containsIP(1)", "1", "'containsIP' cannot be applied to CIDR, int");
    refused("quantity('1').isGreaterThan(semver('1.0.0'))", "semver", "'isGreaterThan' cannot be applied to quantity, semver");
    refused("variables.names.sum()", "sum", "'sum' cannot be applied to list(string)");
    refused("math.greatest(1, 'a')", "'a'", "'math.greatest' cannot be applied to int, string");
    refused("object.a.orValue(1).orValue(2) + object.b.map(x, size(x)).join()", "join", "'join' cannot be applied to list(int)");
    refused("object.a.matches(1)", "1", "'matches' cannot be applied to dyn, int");
    refused("timestamp(object.a).getHours(1)", "1", "'getHours' cannot be applied to timestamp, int");
}

#[test]
fn a_refused_call_says_what_it_takes() {
    let errors = compile("'a'.startsWith(1)", "").unwrap_err();
    assert_eq!(errors[0].hint.as_deref(), Some("it takes string, string"));
}

#[test]
fn comparisons_that_never_match() {
    refused("1 == 'a'", "==", "'==' compares int with string");
    refused("object.a.size() != '1'", "!=", "'!=' compares int with string");
    refused("has(object.a) == null", "==", "'==' compares bool with null");
    refused("object.?a == 'x'", "==", "'==' compares optional(dyn) with string");
    refused("1 in params.names", "in", "'in' looks for int in list(string)");
    refused("'a' in {1: 2}", "in", "'in' looks for string in map(int, int)");
    refused("'a' in 'abc'", "in", "'in' cannot be applied to string, string");
    for right in ["dyn(1) == 'a'", "1 == 1.0 && object.a", "object.a == 'a'", "[] == params.names", "object.?a == optional.none()"] {
        let library = Library::new();
        let params = [("names", Type::list(Scalar::String))];
        let scope = Scope::new(["object", "params"]).with_typed_params(params).with_checks(Checks::Types);
        assert!(library.compile(right, &scope).is_ok(), "{right}");
    }
}

#[test]
fn macros_know_the_types_of_what_they_bind() {
    refused("params.names.all(n, n > 1)", ">", "'>' cannot be applied to string, int");
    refused("params.names.exists(i, n, i == n)", "==", "'==' compares int with string");
    refused("params.names.filter(n, n + '')", "+", "this is string, not a condition");
    refused("params.some_int.all(n, n)", "all", "this macro walks over a list or map, not int");
    refused("object.?a.all(x, x)", "all", "this macro walks over a list or map, not optional(dyn)");
    refused("{'a': 1}.all(k, v, v.contains(k))", "contains", "'contains' cannot be applied to int, string");
    refused("object.a.sortBy(x, [x])", "[", "values of type list(dyn) have no order");
    refused("object.a.transformMapEntry(k, v, 1)", "1", "this must be a map of one entry, not int");
    refused("cel.bind(n, 1, n + 'a')", "+", "'+' cannot be applied to int, string");
    refused("object.?a.optFlatMap(x, 1)", "1", "'optFlatMap' needs an optional here, not int");
    refused("optional.of(1).optMap(x, x.size())", "size", "'size' cannot be applied to int");
}

#[test]
fn results_that_are_not_what_is_needed() {
    assert_eq!(told("object.a.size()", "condition"), [("size".to_owned(), "this is int, not a condition".to_owned())]);
    assert_eq!(told("object.a.all(x, x)", "text"), [("all".to_owned(), "this gives bool, not string".to_owned())]);
    refused("object.a && 'x'", "'x'", "this is string, not a condition");
    refused("!object.a.size()", "size", "this is int, not a condition");
    refused("object.a.size() ? 1 : 2", "size", "this is int, not a condition");
}

#[test]
fn conditions_that_never_change() {
    refused("object.a && true", "true", "this condition is always true");
    refused("object.a || 1 > 2", ">", "this condition is always false");
    refused("object.a && variables.on", "on", "this condition is always true");
    refused("[1, 2].all(x, x > 0) ? object.a : object.b", "all", "this condition is always true");
    refused("object.a.all(x, 'a'.startsWith('b'))", "startsWith", "this condition is always false");
    refused("object.a || 1 / 0 > 1", ">", "this condition can never be evaluated: division by zero");
    // The innermost is not told beside the one around it.
    refused("object.a && !(1 == 1 && 2 == 2)", "!", "this condition is always false");
}

#[test]
fn comparisons_of_a_thing_with_itself() {
    refused("object.a.b == object.a.b", "==", "both sides of '==' are the same, so this is always true");
    refused("object.all(x, x.size() < x.size())", "<", "both sides of '<' are the same, so this is always false");
    refused("object.a || object.b || !object.a", "!", "this and its opposite make the whole condition always true");
    assert!(compile("object.a.b == object.b.a", "").is_ok());
}

#[test]
fn a_condition_that_never_changes_as_a_whole() {
    let one = |place: &str, message: &str| vec![(place.to_owned(), message.to_owned())];
    assert_eq!(told(" 1 < 2 ", "condition"), one("1 < 2", "this is always true, so nothing can fail"));
    assert_eq!(told("!variables.on", "condition"), one("!variables.on", "this is always false, so nothing can pass"));
    let never = "this can never be evaluated: index 5 is out of range";
    assert_eq!(told("[true][5]", "condition"), one("[true][5]", never));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let told = told("object.a.startsWith(1) && object.b == object.b || obejct.c || size(1) > 2 || 3 > 'a'", "condition");
    let places: Vec<&str> = told.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["1", "==", "obejct", "1", ">"]);
}

#[test]
fn what_a_document_could_make_right_is_accepted() {
    for source in [
        "object.a + 'x' == object.b && object.a < 1 && object.a in object.b",
        "object.a[object.b].c.all(x, x.d == 1 || x.d == 'a')",
        "object.?a.?b.orValue([]).exists(x, x) || object.a.orValue(false)",
        "params.strict ? object.a : params.some_int > 3",
        "[object.a, 1, 'x'].exists(x, x == null) && {'a': 1, 'b': 'x'}.all(k, v, v == 1 || v == 'x' || object[k])",
        "(object.a ? 1 : 'x') == object.b",
        "has(object.a) && has(object.a.b) && null != object.a",
        "optional.unwrap([optional.of(1), object.?b]).size() > 0 && [?object.?a].unwrapOpt() == []",
        "math.greatest(1, 2.5, object.a) > 2 && math.least([1, object.a]) == 1",
        "object.a == type(1) || type(object.a) == string",
        "object.a.min() == 1 && object.a.map(x, size(x)).sum() > 2 && object.a.sortBy(x, x.n)[0].n == 'a'",
    ] {
        assert!(compile(source, "condition").is_ok(), "{source}: {:?}", compile(source, "condition").map(|_| ()));
    }
}
