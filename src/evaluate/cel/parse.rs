//! The border to the `cel` crate: its parser and syntax tree, with macros left as calls. Nothing else of that crate is used.
use super::error::CompileError;
use super::node::Span;
use ::cel::common::ast::{Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

/// Bytes that an expression may have. The parser is recursive, and nobody can review a longer one.
const MAX_SOURCE: usize = 16 * 1024;

/// Operators and brackets that an expression may have, which bounds the depth of the parser's recursion.
const MAX_OPERATORS: usize = 800;

/// An environment without macros: `all`, `has` and the rest stay calls.
static ENVIRONMENT: LazyLock<::cel::Env> = LazyLock::new(::cel::Env::default);

/// The syntax tree, and where its nodes stand.
pub struct Parsed<'s> {
    pub tree: IdedExpr,
    places: SourceInfo,
    source: &'s str,
}

/// Parses one expression.
pub fn parse(source: &str) -> Result<Parsed<'_>, Vec<CompileError>> {
    let refuse = |message: String| Err(vec![CompileError { range: 0..source.len(), message, hint: None }]);
    if source.trim().is_empty() {
        return refuse("the expression is empty".into());
    }
    if source.len() > MAX_SOURCE {
        return refuse(format!("the expression has {} bytes, more than {MAX_SOURCE}", source.len()));
    }
    let operators = operators(source);
    if operators > MAX_OPERATORS {
        return refuse(format!("the expression has {operators} operators and brackets, more than {MAX_OPERATORS}"));
    }
    let parser = ENVIRONMENT.parser().enable_ident_escape_syntax(true);
    // The parser indexes its token stream without checks in some recovery paths; a panic there must not end a scan.
    match catch_unwind(AssertUnwindSafe(|| parser.parse_with_source_info(source))) {
        Ok(Ok((tree, places))) => Ok(Parsed { tree, places, source }),
        Ok(Err(errors)) => Err(errors.errors.into_iter().map(|error| syntax_error(source, error.pos, error.msg)).collect()),
        Err(_) => refuse("the parser cannot read this expression".into()),
    }
}

/// Counts the operators and opening brackets outside of literals.
fn operators(source: &str) -> usize {
    let mut count = 0;
    let mut quote = None;
    let mut bytes = source.bytes();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(_), b'\\') => drop(bytes.next()),
            (Some(open), byte) if byte == open => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'+' | b'-' | b'*' | b'/' | b'%' | b'!' | b'?' | b'.' | b'<' | b'>' | b'=' | b'&' | b'|' | b'(' | b'[' | b'{') => {
                count += 1
            }
            _ => {}
        }
    }
    count
}

/// Turns the parser's line and column (both from 1, columns in bytes) into a range, and its message into ours.
fn syntax_error(source: &str, (line, column): (isize, isize), message: String) -> CompileError {
    let line = usize::try_from(line - 1).unwrap_or(0);
    let column = usize::try_from(column - 1).unwrap_or(0);
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let start = boundary(source, start + column);
    let end = source.get(start..).unwrap_or_default().char_indices().nth(1).map_or(source.len(), |(offset, _)| start + offset);
    if message.contains("Recursion limit") {
        return CompileError { range: 0..source.len(), message: "nested deeper than the parser can follow".into(), hint: None };
    }
    let message = message.strip_prefix("Syntax error: ").unwrap_or(&message).to_owned();
    CompileError { range: start..end, message: format!("syntax error: {message}"), hint: None }
}

/// The nearest character boundary at or before an offset.
fn boundary(source: &str, offset: usize) -> usize {
    (0..=offset.min(source.len())).rev().find(|offset| source.is_char_boundary(*offset)).unwrap_or(0)
}

impl Parsed<'_> {
    /// The token that stands for a node: a literal, a name, an operator, an opening bracket.
    pub fn token(&self, id: u64) -> Span {
        match self.places.offset_for(id) {
            Some((start, stop)) => {
                let start = boundary(self.source, start as usize);
                let last = boundary(self.source, (stop as usize).max(start));
                let end = self.source.get(last..).unwrap_or_default().chars().next().map_or(last, |c| last + c.len_utf8());
                span(start..end)
            }
            None => Span::default(),
        }
    }

    /// The token that names what an expression does: the field of a selection, the function of a call, otherwise its own.
    pub fn place(&self, expression: &IdedExpr) -> Span {
        match &expression.expr {
            Expr::Select(select) => self.field(expression.id, &select.field),
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::OPT_SELECT, [_, IdedExpr { expr: Expr::Literal(LiteralValue::String(name)), .. }]) => {
                    self.field(expression.id, name.inner())
                }
                (name, _) => self.callee(expression.id, name),
            },
            _ => self.token(expression.id),
        }
    }

    /// The whole source, without the blanks around it.
    pub fn whole(&self) -> Span {
        let start = self.source.len() - self.source.trim_start().len();
        span(start..start + self.source.trim().len())
    }

    /// The field name of a selection, whose token is the dot before it.
    pub fn field(&self, id: u64, name: &str) -> Span {
        let token = self.token(id);
        let from = token.start as usize;
        match self.source.get(from..).unwrap_or_default().find(name) {
            Some(offset) if offset <= 8 => span(from + offset..from + offset + name.len()),
            _ => token,
        }
    }

    /// The function name of a call, whose token is the bracket after it.
    pub fn callee(&self, id: u64, name: &str) -> Span {
        let token = self.token(id);
        let before = self.source.get(..token.start as usize).unwrap_or_default().trim_end();
        match before.ends_with(name) {
            true => span(before.len() - name.len()..before.len()),
            false => token,
        }
    }
}

fn span(range: Range<usize>) -> Span {
    Span { start: u32::try_from(range.start).unwrap_or(u32::MAX), end: u32::try_from(range.end).unwrap_or(u32::MAX) }
}
