//! Calls: operators, macros, and the functions of the tables.
use super::super::context::Context;
use super::super::functions::{self, Form, Function};
use super::super::node::{Literal, Node, Search, Span, TextTest};
use super::resolve::{Called, called};
use super::suggest::did_you_mean;
use super::{Compiler, macros};
use ::cel::common::ast::{CallExpr, Expr, IdedExpr};
use memchr::memmem::Finder;

/// Bytes that the compiled regular expression of a literal may take.
const MAX_REGEX: usize = 10 << 20;

/// The same for a pattern that is known at evaluation only, where compiling it costs time for every document.
pub const MAX_DYNAMIC_REGEX: usize = 1 << 20;

impl Compiler<'_> {
    pub(super) fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Node {
        let name = call.func_name.as_str();
        let span = self.parsed.callee(expression.id, name);
        if call.target.is_none()
            && let Some(node) = self.operator(expression.id, name, &call.args)
        {
            return node;
        }
        match called(self.scope, &|name| self.locals.iter().any(|local| local.name == name), call) {
            Called::Bind => self.bind(&call.args, span),
            Called::Global(name) if name == "has" => self.has(&call.args, span),
            Called::Global(name) => self.function(&name, Form::Global, None, &call.args, span),
            Called::Method(target) => match self.method_macro(target, name, &call.args, span) {
                Some(node) => node,
                None => self.function(name, Form::Method, Some(target), &call.args, span),
            },
        }
    }

    /// A function of the tables.
    fn function(&mut self, name: &str, form: Form, target: Option<&IdedExpr>, arguments: &[IdedExpr], span: Span) -> Node {
        let known: Vec<&'static Function> = functions::named(name, form).collect();
        let nodes: Vec<Node> = target.into_iter().chain(arguments).map(|argument| self.node(argument)).collect();
        if known.is_empty() {
            return self.unknown_function(name, form, span);
        }
        let overloads: Box<[_]> = known.iter().copied().filter(|function| function.takes(arguments.len())).collect();
        if overloads.is_empty() {
            let counts: Vec<String> = known.iter().map(|function| function.counts()).collect();
            let message = format!("{name}() takes {}, not {}", counts.join(" or "), arguments.len());
            return self.refuse(span, message, None);
        }
        match (name, nodes.len()) {
            ("dyn", 1) => nodes.into_iter().next().unwrap_or(Node::Literal(Literal::Null)),
            ("matches", 2) => self.search(Search::Matches, nodes, overloads, span, arguments),
            ("find", 2) => self.search(Search::Find, nodes, overloads, span, arguments),
            ("findAll", 2) => self.search(Search::FindAll, nodes, overloads, span, arguments),
            ("or" | "orValue", 2) => match <[Node; 2]>::try_from(nodes) {
                Ok(pair) if name == "or" => Node::OptionalOr(Box::new(pair), span),
                Ok(pair) => Node::or_value(pair, span),
                Err(_) => Node::Literal(Literal::Null),
            },
            ("contains", 2) => text_test(TextTest::Contains, nodes, overloads, span),
            ("startsWith", 2) => text_test(TextTest::StartsWith, nodes, overloads, span),
            ("endsWith", 2) => text_test(TextTest::EndsWith, nodes, overloads, span),
            ("string", 1) => nodes.into_iter().next().map_or(Node::Literal(Literal::Null), |node| Node::Text(Box::new(node), span)),
            _ => self.fold(Node::Call(overloads, nodes.into(), span)),
        }
    }

    /// A call whose arguments are all literals is its result, if a literal can be that. `quantity('0')` is read here and not for every container of
    /// every pod. A call that fails is left to fail where it is evaluated.
    fn fold(&self, node: Node) -> Node {
        let Node::Call(_, arguments, _) = &node else { return node };
        if !arguments.iter().all(|argument| matches!(argument, Node::Literal(_))) {
            return node;
        }
        let arena = bumpalo::Bump::new();
        let mut context = Context::new(self.library, &arena, &[]);
        let result = context.value(&node).ok().and_then(Literal::of);
        drop(context);
        result.map_or(node, Node::Literal)
    }

    /// A search for a pattern, which is compiled here if it is a literal.
    fn search(
        &mut self,
        search: Search,
        mut nodes: Vec<Node>,
        overloads: Box<[&'static Function]>,
        span: Span,
        arguments: &[IdedExpr],
    ) -> Node {
        if let Some(Node::Literal(Literal::Str(pattern))) = nodes.get(1) {
            return match regex::RegexBuilder::new(pattern).size_limit(MAX_REGEX).build() {
                Ok(regex) => Node::Search(search, Box::new(nodes.swap_remove(0)), Box::new(regex), span),
                Err(error) => {
                    let place = arguments.last().map_or(span, |argument| self.parsed.token(argument.id));
                    self.refuse(place, format!("not a regular expression: {}", one_line(&error.to_string())), None)
                }
            };
        }
        Node::Call(overloads, nodes.into(), span)
    }

    fn unknown_function(&mut self, name: &str, form: Form, span: Span) -> Node {
        let other = match form {
            Form::Global => Form::Method,
            Form::Method => Form::Global,
        };
        let elsewhere = functions::named(name, other).next().is_some();
        let hint = match form {
            Form::Global if elsewhere || macros::NAMES.contains(&name) => Some(format!("write value.{name}(...)")),
            Form::Method if elsewhere => Some(format!("write {name}(value, ...)")),
            Form::Global => did_you_mean(name, functions::names(form).chain(["has", "cel.bind"])),
            Form::Method => did_you_mean(name, functions::names(form).chain(macros::NAMES.iter().copied())),
        };
        self.refuse(span, format!("unknown function '{name}'"), hint)
    }

    /// `has(operand.field)`.
    fn has(&mut self, arguments: &[IdedExpr], span: Span) -> Node {
        if let [argument] = arguments
            && let Expr::Select(select) = &argument.expr
        {
            if let Some(path) = self.path(argument) {
                self.reads.insert(path);
            }
            return self
                .select(&select.operand, &select.field, argument.id, |operand, name, span| Node::Has(Box::new(operand), name, span));
        }
        self.refuse(span, "has() takes one field selection", Some("write has(object.field)".into()))
    }
}

/// A test of a text, against a part that is made ready here if it is a literal.
fn text_test(test: TextTest, mut nodes: Vec<Node>, overloads: Box<[&'static Function]>, span: Span) -> Node {
    match nodes.get(1) {
        Some(Node::Literal(Literal::Str(part))) => {
            let finder = Box::new(Finder::new(part.as_bytes()).into_owned());
            Node::TextTest(test, Box::new(nodes.swap_remove(0)), finder, span)
        }
        _ => Node::Call(overloads, nodes.into(), span),
    }
}

/// The gist of an error message of the regex crate, which draws the pattern over several lines.
pub fn one_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}
