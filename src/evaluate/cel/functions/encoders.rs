//! Base64.
use super::super::context::Context;
use super::super::document::{collect, text};
use super::super::fault::Cause;
use super::super::value::Value;
use super::conversions::unreadable;
use super::signature::{BYTES, STRING, sig};
use super::{Function, Outcome, global};
use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub const FUNCTIONS: &[Function] =
    &[global("base64.encode", &[sig(&[BYTES], STRING)], encode), global("base64.decode", &[sig(&[STRING], BYTES)], decode)];

/// The standard alphabet; padding is written, and need not be there to be read.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

fn encode<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Bytes(bytes)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(bytes.len() / 16)?;
    Ok(text(cx.arena, &BASE64.encode(bytes)))
}

fn decode<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Str(encoded)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(encoded.len() / 16)?;
    match BASE64.decode(encoded) {
        Ok(bytes) => Ok(Value::Bytes(collect(cx.arena, bytes))),
        Err(_) => Err(unreadable(cx, encoded, "base64")),
    }
}
