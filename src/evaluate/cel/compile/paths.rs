//! Which paths of a document an expression reads.
use super::super::library::ReadPath;
use super::Compiler;
use super::resolve::text;
use ::cel::common::ast::{Expr, IdedExpr, operators};

/// Methods whose result is (part of) what they are called on.
const TRANSPARENT: &[&str] = &["orValue", "value", "filter", "or", "sort", "sortBy", "distinct", "reverse", "slice"];

/// Methods whose result is one element of what they are called on.
const ELEMENT: &[&str] = &["first", "last"];

impl Compiler<'_> {
    /// The path that an expression spells, if it is one: selections and indexes from a root, a variable or a macro's variable.
    pub(super) fn path(&self, expression: &IdedExpr) -> Option<ReadPath> {
        match &expression.expr {
            Expr::Ident(name) => {
                if let Some(local) = self.locals.iter().rev().find(|local| local.name == *name) {
                    return local.path.clone();
                }
                let name = name.strip_prefix('.').unwrap_or(name);
                self.scope.root(name)?;
                Some(ReadPath { root: name.to_owned(), keys: Vec::new() })
            }
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(name) if name == "variables" && self.locals.iter().all(|local| local.name != "variables") => {
                    self.scope.variable(&select.field)?;
                    Some(ReadPath { root: format!("variables.{}", select.field), keys: Vec::new() })
                }
                _ => Some(below(self.path(&select.operand)?, &select.field)),
            },
            Expr::Call(call) => match (&call.target, call.func_name.as_str(), call.args.as_slice()) {
                (None, operators::OPT_SELECT | operators::INDEX | operators::OPT_INDEX, [operand, key]) => {
                    let path = self.path(operand)?;
                    Some(below(path, text(key).unwrap_or("[]")))
                }
                (Some(target), name, _) if TRANSPARENT.contains(&name) => self.path(target),
                (Some(target), name, _) if ELEMENT.contains(&name) => Some(below(self.path(target)?, "[]")),
                _ => None,
            },
            _ => None,
        }
    }

    /// The path of the elements of a list, or values of a map.
    pub(super) fn element_path(&self, range: &IdedExpr) -> Option<ReadPath> {
        Some(below(self.path(range)?, "[]"))
    }
}

fn below(mut path: ReadPath, key: &str) -> ReadPath {
    path.keys.push(key.to_owned());
    path
}
