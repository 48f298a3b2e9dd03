//! Any text is an expression or a list of mistakes: the parser and the compiler of the control language never panic.
#![no_main]

use assize::evaluate::cel::{Library, Scope};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut library = Library::new();
    let mut scope = Scope::new(["object", "params", "rel"]).with_params(["days"]);
    if let Ok(id) = library.add_variable("containers", "object.spec.containers", &scope) {
        scope.declare("containers", id);
    }
    match library.compile(text, &scope) {
        Ok(program) => assert_eq!(program.source(), text),
        Err(mistakes) => assert!(!mistakes.is_empty(), "refused without a reason"),
    }
});
