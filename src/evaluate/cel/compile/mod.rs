//! From the syntax tree to the node tree: names become slots, patterns regular expressions, and whatever is not known is refused.
mod calls;
mod macros;
mod paths;
mod resolve;
mod suggest;

use super::check::{Found, Wanted, check};
use super::context::Context;
use super::error::{CompileError, ErrorKind};
use super::library::{Library, Program, ReadPath, VariableId};
use super::node::{Arithmetic, Comparison, Literal, Name, Node, Span};
use super::parse::{Parsed, parse};
use super::scope::{Checks, Scope};
use ::cel::common::ast::{EntryExpr, Expr, IdedExpr, ListExpr, LiteralValue, MapExpr, operators};
use resolve::{Named, text};
use std::collections::BTreeSet;
use suggest::did_you_mean;

pub use calls::{MAX_DYNAMIC_REGEX, one_line};
pub use macros::form;
pub use resolve::{Called, Named as NamedValue, called, named, text as literal_text};

/// Levels of nodes that one expression may have.
const MAX_DEPTH: usize = 200;

/// Levels of nodes of an expression and the variables below it: what the evaluator's recursion is sized for.
const MAX_TOTAL_DEPTH: usize = 400;

/// Steps that a condition which reads nothing may take while it is compiled.
const MAX_CONSTANT_STEPS: u64 = 100_000;

/// A name bound by a macro.
struct Local {
    name: String,
    /// The path of what it is bound to, if it is known
    path: Option<ReadPath>,
}

struct Compiler<'a> {
    library: &'a Library,
    scope: &'a Scope,
    parsed: &'a Parsed<'a>,
    locals: Vec<Local>,
    most_locals: usize,
    depth: usize,
    deepest: usize,
    /// The next node is the inner part of a path that is recorded already
    recorded: bool,
    errors: Vec<CompileError>,
    reads: BTreeSet<ReadPath>,
    variables: BTreeSet<VariableId>,
    roots: BTreeSet<String>,
}

/// Compiles one expression.
pub fn compile(library: &Library, source: &str, scope: &Scope, wanted: Wanted) -> Result<Program, Vec<CompileError>> {
    let parsed = parse(source)?;
    let mut compiler = Compiler::new(library, scope, &parsed);
    let node = compiler.node(&parsed.tree);
    let below = compiler.variables.iter().filter_map(|id| library.variable(*id)).map(|program| program.depth).max().unwrap_or(0);
    let depth = compiler.deepest + below;
    if depth > MAX_TOTAL_DEPTH {
        compiler.errors.push(CompileError { range: 0..source.len(), message: "the variables build too deep a chain".into(), hint: None });
    }
    // An expression too deep for the compiler is too deep for the checks.
    let mut found = Found::default();
    if scope.checks > Checks::Names && compiler.deepest < MAX_DEPTH {
        let sound = compiler.errors.is_empty();
        found = check(library, scope, &parsed, wanted, sound);
        compiler.errors.append(&mut found.errors);
    }
    if !compiler.errors.is_empty() {
        compiler.errors.sort_by_key(|error| (error.range.start, error.range.end));
        compiler.errors.dedup();
        return Err(compiler.errors);
    }
    for id in &compiler.variables {
        compiler.roots.extend(library.variable(*id).into_iter().flat_map(|program| program.roots.iter().cloned()));
    }
    Ok(Program {
        node,
        locals: compiler.most_locals,
        depth,
        source: source.into(),
        reads: compiler.reads.into_iter().collect(),
        variables: compiler.variables.into_iter().collect(),
        roots: compiler.roots.into_iter().collect(),
        gives: found.gives,
        constant: found.constant,
    })
}

/// Evaluates a condition that reads nothing. `None`: it takes too long to tell.
pub fn constant_truth(library: &Library, scope: &Scope, parsed: &Parsed<'_>, expression: &IdedExpr) -> Option<Result<bool, ErrorKind>> {
    let mut compiler = Compiler::new(library, scope, parsed);
    let node = compiler.node(expression);
    let arena = bumpalo::Bump::new();
    let (locals, source) = (compiler.most_locals, Box::default());
    let program = Program { node, locals, source, ..Program::default() };
    let mut context = Context::new(library, &arena, &[]);
    context.set_fuel(MAX_CONSTANT_STEPS);
    match program.eval_bool(&mut context).map_err(|error| error.kind) {
        Err(ErrorKind::Fuel) => None,
        result => Some(result),
    }
}

