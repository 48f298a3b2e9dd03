//! Functions, by the signatures of the tables, and macros.
use super::super::compile::{Called, called, form};
use super::super::functions::{self, Form};
use super::super::node::{Span, Walk};
use super::super::types::{Scalar, Type};
use super::{Checker, Known};
use ::cel::common::ast::{CallExpr, Expr, IdedExpr};

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, whole: &'a IdedExpr, call: &'a CallExpr) -> Known {
        let name = call.func_name.as_str();
        if call.target.is_none()
            && let Some(known) = self.operator(whole, name, &call.args)
        {
            return known;
        }
        match called(self.scope, &|name| self.bound(name), call) {
            Called::Bind => match call.args.as_slice() {
                [name, value, body] => {
                    let value = self.infer(value);
                    self.binding(&[name], vec![value.of.clone()], |checker| checker.infer(body)).reading(&value)
                }
                _ => Known::open(Type::Dyn),
            },
            Called::Global(name) if name == "has" => match call.args.as_slice() {
                [argument @ IdedExpr { expr: Expr::Select(select), .. }] => self.select(argument, &select.operand, &select.field, true),
                _ => Known::open(Scalar::Bool),
            },
            Called::Global(name) => self.function(whole, &name, Form::Global, None, &call.args),
            Called::Method(target) => match (name, form(name, call.args.len()), call.args.as_slice()) {
                ("optMap" | "optFlatMap", _, [binding, body]) => self.optional_map(whole, name, target, binding, body),
                (_, Some(form), arguments) => self.walk(whole, form.walk, form.binds, target, arguments),
                (name, None, arguments) => self.function(whole, name, Form::Method, Some(target), arguments),
            },
        }
    }

    fn function(&mut self, whole: &'a IdedExpr, name: &str, form: Form, target: Option<&'a IdedExpr>, arguments: &'a [IdedExpr]) -> Known {
        let expressions: Vec<&IdedExpr> = target.into_iter().chain(arguments).collect();
        let mut reading = Known::constant(Type::Dyn);
        let mut given = Vec::new();
        for expression in &expressions {
            let known = self.infer(expression);
            reading = reading.reading(&known);
            given.push(known.of);
        }
        let signatures: Vec<_> = functions::named(name, form)
            .flat_map(|function| function.signatures)
            .filter(|signature| signature.takes(given.len()))
            .collect();
        let mut of: Option<Type> = None;
        let mut wrong = 0;
        for signature in &signatures {
            match signature.result(&given) {
                Ok(result) => {
                    of = Some(match of {
                        Some(of) => of.or(result),
                        None => result,
                    });
                }
                Err(argument) => wrong = wrong.max(argument),
            }
        }
        if of.is_none() && !signatures.is_empty() {
            let shown: Vec<String> = given.iter().map(Type::to_string).collect();
            let taken: Vec<String> = signatures.iter().map(ToString::to_string).collect();
            let span = match expressions.get(wrong) {
                Some(argument) if wrong > 0 || target.is_none() => self.parsed.place(argument),
                _ => self.parsed.place(whole),
            };
            let hint = if taken.len() > 4 { None } else { Some(format!("it takes {}", taken.join(" or "))) };
            self.refuse(span, format!("'{name}' cannot be applied to {}", shown.join(", ")), hint.as_deref());
        }
        reading.giving(of.unwrap_or_default())
    }

    /// What `inside` finds while names stand for values of these types.
    fn binding(&mut self, names: &[&'a IdedExpr], types: Vec<Type>, inside: impl FnOnce(&mut Self) -> Known) -> Known {
        let first = self.locals.len();
        for (name, of) in names.iter().zip(types) {
            if let Expr::Ident(name) = &name.expr {
                self.locals.push((name.clone(), Known::constant(of)));
            }
        }
        let known = inside(self);
        self.locals.truncate(first);
        known.outside(first)
    }

    fn optional_map(&mut self, whole: &'a IdedExpr, name: &str, target: &'a IdedExpr, binding: &'a IdedExpr, body: &'a IdedExpr) -> Known {
        let range = self.infer(target);
        let held = match range.of.clone() {
            Type::Dyn => Type::Dyn,
            Type::Optional(held) => *held,
            other => self.refuse(self.parsed.place(whole), format!("'{name}' cannot be applied to {other}"), Some("it takes an optional")),
        };
        let result = self.binding(&[binding], vec![held], |checker| checker.infer(body));
        let of = match (name, result.of.clone()) {
            ("optMap", of) => Type::optional(of),
            (_, of @ (Type::Optional(_) | Type::Dyn)) => of,
            (_, other) => {
                self.refuse(self.parsed.place(body), format!("'{name}' needs an optional here, not {other}"), Some("write optMap"))
            }
        };
        result.reading(&range).giving(of)
    }

    /// A macro over a list or map.
    fn walk(&mut self, whole: &'a IdedExpr, walk: Walk, binds: usize, target: &'a IdedExpr, arguments: &'a [IdedExpr]) -> Known {
        let range = self.infer(target);
        let span = self.parsed.place(whole);
        let (key, element, single) = self.elements(range.of.clone(), span);
        let (names, rest) = arguments.split_at(binds.min(arguments.len()));
        let names: Vec<&IdedExpr> = names.iter().collect();
        let types = if binds == 2 { vec![key.clone(), element] } else { vec![single.clone()] };
        let result = self.binding(&names, types, |checker| {
            let filter = match rest {
                [filter, _] => checker.condition(filter),
                _ => Known::constant(Type::Dyn),
            };
            let Some(body) = rest.last() else { return filter };
            let known = match walk {
                Walk::All | Walk::Exists | Walk::ExistsOne | Walk::Filter => checker.condition(body),
                _ => checker.infer(body),
            };
            checker.fits_walk(walk, body, &known.of);
            known.reading(&filter)
        });
        let body = result.of.clone();
        let of = match walk {
            Walk::All | Walk::Exists | Walk::ExistsOne => Scalar::Bool.into(),
            Walk::Filter | Walk::SortBy => Type::list(single),
            Walk::List => Type::list(body),
            Walk::TransformMap => Type::map(key, body),
            Walk::TransformMapEntry => match body {
                map @ Type::Map(..) => map,
                _ => Type::map(Type::Dyn, Type::Dyn),
            },
        };
        result.reading(&range).giving(of)
    }

    /// Types of the index or key, of the element or value, and of what a macro with one name binds.
    fn elements(&mut self, range: Type, span: Span) -> (Type, Type, Type) {
        match range {
            Type::List(element) => (Scalar::Int.into(), (*element).clone(), *element),
            Type::Map(key, value) => ((*key).clone(), *value, *key),
            Type::Dyn => (Type::Dyn, Type::Dyn, Type::Dyn),
            other => {
                let hint = matches!(other, Type::Optional(_)).then_some("write .orValue([]) before it");
                self.refuse(span, format!("this macro walks over a list or map, not {other}"), hint);
                (Type::Dyn, Type::Dyn, Type::Dyn)
            }
        }
    }

    /// Whether the body of a macro that is no condition gives what the macro needs.
    fn fits_walk(&mut self, walk: Walk, body: &'a IdedExpr, of: &Type) {
        let told = match walk {
            Walk::TransformMapEntry if !matches!(of, Type::Dyn | Type::Map(..)) => format!("this must be a map of one entry, not {of}"),
            Walk::SortBy if !of.may_be_ordered(of) => format!("values of type {of} have no order"),
            _ => return,
        };
        self.refuse(self.parsed.place(body), told, None);
    }
}
