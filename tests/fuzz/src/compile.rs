//! Any text is an expression or a list of mistakes: the parser and the compiler of the control language never panic.

use assize::evaluate::cel::{Library, Scope};

pub fn run(input: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(input) else { return String::new() };
    let mut library = Library::new();
    let mut scope = Scope::new(["object", "params", "rel"]).with_params(["days"]);
    if let Ok(id) = library.add_variable("containers", "object.spec.containers", &scope) {
        scope.declare("containers", id);
    }
    match library.compile(text, &scope) {
        Ok(program) => {
            assert_eq!(program.source(), text);
            "compiled".into()
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a reason");
            format!("{mistakes:?}")
        }
    }
}