impl<'a> Compiler<'a> {
    fn new(library: &'a Library, scope: &'a Scope, parsed: &'a Parsed<'a>) -> Self {
        Compiler {
            library,
            scope,
            parsed,
            locals: Vec::new(),
            most_locals: 0,
            depth: 0,
            deepest: 0,
            recorded: false,
            errors: Vec::new(),
            reads: BTreeSet::new(),
            variables: BTreeSet::new(),
            roots: BTreeSet::new(),
        }
    }
}

impl Compiler<'_> {
    /// Notes an error and returns a node to go on with, so that one run finds several.
    fn refuse(&mut self, span: Span, message: impl Into<String>, hint: Option<String>) -> Node {
        let range = span.start as usize..span.end as usize;
        self.errors.push(CompileError { range, message: message.into(), hint });
        Node::Literal(Literal::Null)
    }

    fn node(&mut self, expression: &IdedExpr) -> Node {
        if self.depth >= MAX_DEPTH {
            let span = self.parsed.token(expression.id);
            if self.errors.iter().all(|error| !error.message.starts_with("nested")) {
                self.refuse(span, format!("nested deeper than {MAX_DEPTH} levels"), None);
            }
            return Node::Literal(Literal::Null);
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let recorded = std::mem::take(&mut self.recorded);
        if !recorded && let Some(path) = self.path(expression) {
            self.reads.insert(path);
        }
        let node = self.expression(expression);
        self.depth -= 1;
        node
    }

    fn expression(&mut self, expression: &IdedExpr) -> Node {
        let span = self.parsed.token(expression.id);
        match &expression.expr {
            Expr::Literal(literal) => Node::Literal(constant(literal)),
            Expr::Ident(name) => self.name(name, span),
            Expr::Select(select) => {
                if let Some(node) = self.dotted_root(expression) {
                    return node;
                }
                self.select(&select.operand, &select.field, expression.id, Node::select)
            }
            Expr::List(list) => self.list(list, span),
            Expr::Map(map) => self.map(map, span),
            Expr::Call(call) => self.call(expression, call),
            Expr::Struct(message) => {
                let text = format!("'{}{{...}}': messages are not supported", message.type_name);
                self.refuse(span, text, Some("write a map: {'field': value}".into()))
            }
            Expr::Unspecified | Expr::Comprehension(_) => self.refuse(span, "this is not an expression", None),
        }
    }

    /// A name on its own: what the innermost macro binds, a root, or a type.
    fn name(&mut self, name: &str, span: Span) -> Node {
        // A leading dot looks past the names that macros bind; those never begin with one.
        if let Some(slot) = self.locals.iter().rposition(|local| local.name == name) {
            return Node::Local(slot, span);
        }
        let name = name.strip_prefix('.').unwrap_or(name);
        if let Some(slot) = self.scope.root(name) {
            self.roots.insert(name.to_owned());
            return Node::Root(slot, span);
        }
        if let Some(known) = super::functions::type_name(name) {
            return Node::Literal(Literal::Type(known));
        }
        if name == "variables" {
            return self.refuse(span, "'variables' can only be used as variables.NAME", None);
        }
        let candidates =
            self.locals.iter().map(|local| local.name.as_str()).chain(self.scope.roots.iter().map(String::as_str)).chain(["variables"]);
        let mut hint = did_you_mean(name, candidates);
        if hint.is_none() && self.scope.variable(name).is_some() {
            hint = Some(format!("write variables.{name}"));
        }
        self.refuse(span, format!("unknown name '{name}'"), hint)
    }

    /// A root or type whose own name has dots, e.g. `net.IP`.
    fn dotted_root(&mut self, expression: &IdedExpr) -> Option<Node> {
        let span = self.parsed.token(expression.id);
        Some(match resolve::named(self.scope, &|name| self.locals.iter().any(|local| local.name == name), expression)? {
            Named::Root(slot, name) => {
                self.roots.insert(name);
                Node::Root(slot, span)
            }
            Named::Type(known) => Node::Literal(Literal::Type(known)),
        })
    }

    /// `operand.name`, `operand.?name` or `has(operand.name)`, depending on `make`.
    fn select(&mut self, operand: &IdedExpr, name: &str, id: u64, make: fn(Node, Name, Span) -> Node) -> Node {
        let span = self.parsed.field(id, name);
        if let Expr::Ident(root) = &operand.expr
            && self.locals.iter().all(|local| local.name != *root)
        {
            if root == "variables" && self.scope.root("variables").is_none() {
                return self.variable(name, span, make);
            }
            if let (true, Some(params)) = (root == "params", &self.scope.params)
                && params.iter().all(|(param, _)| param != name)
            {
                let hint =
                    did_you_mean(name, params.iter().map(|(param, _)| param.as_str())).or_else(|| Some("declare it under [params]".into()));
                return self.refuse(span, format!("unknown parameter '{name}'"), hint);
            }
        }
        self.recorded = true;
        let operand = self.node(operand);
        self.recorded = false;
        make(operand, Name::new(name), span)
    }

    fn variable(&mut self, name: &str, span: Span, make: fn(Node, Name, Span) -> Node) -> Node {
        let Some(id) = self.scope.variable(name) else {
            let hint = did_you_mean(name, self.scope.variables.iter().map(|(name, _)| name.as_str()));
            return self.refuse(span, format!("unknown variable '{name}'"), hint);
        };
        if !matches!(make(Node::Literal(Literal::Null), Name::new(""), span), Node::Select(..)) {
            let hint = format!("write variables.{name}");
            return self.refuse(span, "variables are always present", Some(hint));
        }
        self.variables.insert(id);
        // A variable that is a literal stands for it, so that a pattern with a name is compiled once like any other.
        match self.library.variable(id).map(|program| &program.node) {
            Some(Node::Literal(literal)) => Node::Literal(literal.clone()),
            _ => Node::Variable(id.0 as usize, span),
        }
    }

    fn list(&mut self, list: &ListExpr, span: Span) -> Node {
        if list.elements.is_empty() {
            return Node::Literal(Literal::EmptyList);
        }
        let elements = list.elements.iter().enumerate();
        Node::List(elements.map(|(i, element)| (self.node(element), list.optional_indices.contains(&i))).collect(), span)
    }

    fn map(&mut self, map: &MapExpr, span: Span) -> Node {
        if map.entries.is_empty() {
            return Node::Literal(Literal::EmptyMap);
        }
        let mut entries = Vec::with_capacity(map.entries.len());
        for entry in &map.entries {
            match &entry.expr {
                EntryExpr::MapEntry(entry) => entries.push((self.node(&entry.key), self.node(&entry.value), entry.optional)),
                EntryExpr::StructField(_) => return self.refuse(span, "messages are not supported", None),
            }
        }
        Node::Map(entries.into(), span)
    }

    fn pair(&mut self, left: &IdedExpr, right: &IdedExpr) -> Box<[Node; 2]> {
        Box::new([self.node(left), self.node(right)])
    }

    /// An operator of the grammar; `None` if the function is none.
    fn operator(&mut self, id: u64, name: &str, arguments: &[IdedExpr]) -> Option<Node> {
        let span = self.parsed.token(id);
        Some(match (name, arguments) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, arguments) => {
                let mut terms = Vec::new();
                arguments.iter().for_each(|argument| self.terms(argument, name, &mut terms));
                if name == operators::LOGICAL_AND { Node::And(terms.into()) } else { Node::Or(terms.into()) }
            }
            (operators::LOGICAL_NOT, [operand]) => Node::Not(Box::new(self.node(operand)), span),
            (operators::NEGATE, [operand]) => match self.node(operand) {
                Node::Literal(Literal::Double(number)) => Node::Literal(Literal::Double(-number)),
                operand => Node::Negate(Box::new(operand), span),
            },
            (operators::CONDITIONAL, [condition, yes, no]) => {
                Node::Conditional(Box::new([self.node(condition), self.node(yes), self.node(no)]))
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => {
                equality(*self.pair(left, right), name == operators::EQUALS, span)
            }
            (operators::LESS, [left, right]) => Node::Compare(Comparison::Less, self.pair(left, right), span),
            (operators::LESS_EQUALS, [left, right]) => Node::Compare(Comparison::LessOrEqual, self.pair(left, right), span),
            (operators::GREATER, [left, right]) => Node::Compare(Comparison::Greater, self.pair(left, right), span),
            (operators::GREATER_EQUALS, [left, right]) => Node::Compare(Comparison::GreaterOrEqual, self.pair(left, right), span),
            (operators::IN, [element, container]) => membership(*self.pair(element, container), span),
            (operators::ADD, [left, right]) => {
                let [left, right] = *self.pair(left, right);
                Node::add(left, right, span)
            }
            (operators::SUBSTRACT, [left, right]) => Node::Arithmetic(Arithmetic::Subtract, self.pair(left, right), span),
            (operators::MULTIPLY, [left, right]) => Node::Arithmetic(Arithmetic::Multiply, self.pair(left, right), span),
            (operators::DIVIDE, [left, right]) => Node::Arithmetic(Arithmetic::Divide, self.pair(left, right), span),
            (operators::MODULO, [left, right]) => Node::Arithmetic(Arithmetic::Remainder, self.pair(left, right), span),
            (operators::INDEX | operators::OPT_INDEX, [operand, index]) => self.index(id, operand, index, name == operators::OPT_INDEX),
            (operators::OPT_SELECT, [operand, field]) => match text(field) {
                Some(name) => self.select(operand, name, id, Node::select_optional),
                None => self.refuse(span, "expected a field name after '.?'", None),
            },
            _ => return None,
        })
    }

    fn index(&mut self, id: u64, operand: &IdedExpr, index: &IdedExpr, optional: bool) -> Node {
        if let Some(name) = text(index) {
            return self.select(operand, name, id, if optional { Node::select_optional } else { Node::select });
        }
        self.recorded = true;
        let operand = self.node(operand);
        self.recorded = false;
        let pair = Box::new([operand, self.node(index)]);
        let span = self.parsed.token(id);
        if optional { Node::IndexOptional(pair, span) } else { Node::Index(pair, span) }
    }

    /// The terms of a chain of the same logical operator, however it was bracketed: both are associative and absorb errors.
    fn terms(&mut self, expression: &IdedExpr, operator: &str, terms: &mut Vec<Node>) {
        match &expression.expr {
            Expr::Call(call) if call.func_name == operator && call.target.is_none() => {
                call.args.iter().for_each(|argument| self.terms(argument, operator, terms));
            }
            _ => terms.push(self.node(expression)),
        }
    }
}

