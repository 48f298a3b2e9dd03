//! What the names of an expression mean. The compiler and the static checks ask here, so that they mean the same.
use super::super::functions;
use super::super::scope::Scope;
use ::cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

/// What a dotted name such as `net.IP` stands for.
pub enum Named {
    /// A root, with its name
    Root(usize, String),
    /// A type, by its name
    Type(&'static str),
}

/// What is called by a call that is no operator.
pub enum Called<'e> {
    /// `cel.bind`
    Bind,
    /// A function, by its full name
    Global(String),
    /// A method or macro of this receiver
    Method(&'e IdedExpr),
}

/// A root or type whose name has dots; the first part must not be bound by a macro.
pub fn named(scope: &Scope, bound: &dyn Fn(&str) -> bool, expression: &IdedExpr) -> Option<Named> {
    let (first, dotted) = dotted(expression)?;
    if bound(first) {
        return None;
    }
    let dotted = dotted.strip_prefix('.').unwrap_or(&dotted);
    if let Some(slot) = scope.root(dotted) {
        return Some(Named::Root(slot, dotted.to_owned()));
    }
    functions::type_name(dotted).map(Named::Type)
}

/// What a call calls.
pub fn called<'e>(scope: &Scope, bound: &dyn Fn(&str) -> bool, call: &'e CallExpr) -> Called<'e> {
    let name = call.func_name.as_str();
    let Some(target) = &call.target else {
        return Called::Global(name.strip_prefix('.').unwrap_or(name).to_owned());
    };
    if let Some((first, namespace)) = dotted(target)
        && !bound(first)
        && scope.root(first).is_none()
    {
        let qualified = format!("{namespace}.{name}");
        if qualified == "cel.bind" {
            return Called::Bind;
        }
        if functions::is_namespace(&namespace) {
            return Called::Global(qualified);
        }
    }
    Called::Method(target)
}

/// The first part and the whole of a dotted name such as `a.b.c`.
fn dotted(expression: &IdedExpr) -> Option<(&str, String)> {
    match &expression.expr {
        Expr::Ident(name) => Some((name, name.clone())),
        Expr::Select(select) if !select.test => {
            let (first, whole) = dotted(&select.operand)?;
            Some((first, format!("{whole}.{}", select.field)))
        }
        _ => None,
    }
}

/// The text of a string literal.
pub fn text(expression: &IdedExpr) -> Option<&str> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
