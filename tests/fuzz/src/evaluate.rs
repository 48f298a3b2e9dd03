//! Any compiled expression over any document gives a value or an error within its fuel. The input is an expression, a NUL byte and a document.

use assize::evaluate::cel::{Context, Library, Nulls, Scope, parse_document};
use bumpalo::Bump;

/// Steps: few enough that an input which needs all of them still runs fast.
const FUEL: u64 = 20_000;

pub fn run(input: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(input) else { return String::new() };
    let (expression, document) = text.split_once('\0').unwrap_or((text, "{}"));
    let library = Library::new();
    let Ok(program) = library.compile(expression, &Scope::new(["object", "params"])) else { return String::new() };
    let arena = Bump::new();
    let Ok(object) = parse_document(document.as_bytes(), &arena, Nulls::Drop) else { return String::new() };
    let results: Vec<String> = (0..2)
        .map(|_| {
            let mut context = Context::new(&library, &arena, &[object, object]);
            context.set_fuel(FUEL);
            format!("{:?}", program.eval(&mut context))
        })
        .collect();
    assert_eq!(results[0], results[1], "the same question has one answer");
    results[0].clone()
}