pub fn constant(literal: &LiteralValue) -> Literal {
    match literal {
        LiteralValue::Null => Literal::Null,
        LiteralValue::Boolean(truth) => Literal::Bool(*truth.inner()),
        LiteralValue::Int(number) => Literal::Int(*number.inner()),
        LiteralValue::UInt(number) => Literal::UInt(*number.inner()),
        LiteralValue::Double(number) => Literal::Double(*number.inner()),
        LiteralValue::String(text) => Literal::Str(text.inner().into()),
        LiteralValue::Bytes(bytes) => Literal::Bytes(bytes.inner().to_vec().into()),
    }
}

/// Equality, with short cuts for the literals that nearly all controls compare with.
fn equality(pair: [Node; 2], wanted: bool, span: Span) -> Node {
    match pair {
        [other, Node::Literal(Literal::Str(text))] | [Node::Literal(Literal::Str(text)), other] => {
            Node::EqualStr(Box::new(other), text, wanted)
        }
        [other, Node::Literal(Literal::Bool(truth))] | [Node::Literal(Literal::Bool(truth)), other] if wanted => {
            Node::EqualBool(Box::new(other), truth)
        }
        [other, Node::Literal(Literal::Int(number))] | [Node::Literal(Literal::Int(number)), other] => {
            Node::EqualInt(Box::new(other), number, wanted)
        }
        pair => Node::Equal(Box::new(pair), wanted, span),
    }
}

/// `in`, with a short cut for a list of string literals.
fn membership(pair: [Node; 2], span: Span) -> Node {
    match pair {
        [element, Node::List(items, list)] => {
            let text = |(node, optional): &(Node, bool)| match node {
                Node::Literal(Literal::Str(text)) if !optional => Some(text.clone()),
                _ => None,
            };
            match items.iter().map(text).collect::<Option<Box<[_]>>>() {
                Some(texts) => Node::InStrings(Box::new(element), texts),
                None => Node::In(Box::new([element, Node::List(items, list)]), span),
            }
        }
        pair => Node::In(Box::new(pair), span),
    }
}
