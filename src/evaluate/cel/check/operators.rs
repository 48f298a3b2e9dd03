//! The operators of the grammar.
use super::super::compile::literal_text;
use super::super::functions::arithmetic;
use super::super::node::Arithmetic;
use super::super::types::{Scalar, Type};
use super::{Checker, Known};
use ::cel::common::ast::{IdedExpr, operators};

/// What to do about a comparison of types that never match.
const NEVER: &str = "these types can never match; convert one side, or write dyn(...) if this is meant";

impl<'a> Checker<'a> {
    /// An operator; `None` if the function is none.
    pub(super) fn operator(&mut self, whole: &'a IdedExpr, name: &str, arguments: &'a [IdedExpr]) -> Option<Known> {
        Some(match (name, arguments) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, _) => self.chain(whole, name),
            (operators::LOGICAL_NOT, [operand]) => self.condition(operand).giving(Scalar::Bool),
            (operators::NEGATE, [operand]) => {
                let known = self.infer(operand);
                if ![Scalar::Int, Scalar::Double].iter().any(|scalar| known.of.may_be(*scalar)) {
                    self.refuse(self.parsed.place(whole), format!("'-' cannot be applied to {}", known.of), None);
                    return Some(known.giving(Type::Dyn));
                }
                known
            }
            (operators::CONDITIONAL, [condition, yes, no]) => {
                let (condition, yes, no) = (self.condition(condition), self.infer(yes), self.infer(no));
                let reading = condition.reading(&yes).reading(&no);
                reading.giving(yes.of.or(no.of))
            }
            (operators::EQUALS, [left, right]) => self.equality(whole, "==", left, right),
            (operators::NOT_EQUALS, [left, right]) => self.equality(whole, "!=", left, right),
            (operators::LESS, [left, right]) => self.order(whole, "<", left, right),
            (operators::LESS_EQUALS, [left, right]) => self.order(whole, "<=", left, right),
            (operators::GREATER, [left, right]) => self.order(whole, ">", left, right),
            (operators::GREATER_EQUALS, [left, right]) => self.order(whole, ">=", left, right),
            (operators::IN, [element, container]) => self.membership(whole, element, container),
            (operators::ADD, [left, right]) => self.arithmetic(whole, Arithmetic::Add, left, right),
            (operators::SUBSTRACT, [left, right]) => self.arithmetic(whole, Arithmetic::Subtract, left, right),
            (operators::MULTIPLY, [left, right]) => self.arithmetic(whole, Arithmetic::Multiply, left, right),
            (operators::DIVIDE, [left, right]) => self.arithmetic(whole, Arithmetic::Divide, left, right),
            (operators::MODULO, [left, right]) => self.arithmetic(whole, Arithmetic::Remainder, left, right),
            (operators::INDEX, [operand, index]) => self.index(whole, operand, index),
            (operators::OPT_INDEX | operators::OPT_SELECT, [operand, index]) => self.optional_index(whole, operand, index),
            _ => return None,
        })
    }

    fn equality(&mut self, whole: &'a IdedExpr, symbol: &str, left: &'a IdedExpr, right: &'a IdedExpr) -> Known {
        let (one, other) = (self.infer(left), self.infer(right));
        let known = one.clone().reading(&other).giving(Scalar::Bool);
        if !one.of.may_equal(&other.of) {
            self.refuse(self.parsed.place(whole), format!("'{symbol}' compares {} with {}", one.of, other.of), Some(NEVER));
        }
        self.compared(whole, symbol, left, right, &known);
        known
    }

    fn order(&mut self, whole: &'a IdedExpr, symbol: &str, left: &'a IdedExpr, right: &'a IdedExpr) -> Known {
        let (one, other) = (self.infer(left), self.infer(right));
        let known = one.clone().reading(&other).giving(Scalar::Bool);
        if !one.of.may_be_ordered(&other.of) {
            self.refuse(self.parsed.place(whole), format!("'{symbol}' cannot be applied to {}, {}", one.of, other.of), None);
        }
        self.compared(whole, symbol, left, right, &known);
        known
    }

    fn membership(&mut self, whole: &'a IdedExpr, element: &'a IdedExpr, container: &'a IdedExpr) -> Known {
        let (element, container) = (self.infer(element), self.infer(container));
        let span = self.parsed.place(whole);
        match &container.of {
            Type::Dyn => {}
            Type::List(held) | Type::Map(held, _) if element.of.may_equal(held) => {}
            Type::List(_) | Type::Map(..) => {
                self.refuse(span, format!("'in' looks for {} in {}", element.of, container.of), Some(NEVER));
            }
            other => {
                let hint = matches!(other, Type::Scalar(Scalar::String)).then_some("write text.contains(part)");
                self.refuse(span, format!("'in' cannot be applied to {}, {other}", element.of), hint);
            }
        }
        element.reading(&container).giving(Scalar::Bool)
    }

    fn arithmetic(&mut self, whole: &'a IdedExpr, operation: Arithmetic, left: &'a IdedExpr, right: &'a IdedExpr) -> Known {
        let (left, right) = (self.infer(left), self.infer(right));
        let given = [left.of.clone(), right.of.clone()];
        let results = arithmetic::signatures(operation).iter().filter_map(|signature| signature.result(&given).ok());
        let of = match results.reduce(Type::or) {
            Some(of) => of,
            None => {
                let symbol = arithmetic::symbol(operation);
                let numbers = given.iter().all(|of| matches!(of, Type::Scalar(scalar) if scalar.is_number()));
                let text = given.contains(&Scalar::String.into()) && operation == Arithmetic::Add;
                let hint = match (numbers, text) {
                    (true, _) => Some("convert one side with int(...), uint(...) or double(...)"),
                    (_, true) => Some("write string(...) around what is no string"),
                    _ => None,
                };
                self.refuse(self.parsed.place(whole), format!("'{symbol}' cannot be applied to {}, {}", given[0], given[1]), hint)
            }
        };
        left.reading(&right).giving(of)
    }

    fn index(&mut self, whole: &'a IdedExpr, operand: &'a IdedExpr, index: &'a IdedExpr) -> Known {
        if let Some(name) = literal_text(index) {
            return self.select(whole, operand, name, false);
        }
        let (operand, index) = (self.infer(operand), self.infer(index));
        let of = self.element(whole, operand.of.clone(), &index.of);
        operand.reading(&index).giving(of)
    }

    /// `operand[?index]` and `operand.?field`.
    fn optional_index(&mut self, whole: &'a IdedExpr, operand: &'a IdedExpr, index: &'a IdedExpr) -> Known {
        let (operand, index_known) = (self.infer(operand), self.infer(index));
        let held = match operand.of.clone() {
            Type::Optional(held) => *held,
            plain => plain,
        };
        let of = match (held, literal_text(index)) {
            (Type::Scalar(Scalar::Null), Some(_)) => Type::Dyn,
            (held, Some(name)) => self.field(held, name, self.parsed.place(whole)),
            (held, None) => self.element(whole, held, &index_known.of),
        };
        operand.reading(&index_known).giving(Type::optional(of))
    }

    /// The type of what stands at an index.
    fn element(&mut self, whole: &'a IdedExpr, operand: Type, index: &Type) -> Type {
        let number: Type = Scalar::Int.into();
        match operand {
            Type::Dyn => Type::Dyn,
            Type::List(element) if index.may_equal(&number) => *element,
            Type::Map(key, value) if index.may_equal(&key) => *value,
            Type::Optional(held) => Type::optional(self.element(whole, *held, index)),
            other => self.refuse(self.parsed.place(whole), format!("'[]' cannot be applied to {other}, {index}"), None),
        }
    }
}
