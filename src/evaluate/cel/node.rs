//! The tree that the compiler makes and the evaluator walks.
use super::functions::Function;
use super::functions::extended::Extended;
use super::value::{Key, Keys, Value};
use memchr::memmem::Finder;
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
    /// Of a map with this key and no other
    keys: Keys,
    text: Box<str>,
}

impl Name {
    pub fn new(text: &str) -> Self {
        let key = Key::new(text);
        let mut keys = Keys::default();
        keys.add(key);
        let hash = if let Key::Str(hash, _) = key { hash } else { 0 };
        Name { hash, keys, text: text.into() }
    }

    #[inline]
    pub fn key(&self) -> Key<'_> {
        Key::Str(self.hash, &self.text)
    }

    /// Whether a map with these keys may have it; `false` is certain.
    #[inline]
    pub fn may_be_of(&self, keys: Keys) -> bool {
        keys.may_share(self.keys)
    }

    /// Whether a key is this name.
    #[inline]
    pub fn is(&self, key: Key<'_>) -> bool {
        matches!(key, Key::Str(hash, text) if hash == self.hash && *text == *self.text)
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
    EmptyList,
    EmptyMap,
    /// A value of a Kubernetes library that holds no text
    Extended(Box<Extended<'static>>),
}

impl Literal {
    /// The literal for a value, where there is one.
    pub fn of(value: Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Null => Literal::Null,
            Value::Bool(truth) => Literal::Bool(truth),
            Value::Int(number) => Literal::Int(number),
            Value::UInt(number) => Literal::UInt(number),
            Value::Double(number) => Literal::Double(number),
            Value::Str(text) => Literal::Str(text.into()),
            Value::Type(name) => Literal::Type(name),
            Value::Extended(Extended::Quantity(quantity)) => Literal::Extended(Box::new(Extended::Quantity(*quantity))),
            Value::Extended(Extended::Ip(address)) => Literal::Extended(Box::new(Extended::Ip(*address))),
            Value::Extended(Extended::Cidr(cidr)) => Literal::Extended(Box::new(Extended::Cidr(*cidr))),
            Value::Extended(Extended::Format(format)) => Literal::Extended(Box::new(Extended::Format(format))),
            _ => return None,
        })
    }

    /// The value that it stands for.
    #[inline]
    pub fn value(&self) -> Value<'_> {
        match self {
            Literal::Null => Value::Null,
            Literal::Bool(truth) => Value::Bool(*truth),
            Literal::Int(number) => Value::Int(*number),
            Literal::UInt(number) => Value::UInt(*number),
            Literal::Double(number) => Value::Double(*number),
            Literal::Str(text) => Value::Str(text),
            Literal::Bytes(bytes) => Value::Bytes(bytes),
            Literal::Type(name) => Value::Type(name),
            Literal::EmptyList => Value::List(&[]),
            Literal::EmptyMap => Value::Map(Keys::default(), &[]),
            Literal::Extended(extended) => Value::Extended(extended),
        }
    }
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

impl Comparison {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it is true of two values in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// A test of a text against a part that is known at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

impl TextTest {
    /// The function's name.
    pub fn name(self) -> &'static str {
        match self {
            TextTest::Contains => "contains",
            TextTest::StartsWith => "startsWith",
            TextTest::EndsWith => "endsWith",
        }
    }
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

/// A path with a literal for the case that it leads nowhere: `base.?a.?b.orValue(literal)`.
#[derive(Debug)]
pub struct PathOr {
    pub base: Node,
    pub steps: Box<[Step]>,
    pub default: Literal,
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
    PathOr(Box<PathOr>, Span),
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
    EqualInt(Box<Node>, i64, bool),
    Compare(Comparison, Box<[Node; 2]>, Span),
    In(Box<[Node; 2]>, Span),
    InStrings(Box<Node>, Box<[Box<str>]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>, Span),
    /// `a + b + c ...`, three terms or more, from left to right; a span for each `+`
    Sum(Box<[Node]>, Box<[Span]>),
    Negate(Box<Node>, Span),
    Search(Search, Box<Node>, Box<Regex>, Span),
    /// `subject.contains(literal)` and its like
    TextTest(TextTest, Box<Node>, Box<Finder<'static>>, Span),
    /// `string(x)`
    Text(Box<Node>, Span),
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

    /// `optional.orValue(default)`; one node for a whole path with a literal behind it, which is what most controls ask for.
    pub fn or_value([optional, default]: [Node; 2], span: Span) -> Node {
        match (optional, default) {
            (Node::SelectOptional(base, steps), Node::Literal(default)) => {
                Node::PathOr(Box::new(PathOr { base: *base, steps, default }), span)
            }
            (optional, default) => Node::OptionalOrValue(Box::new([optional, default]), span),
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
            Node::Has(_, _, span) | Node::PathOr(_, span) | Node::TextTest(_, _, _, span) | Node::Text(_, span) => *span,
            Node::Index(_, span) | Node::IndexOptional(_, span) | Node::In(_, span) => *span,
            Node::Not(_, span) | Node::Negate(_, span) | Node::Equal(_, _, span) | Node::Compare(_, _, span) => *span,
            Node::Arithmetic(_, _, span) | Node::Search(_, _, _, span) | Node::Call(_, _, span) => *span,
            Node::OptionalOr(_, span) | Node::OptionalOrValue(_, span) | Node::OptionalMap(_, _, _, span) => *span,
            Node::List(_, span) | Node::Map(_, span) => *span,
            Node::Comprehension(comprehension) => comprehension.span,
            Node::Sum(_, spans) => spans.last().copied().unwrap_or_default(),
            Node::And(nodes) | Node::Or(nodes) => nodes.first().map(Node::span).unwrap_or_default(),
            Node::Conditional(nodes) => nodes[0].span(),
            Node::EqualStr(node, _, _) | Node::EqualBool(node, _) | Node::EqualInt(node, _, _) | Node::InStrings(node, _) => node.span(),
            Node::Bind(nodes, _) => nodes[1].span(),
        }
    }
}

fn longer(steps: Box<[Step]>, step: Step) -> Box<[Step]> {
    let mut steps = steps.into_vec();
    steps.push(step);
    steps.into()
}
