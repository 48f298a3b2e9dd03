//! The static checks: types as far as they are certain, and conditions that never change. They run once, when an expression is compiled, and
//! leave nothing behind for the evaluator.
//!
//! Whatever comes out of a document is of any type, so the checks refuse only what no document could make right.
mod calls;
mod conditions;
mod operators;
#[cfg(test)]
mod tests;

use super::compile::{NamedValue, named};
use super::error::CompileError;
use super::library::{Condition, Library};
use super::node::Span;
use super::parse::Parsed;
use super::scope::Scope;
use super::types::{Scalar, Type};
use ::cel::common::ast::{EntryExpr, Expr, IdedExpr, ListExpr, LiteralValue, MapExpr};

/// What an expression is for.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    Any,
    Truth(Condition),
    Text,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Found {
    pub errors: Vec<CompileError>,
    pub gives: Type,
    pub constant: bool,
}

/// Checks an expression; `sound` says that the compiler found nothing wrong with it, so that its parts can be evaluated.
pub fn check(library: &Library, scope: &Scope, parsed: &Parsed<'_>, wanted: Wanted, sound: bool) -> Found {
    let mut checker = Checker { library, scope, parsed, sound, locals: Vec::new(), errors: Vec::new(), idle: Vec::new() };
    let known = match wanted {
        Wanted::Truth(condition) => checker.whole_condition(&parsed.tree, condition),
        Wanted::Text => {
            let known = checker.infer(&parsed.tree);
            if !known.of.may_be(Scalar::String) {
                checker.refuse(parsed.place(&parsed.tree), format!("this gives {}, not string", known.of), Some("write string(...)"));
            }
            known
        }
        Wanted::Any => checker.infer(&parsed.tree),
    };
    let constant = known.is_constant();
    checker.errors.append(&mut checker.idle);
    Found { errors: checker.errors, gives: known.of, constant }
}

struct Checker<'a> {
    library: &'a Library,
    scope: &'a Scope,
    parsed: &'a Parsed<'a>,
    sound: bool,
    locals: Vec<(String, Known)>,
    errors: Vec<CompileError>,
    /// Conditions that never change: apart, for one inside another is told by the outer one.
    idle: Vec<CompileError>,
}

/// What is known of an expression.
#[derive(Clone, Debug)]
struct Known {
    of: Type,
    /// It reads a root
    open: bool,
    /// The outermost of the macros' names that it reads
    local: Option<usize>,
}

impl Known {
    fn constant(of: impl Into<Type>) -> Self {
        Known { of: of.into(), open: false, local: None }
    }

    fn open(of: impl Into<Type>) -> Self {
        Known { of: of.into(), open: true, local: None }
    }

    /// The same with another type.
    fn giving(self, of: impl Into<Type>) -> Self {
        Known { of: of.into(), ..self }
    }

    /// The same, reading what the other reads too.
    fn reading(mut self, other: &Known) -> Self {
        self.open |= other.open;
        self.local = match (self.local, other.local) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
        self
    }

    /// The same outside of the macro whose first name has this number.
    fn outside(mut self, first: usize) -> Self {
        self.local = self.local.filter(|local| *local < first);
        self
    }

    fn is_constant(&self) -> bool {
        !self.open && self.local.is_none()
    }
}

impl<'a> Checker<'a> {
    fn refuse(&mut self, span: Span, message: impl Into<String>, hint: Option<&str>) -> Type {
        self.errors.push(complaint(span, message.into(), hint));
        Type::Dyn
    }

    fn infer(&mut self, expression: &'a IdedExpr) -> Known {
        match &expression.expr {
            Expr::Literal(literal) => Known::constant(match literal {
                LiteralValue::Null => Scalar::Null,
                LiteralValue::Boolean(_) => Scalar::Bool,
                LiteralValue::Int(_) => Scalar::Int,
                LiteralValue::UInt(_) => Scalar::UInt,
                LiteralValue::Double(_) => Scalar::Double,
                LiteralValue::String(_) => Scalar::String,
                LiteralValue::Bytes(_) => Scalar::Bytes,
            }),
            Expr::Ident(name) => match self.locals.iter().rposition(|(local, _)| local == name) {
                Some(slot) => Known { of: self.local(slot), open: false, local: Some(slot) },
                None => self.name(expression).unwrap_or(Known::open(Type::Dyn)),
            },
            Expr::Select(select) => match self.name(expression) {
                Some(known) => known,
                None => self.select(expression, &select.operand, &select.field, false),
            },
            Expr::List(list) => self.list(list),
            Expr::Map(map) => self.map(map),
            Expr::Call(call) => self.call(expression, call),
            Expr::Struct(_) | Expr::Unspecified | Expr::Comprehension(_) => Known::open(Type::Dyn),
        }
    }

