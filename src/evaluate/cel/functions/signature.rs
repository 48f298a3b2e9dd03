//! Signatures: which types a function takes, and which it gives for them. Written as constants in the tables, read by the static checks.
use super::super::types::{Scalar, Type};

/// The type of a parameter or result.
#[derive(Clone, Copy, Debug)]
pub enum Param {
    /// Any type
    Dyn,
    /// A type that stands for the same in all places of a signature
    A,
    /// int, uint or double
    Number,
    Scalar(Scalar),
    List(&'static Param),
    Map(&'static Param, &'static Param),
    Optional(&'static Param),
}

pub const DYN: Param = Param::Dyn;
pub const A: Param = Param::A;
pub const NUMBER: Param = Param::Number;
pub const BOOL: Param = Param::Scalar(Scalar::Bool);
pub const INT: Param = Param::Scalar(Scalar::Int);
pub const UINT: Param = Param::Scalar(Scalar::UInt);
pub const DOUBLE: Param = Param::Scalar(Scalar::Double);
pub const STRING: Param = Param::Scalar(Scalar::String);
pub const BYTES: Param = Param::Scalar(Scalar::Bytes);
pub const TYPE: Param = Param::Scalar(Scalar::Type);
pub const TIMESTAMP: Param = Param::Scalar(Scalar::Timestamp);
pub const DURATION: Param = Param::Scalar(Scalar::Duration);
pub const IP: Param = Param::Scalar(Scalar::Ip);
pub const CIDR: Param = Param::Scalar(Scalar::Cidr);
pub const QUANTITY: Param = Param::Scalar(Scalar::Quantity);
pub const URL: Param = Param::Scalar(Scalar::Url);
pub const SEMVER: Param = Param::Scalar(Scalar::Semver);
pub const FORMAT: Param = Param::Scalar(Scalar::Format);
/// A list of anything.
pub const LIST: Param = Param::List(&DYN);
pub const LIST_OF_A: Param = Param::List(&A);
pub const STRINGS: Param = Param::List(&STRING);
/// A map of anything.
pub const MAP: Param = Param::Map(&DYN, &DYN);
pub const OPTIONAL_A: Param = Param::Optional(&A);

/// One way to call a function: the types of the receiver, if there is one, and the arguments, and the type of the result.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    pub takes: &'static [Param],
    /// The last parameter may be repeated
    pub more: bool,
    pub gives: Param,
}

/// A signature.
pub const fn sig(takes: &'static [Param], gives: Param) -> Signature {
    Signature { takes, more: false, gives }
}

/// A signature whose last parameter may be repeated.
pub const fn many(takes: &'static [Param], gives: Param) -> Signature {
    Signature { takes, more: true, gives }
}

impl Signature {
    /// Whether it is for this many arguments, the receiver counted.
    pub fn takes(&self, arguments: usize) -> bool {
        arguments == self.takes.len() || (self.more && arguments > self.takes.len())
    }

    /// The type of the result for arguments of these types; where it refuses: the index of the first argument that it cannot take.
    pub fn result(&self, arguments: &[Type]) -> Result<Type, usize> {
        let mut bound = None;
        for (i, argument) in arguments.iter().enumerate() {
            let Some(param) = self.takes.get(i).or(self.takes.last()) else { return Err(i) };
            if !param.fits(argument, &mut bound) {
                return Err(i);
            }
        }
        Ok(self.gives.with(bound.as_ref()))
    }
}

impl Param {
    /// Whether a value of a type may be taken; notes what `A` stands for.
    fn fits(&self, given: &Type, bound: &mut Option<Type>) -> bool {
        match (self, given) {
            (Param::A, given) => {
                *bound = Some(match bound.take() {
                    Some(known) => known.or(given.clone()),
                    None => given.clone(),
                });
                true
            }
            // What is inside of it is not certain either.
            (Param::List(inner) | Param::Optional(inner), Type::Dyn) => inner.fits(&Type::Dyn, bound),
            (Param::Map(key, value), Type::Dyn) => key.fits(&Type::Dyn, bound) && value.fits(&Type::Dyn, bound),
            (Param::Dyn, _) | (_, Type::Dyn) => true,
            (Param::Number, Type::Scalar(given)) => given.is_number(),
            (Param::Scalar(wanted), Type::Scalar(given)) => wanted == given,
            (Param::List(wanted), Type::List(given)) | (Param::Optional(wanted), Type::Optional(given)) => wanted.fits(given, bound),
            (Param::Map(key, value), Type::Map(given_key, given)) => key.fits(given_key, bound) && value.fits(given, bound),
            _ => false,
        }
    }

    /// The type, with what `A` stands for.
    fn with(&self, bound: Option<&Type>) -> Type {
        match self {
            Param::Dyn | Param::Number => Type::Dyn,
            Param::A => bound.cloned().unwrap_or(Type::Dyn),
            Param::Scalar(scalar) => Type::Scalar(*scalar),
            Param::List(element) => Type::list(element.with(bound)),
            Param::Map(key, value) => Type::map(key.with(bound), value.with(bound)),
            Param::Optional(held) => Type::optional(held.with(bound)),
        }
    }
}

impl std::fmt::Display for Signature {
    /// The types taken, for messages: `string, int`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, param) in self.takes.iter().enumerate() {
            f.write_str(if i > 0 { ", " } else { "" })?;
            match param {
                Param::Number => f.write_str("number")?,
                param => write!(f, "{}", param.with(None))?,
            }
        }
        if self.more { f.write_str(", ...") } else { Ok(()) }
    }
}
