//! What is known of a value's type before it is evaluated.
use std::fmt;

/// A type without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// `null`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    UInt,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// A type as a value
    Type,
    /// A point in time
    Timestamp,
    /// A span of time
    Duration,
    /// An IP address
    Ip,
    /// An address block
    Cidr,
    /// An amount of a resource
    Quantity,
    /// A URL
    Url,
    /// A version
    Semver,
    /// A named format of strings
    Format,
}

/// A type as far as it is certain. [`Type::Dyn`] is every type: what a document holds, and whatever `dyn()` hides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Type {
    /// Known at evaluation only
    #[default]
    Dyn,
    /// A type without parts
    Scalar(Scalar),
    /// A list and what its elements are
    List(Box<Type>),
    /// A map, its keys and values
    Map(Box<Type>, Box<Type>),
    /// An optional and what it holds
    Optional(Box<Type>),
}

impl Scalar {
    /// Whether values of the type are numbers, which are compared across types.
    pub fn is_number(self) -> bool {
        matches!(self, Scalar::Int | Scalar::UInt | Scalar::Double)
    }

    fn name(self) -> &'static str {
        match self {
            Scalar::Null => "null",
            Scalar::Bool => "bool",
            Scalar::Int => "int",
            Scalar::UInt => "uint",
            Scalar::Double => "double",
            Scalar::String => "string",
            Scalar::Bytes => "bytes",
            Scalar::Type => "type",
            Scalar::Timestamp => "timestamp",
            Scalar::Duration => "duration",
            Scalar::Ip => "IP",
            Scalar::Cidr => "CIDR",
            Scalar::Quantity => "quantity",
            Scalar::Url => "URL",
            Scalar::Semver => "semver",
            Scalar::Format => "format",
        }
    }
}

impl From<Scalar> for Type {
    fn from(scalar: Scalar) -> Self {
        Type::Scalar(scalar)
    }
}

impl Type {
    /// A list of these.
    pub fn list(element: impl Into<Type>) -> Self {
        Type::List(Box::new(element.into()))
    }

    /// A map of these.
    pub fn map(key: impl Into<Type>, value: impl Into<Type>) -> Self {
        Type::Map(Box::new(key.into()), Box::new(value.into()))
    }

    /// An optional of this.
    pub fn optional(held: impl Into<Type>) -> Self {
        Type::Optional(Box::new(held.into()))
    }

    /// The type of a value that is of either type: what is not the same in both is not certain.
    pub fn or(self, other: Type) -> Type {
        match (self, other) {
            (Type::List(left), Type::List(right)) => Type::list(left.or(*right)),
            (Type::Map(key, value), Type::Map(other_key, other)) => Type::map(key.or(*other_key), value.or(*other)),
            (Type::Optional(left), Type::Optional(right)) => Type::optional(left.or(*right)),
            (left, right) if left == right => left,
            _ => Type::Dyn,
        }
    }

    /// Whether a value of the type may be of this scalar type.
    pub fn may_be(&self, scalar: Scalar) -> bool {
        match self {
            Type::Dyn => true,
            Type::Scalar(own) => *own == scalar,
            _ => false,
        }
    }

    /// Whether a value of one type may equal one of the other. Lists and maps always may: both may be empty.
    pub fn may_equal(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Dyn, _) | (_, Type::Dyn) => true,
            (Type::Scalar(left), Type::Scalar(right)) => left == right || (left.is_number() && right.is_number()),
            (Type::List(_), Type::List(_)) | (Type::Map(..), Type::Map(..)) | (Type::Optional(_), Type::Optional(_)) => true,
            _ => false,
        }
    }

    /// Whether `<` and its like may take one of each.
    pub fn may_be_ordered(&self, other: &Type) -> bool {
        let ordered = |scalar: Scalar| {
            scalar.is_number() || matches!(scalar, Scalar::String | Scalar::Bool | Scalar::Bytes | Scalar::Timestamp | Scalar::Duration)
        };
        match (self, other) {
            (Type::Dyn, Type::Dyn) => true,
            (Type::Dyn, Type::Scalar(scalar)) | (Type::Scalar(scalar), Type::Dyn) => ordered(*scalar),
            (Type::Scalar(left), Type::Scalar(_)) => ordered(*left) && self.may_equal(other),
            _ => false,
        }
    }
}

impl fmt::Display for Type {
    /// As the documentation of CEL writes types: `list(string)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dyn => f.write_str("dyn"),
            Type::Scalar(scalar) => f.write_str(scalar.name()),
            Type::List(element) => write!(f, "list({element})"),
            Type::Map(key, value) => write!(f, "map({key}, {value})"),
            Type::Optional(held) => write!(f, "optional({held})"),
        }
    }
}