    fn local(&self, slot: usize) -> Type {
        self.locals.get(slot).map_or(Type::Dyn, |(_, known)| known.of.clone())
    }

    /// A root or type.
    fn name(&self, expression: &IdedExpr) -> Option<Known> {
        Some(match named(self.scope, &|name| self.bound(name), expression)? {
            NamedValue::Root(_, name) if name == "params" && self.scope.params.is_some() => {
                Known::open(Type::map(Scalar::String, Type::Dyn))
            }
            NamedValue::Root(..) => Known::open(Type::Dyn),
            NamedValue::Type(_) => Known::constant(Scalar::Type),
        })
    }

    fn bound(&self, name: &str) -> bool {
        self.locals.iter().any(|(local, _)| local == name)
    }

    /// `operand.field`; with `test`, `has(operand.field)`.
    fn select(&mut self, whole: &'a IdedExpr, operand: &'a IdedExpr, field: &str, test: bool) -> Known {
        if let Expr::Ident(root) = &operand.expr
            && !self.bound(root)
        {
            if root == "variables" && self.scope.root("variables").is_none() {
                let variable = self.scope.variable(field).and_then(|id| self.library.variable(id));
                return variable.map_or(Known::open(Type::Dyn), |program| Known {
                    of: program.gives.clone(),
                    open: !program.constant,
                    local: None,
                });
            }
            if let (true, Some(params)) = (root == "params", &self.scope.params) {
                let of = params.iter().find(|(param, _)| param == field).map_or(Type::Dyn, |(_, of)| of.clone());
                return Known::open(if test { Scalar::Bool.into() } else { of });
            }
        }
        let known = self.infer(operand);
        let of = match &known.of {
            Type::Scalar(Scalar::Null) if test => Type::Dyn,
            of => self.field(of.clone(), field, self.parsed.place(whole)),
        };
        known.giving(if test { Scalar::Bool.into() } else { of })
    }

    /// The type of what stands under a field name.
    fn field(&mut self, operand: Type, field: &str, span: Span) -> Type {
        match operand {
            Type::Dyn => Type::Dyn,
            Type::Map(key, value) if key.may_be(Scalar::String) => *value,
            Type::Optional(held) => Type::optional(self.field(*held, field, span)),
            other => self.refuse(span, format!("cannot select '{field}' from a value of type {other}"), None),
        }
    }

    fn list(&mut self, list: &'a ListExpr) -> Known {
        let mut whole = Known::constant(Type::Dyn);
        let mut elements: Option<Type> = None;
        for (i, element) in list.elements.iter().enumerate() {
            let known = self.infer(element);
            whole = whole.reading(&known);
            let of = if list.optional_indices.contains(&i) { self.held(known.of, element) } else { known.of };
            elements = Some(match elements {
                Some(elements) => elements.or(of),
                None => of,
            });
        }
        whole.giving(Type::list(elements.unwrap_or_default()))
    }

    fn map(&mut self, map: &'a MapExpr) -> Known {
        let mut whole = Known::constant(Type::Dyn);
        let mut parts: Option<(Type, Type)> = None;
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else { continue };
            let (key, value) = (self.infer(&entry.key), self.infer(&entry.value));
            whole = whole.reading(&key).reading(&value);
            if ![Scalar::String, Scalar::Int, Scalar::UInt, Scalar::Bool].iter().any(|scalar| key.of.may_be(*scalar)) {
                self.refuse(self.parsed.place(&entry.key), format!("a map cannot have a key of type {}", key.of), None);
            }
            let value = if entry.optional { self.held(value.of, &entry.value) } else { value.of };
            parts = Some(match parts {
                Some((keys, values)) => (keys.or(key.of), values.or(value)),
                None => (key.of, value),
            });
        }
        let (keys, values) = parts.unwrap_or_default();
        whole.giving(Type::map(keys, values))
    }

    /// What the optional after a `?` holds.
    fn held(&mut self, of: Type, expression: &'a IdedExpr) -> Type {
        match of {
            Type::Dyn => Type::Dyn,
            Type::Optional(held) => *held,
            other => {
                self.refuse(self.parsed.place(expression), format!("'?' needs an optional here, not {other}"), Some("leave out the '?'"))
            }
        }
    }
}

fn complaint(span: Span, message: String, hint: Option<&str>) -> CompileError {
    CompileError { range: span.start as usize..span.end as usize, message, hint: hint.map(str::to_owned) }
}
