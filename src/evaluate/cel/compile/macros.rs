//! Macros: calls that bind names.
use super::super::library::ReadPath;
use super::super::node::{Comprehension, Literal, Node, Span, Walk};
use super::{Compiler, Local};
use ::cel::common::ast::{Expr, IdedExpr};

/// Macros written as methods.
pub const NAMES: &[&str] = &[
    "all",
    "exists",
    "exists_one",
    "existsOne",
    "filter",
    "map",
    "transformList",
    "transformMap",
    "transformMapEntry",
    "sortBy",
    "optMap",
    "optFlatMap",
];

/// How a macro over a list or map may be written: name, what it does, names that it binds, whether a filter may stand before the body.
pub struct Form {
    name: &'static str,
    pub walk: Walk,
    pub binds: usize,
    filter: bool,
}

const fn line(name: &'static str, walk: Walk, binds: usize, filter: bool) -> Form {
    Form { name, walk, binds, filter }
}

/// The first form whose name and number of arguments fit is meant.
const FORMS: &[Form] = &[
    line("all", Walk::All, 1, false),
    line("all", Walk::All, 2, false),
    line("exists", Walk::Exists, 1, false),
    line("exists", Walk::Exists, 2, false),
    line("exists_one", Walk::ExistsOne, 1, false),
    line("exists_one", Walk::ExistsOne, 2, false),
    line("existsOne", Walk::ExistsOne, 1, false),
    line("existsOne", Walk::ExistsOne, 2, false),
    line("filter", Walk::Filter, 1, false),
    line("map", Walk::List, 1, true),
    line("transformList", Walk::List, 2, true),
    line("transformMap", Walk::TransformMap, 2, true),
    line("transformMapEntry", Walk::TransformMapEntry, 2, true),
    line("sortBy", Walk::SortBy, 1, false),
];

/// How a macro with this many arguments is meant.
pub fn form(name: &str, arguments: usize) -> Option<&'static Form> {
    let takes = |form: &&Form| arguments == form.binds + 1 || (form.filter && arguments == form.binds + 2);
    FORMS.iter().filter(|form| form.name == name).find(takes)
}

impl Compiler<'_> {
    /// A macro written as a method; `None` if the name is none.
    pub(super) fn method_macro(&mut self, target: &IdedExpr, name: &str, arguments: &[IdedExpr], span: Span) -> Option<Node> {
        if name == "optMap" || name == "optFlatMap" {
            return Some(self.optional_map(target, name, arguments, span));
        }
        if FORMS.iter().all(|form| form.name != name) {
            return None;
        }
        Some(match form(name, arguments.len()) {
            Some(form) => self.walk(form, target, arguments, span),
            None => self.refuse(span, format!("{name}() cannot take {} arguments", arguments.len()), Some(usage(name))),
        })
    }

    fn walk(&mut self, form: &Form, target: &IdedExpr, arguments: &[IdedExpr], span: Span) -> Node {
        let (names, rest) = arguments.split_at(form.binds.min(arguments.len()));
        let path = self.element_path(target);
        let range = self.node(target);
        // With two names the first is an index or key, which has no path of its own.
        let paths = if form.binds == 2 { vec![None, path] } else { vec![path] };
        let Some(first) = self.declare(names, paths, form.name) else {
            return Node::Literal(Literal::Null);
        };
        let (filter, body) = match rest {
            [filter, body] => (Some(self.node(filter)), self.node(body)),
            [body] => (None, self.node(body)),
            _ => (None, Node::Literal(Literal::Null)),
        };
        self.locals.truncate(first);
        let second = (form.binds == 2).then_some(first + 1);
        Node::Comprehension(Box::new(Comprehension { walk: form.walk, range, first, second, filter, body, span }))
    }

    fn optional_map(&mut self, target: &IdedExpr, name: &str, arguments: &[IdedExpr], span: Span) -> Node {
        let [binding, body] = arguments else {
            return self.refuse(span, format!("{name}() takes 2 arguments, not {}", arguments.len()), Some(usage(name)));
        };
        let path = self.path(target);
        let range = self.node(target);
        let Some(slot) = self.declare(std::slice::from_ref(binding), vec![path], name) else {
            return Node::Literal(Literal::Null);
        };
        let body = self.node(body);
        self.locals.truncate(slot);
        Node::OptionalMap(Box::new([range, body]), slot, name == "optFlatMap", span)
    }

    /// `cel.bind(name, value, body)`.
    pub(super) fn bind(&mut self, arguments: &[IdedExpr], span: Span) -> Node {
        let [binding, value, body] = arguments else {
            return self.refuse(span, format!("cel.bind() takes 3 arguments, not {}", arguments.len()), Some(usage("bind")));
        };
        let path = self.path(value);
        let value = self.node(value);
        let Some(slot) = self.declare(std::slice::from_ref(binding), vec![path], "cel.bind") else {
            return Node::Literal(Literal::Null);
        };
        let body = self.node(body);
        self.locals.truncate(slot);
        Node::Bind(Box::new([value, body]), slot)
    }

    /// Brings the names that a macro binds into sight; gives the slot of the first.
    fn declare(&mut self, names: &[IdedExpr], paths: Vec<Option<ReadPath>>, name: &str) -> Option<usize> {
        let first = self.locals.len();
        for (argument, path) in names.iter().zip(paths) {
            let span = self.parsed.token(argument.id);
            let Expr::Ident(binding) = &argument.expr else {
                self.locals.truncate(first);
                self.refuse(span, format!("{name}() needs a plain name here"), Some(usage(name)));
                return None;
            };
            if self.locals.iter().skip(first).any(|local| local.name == *binding) {
                self.locals.truncate(first);
                self.refuse(span, format!("{name}() binds '{binding}' twice"), None);
                return None;
            }
            self.locals.push(Local { name: binding.clone(), path });
        }
        self.most_locals = self.most_locals.max(self.locals.len());
        Some(first)
    }
}

/// How to write a macro.
fn usage(name: &str) -> String {
    let usage = match name {
        "map" => "list.map(x, value) or list.map(x, condition, value)",
        "filter" => "list.filter(x, condition)",
        "sortBy" => "list.sortBy(x, key)",
        "transformList" => "list.transformList(i, x, value) or list.transformList(i, x, condition, value)",
        "transformMap" => "map.transformMap(k, v, value) or map.transformMap(k, v, condition, value)",
        "transformMapEntry" => "map.transformMapEntry(k, v, {key: value}) or map.transformMapEntry(k, v, condition, {key: value})",
        "optMap" => "optional.optMap(x, value)",
        "optFlatMap" => "optional.optFlatMap(x, optional)",
        "bind" | "cel.bind" => "cel.bind(name, value, expression)",
        name => return format!("write list.{name}(x, condition) or list.{name}(i, x, condition)"),
    };
    format!("write {usage}")
}
