//! The tree that the compiler makes and the evaluator walks.
use super::functions::Function;
use super::value::Key;
use regex::Regex;

/// Where in its source a node stands: bytes `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

/// A field name with its hash.
#[derive(Debug)]
pub struct Name {
    hash: u32,
    text: Box<str>,
}

impl Name {
    pub fn new(text: &str) -> Self {
        let hash = match Key::new(text) {
            Key::Str(hash, _) => hash,
            _ => 0,
        };
        Name { hash, text: text.into() }
    }

    #[inline]
    pub fn key(&self) -> Key<'_> {
        Key::Str(self.hash, &self.text)
    }
}

/// One field name of a path.
#[derive(Debug)]
pub struct Step {
    pub name: Name,
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Str(Box<str>),
    Bytes(Box<[u8]>),
    Type(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a regular expression known at compile time is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    Matches,
    Find,
    FindAll,
}

/// The macros that walk a list or map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    All,
    Exists,
    ExistsOne,
    Filter,
    /// `map` and `transformList`
    List,
    TransformMap,
    TransformMapEntry,
    SortBy,
}

/// A macro over a list or map: `range.all(first, second, body)`.
#[derive(Debug)]
pub struct Comprehension {
    pub walk: Walk,
    pub range: Node,
    /// Local that takes the element, or the key of a map; with `second`, the index or key
    pub first: usize,
    /// Local that takes the element or the value of a map
    pub second: Option<usize>,
    /// Only elements for which this holds count
    pub filter: Option<Node>,
    pub body: Node,
    pub span: Span,
}

#[derive(Debug)]
pub enum Node {
    Literal(Literal),
    Root(usize, Span),
    Local(usize, Span),
    Variable(usize, Span),
    /// `operand.a.b`, never without a step
    Select(Box<Node>, Box<[Step]>),
    /// `operand.?a.?b`, never without a step
    SelectOptional(Box<Node>, Box<[Step]>),
    Has(Box<Node>, Name, Span),
    Index(Box<[Node; 2]>, Span),
    IndexOptional(Box<[Node; 2]>, Span),
    And(Box<[Node]>),
    Or(Box<[Node]>),
    Not(Box<Node>, Span),
    Conditional(Box<[Node; 3]>),
    /// Equality of the two, or with `false` inequality
    Equal(Box<[Node; 2]>, bool, Span),
    EqualStr(Box<Node>, Box<str>, bool),
    EqualBool(Box<Node>, bool),
    Compare(Comparison, Box<[Node; 2]>, Span),
    In(Box<[Node; 2]>, Span),
    InStrings(Box<Node>, Box<[Box<str>]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>, Span),
    /// `a + b + c ...`, three terms or more, from left to right; a span for each `+`
    Sum(Box<[Node]>, Box<[Span]>),
    Negate(Box<Node>, Span),
    Search(Search, Box<Node>, Box<Regex>, Span),
    /// Tries the overloads in turn
    Call(Box<[&'static Function]>, Box<[Node]>, Span),
    /// `optional.or(optional)`; the right side is evaluated only if needed
    OptionalOr(Box<[Node; 2]>, Span),
    /// `optional.orValue(value)`
    OptionalOrValue(Box<[Node; 2]>, Span),
    /// The flag marks `?element`
    List(Box<[(Node, bool)]>, Span),
    /// Key, value, and the flag of `?key: value`
    Map(Box<[(Node, Node, bool)]>, Span),
    Comprehension(Box<Comprehension>),
    /// `optional.optMap(local, body)`; with the flag, `optFlatMap`
    OptionalMap(Box<[Node; 2]>, usize, bool, Span),
    /// `cel.bind(local, value, body)`
    Bind(Box<[Node; 2]>, usize),
}

impl Default for Node {
    fn default() -> Self {
        Node::Literal(Literal::Null)
    }
}

impl Node {
    /// `operand.name`; one node for a whole path of them.
    pub fn select(operand: Node, name: Name, span: Span) -> Node {
        match operand {
            Node::Select(operand, steps) => Node::Select(operand, longer(steps, Step { name, span })),
            operand => Node::Select(Box::new(operand), [Step { name, span }].into()),
        }
    }

    /// `operand.?name`; one node for a whole path of them.
    pub fn select_optional(operand: Node, name: Name, span: Span) -> Node {
        match operand {
            Node::SelectOptional(operand, steps) => Node::SelectOptional(operand, longer(steps, Step { name, span })),
            operand => Node::SelectOptional(Box::new(operand), [Step { name, span }].into()),
        }
    }

    /// `left + right`; one node for a whole chain of them, so that a text of many parts is put together once.
    pub fn add(left: Node, right: Node, span: Span) -> Node {
        match left {
            Node::Arithmetic(Arithmetic::Add, pair, first) => {
                let [one, two] = *pair;
                Node::Sum([one, two, right].into(), [first, span].into())
            }
            Node::Sum(terms, spans) => {
                let (mut terms, mut spans) = (terms.into_vec(), spans.into_vec());
                terms.push(right);
                spans.push(span);
                Node::Sum(terms.into(), spans.into())
            }
            left => Node::Arithmetic(Arithmetic::Add, Box::new([left, right]), span),
        }
    }

    /// The span of the node, or the nearest one below it.
    pub fn span(&self) -> Span {
        match self {
            Node::Literal(_) => Span::default(),
            Node::Root(_, span) | Node::Local(_, span) | Node::Variable(_, span) => *span,
            Node::Select(_, steps) | Node::SelectOptional(_, steps) => steps.last().map(|step| step.span).unwrap_or_default(),
            Node::Has(_, _, span) => *span,
            Node::Index(_, span) | Node::IndexOptional(_, span) | Node::In(_, span) => *span,
            Node::Not(_, span) | Node::Negate(_, span) | Node::Equal(_, _, span) | Node::Compare(_, _, span) => *span,
            Node::Arithmetic(_, _, span) | Node::Search(_, _, _, span) | Node::Call(_, _, span) => *span,
            Node::OptionalOr(_, span) | Node::OptionalOrValue(_, span) | Node::OptionalMap(_, _, _, span) => *span,
            Node::List(_, span) | Node::Map(_, span) => *span,
            Node::Comprehension(comprehension) => comprehension.span,
            Node::Sum(_, spans) => spans.last().copied().unwrap_or_default(),
            Node::And(nodes) | Node::Or(nodes) => nodes.first().map(Node::span).unwrap_or_default(),
            Node::Conditional(nodes) => nodes[0].span(),
            Node::EqualStr(node, _, _) | Node::EqualBool(node, _) | Node::InStrings(node, _) => node.span(),
            Node::Bind(nodes, _) => nodes[1].span(),
        }
    }
}

fn longer(steps: Box<[Step]>, step: Step) -> Box<[Step]> {
    let mut steps = steps.into_vec();
    steps.push(step);
    steps.into()
}
