//! IP addresses and CIDR blocks.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::conversions::unreadable;
use super::extended::Extended;
use super::signature::{BOOL, CIDR, INT, IP, STRING, sig};
use super::{Function, Outcome, global, method};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub const FUNCTIONS: &[Function] = &[
    global("ip", &[sig(&[STRING], IP)], ip),
    global("isIP", &[sig(&[STRING], BOOL)], |_, arguments| is(arguments, |text| parse_ip(text).is_some())),
    global("ip.isCanonical", &[sig(&[STRING], BOOL)], is_canonical),
    method("family", &[sig(&[IP], INT)], |_, arguments| address(arguments, |address| Value::Int(if address.is_ipv4() { 4 } else { 6 }))),
    method("isUnspecified", &[sig(&[IP], BOOL)], |_, arguments| address(arguments, |address| Value::Bool(address.is_unspecified()))),
    method("isLoopback", &[sig(&[IP], BOOL)], |_, arguments| address(arguments, |address| Value::Bool(address.is_loopback()))),
    method("isLinkLocalMulticast", &[sig(&[IP], BOOL)], |_, arguments| {
        address(arguments, |address| Value::Bool(is_link_local_multicast(address)))
    }),
    method("isLinkLocalUnicast", &[sig(&[IP], BOOL)], |_, arguments| {
        address(arguments, |address| Value::Bool(is_link_local_unicast(address)))
    }),
    method("isGlobalUnicast", &[sig(&[IP], BOOL)], |_, arguments| address(arguments, |address| Value::Bool(is_global_unicast(address)))),
    global("cidr", &[sig(&[STRING], CIDR)], cidr),
    global("isCIDR", &[sig(&[STRING], BOOL)], |_, arguments| is(arguments, |text| Cidr::parse(text).is_some())),
    method("containsIP", &[sig(&[CIDR, IP], BOOL), sig(&[CIDR, STRING], BOOL)], contains_ip),
    method("containsCIDR", &[sig(&[CIDR, CIDR], BOOL), sig(&[CIDR, STRING], BOOL)], contains_cidr),
    method("ip", &[sig(&[CIDR], IP)], |cx, arguments| block(cx, arguments, |_, cidr| Extended::Ip(cidr.address))),
    method("masked", &[sig(&[CIDR], CIDR)], |cx, arguments| block(cx, arguments, |_, cidr| Extended::Cidr(cidr.masked()))),
    method("prefixLength", &[sig(&[CIDR], INT)], prefix_length),
];

/// An address and the length of its network's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// Reads `address/length`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok().filter(|address| !is_mapped(address))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let plain = length == "0" || (length.bytes().all(|byte| byte.is_ascii_digit()) && !length.starts_with('0'));
        let prefix = length.parse().ok().filter(|prefix| plain && *prefix <= longest)?;
        Some(Cidr { address, prefix })
    }

    /// The address with the bits after the prefix cleared.
    fn network(self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32_u32.saturating_sub(self.prefix.into())).unwrap_or(0);
                Ipv4Addr::from_bits(address.to_bits() & mask).into()
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(self.prefix.into())).unwrap_or(0);
                Ipv6Addr::from_bits(address.to_bits() & mask).into()
            }
        }
    }

    fn masked(self) -> Self {
        Cidr { address: self.network(self.address), prefix: self.prefix }
    }

    fn contains(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && self.network(self.address) == self.network(address)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// Whether it is an IPv4 address dressed as IPv6.
fn is_mapped(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some())
}

/// Reads an address: without zone, and not as `::ffff:1.2.3.4`. A mapped address in plain IPv6 notation is the IPv4 address it stands for.
fn parse_ip(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    match is_mapped(&address) && text.contains('.') {
        true => None,
        false => Some(address.to_canonical()),
    }
}

fn is_link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.octets()[..3] == [224, 0, 0],
        IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
    }
}

fn is_link_local_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// Neither unspecified, loopback, multicast, link-local nor broadcast. Private addresses are global in this sense, as in Go.
fn is_global_unicast(address: IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(broadcast || address.is_unspecified() || address.is_loopback() || address.is_multicast() || is_link_local_unicast(address))
}

fn ip<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => match parse_ip(text) {
            Some(address) => Ok(Value::Extended(cx.arena.alloc(Extended::Ip(address)))),
            None => Err(unreadable(cx, text, "IP address")),
        },
        _ => Err(Cause::Overload),
    }
}

fn cidr<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => match Cidr::parse(text) {
            Some(cidr) => Ok(Value::Extended(cx.arena.alloc(Extended::Cidr(cidr)))),
            None => Err(unreadable(cx, text, "CIDR block")),
        },
        _ => Err(Cause::Overload),
    }
}

fn is<'d>(arguments: &[Value<'d>], test: fn(&str) -> bool) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => Ok(Value::Bool(test(text))),
        _ => Err(Cause::Overload),
    }
}

fn is_canonical<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => match parse_ip(text) {
            Some(address) => Ok(Value::Bool(address.to_string() == *text)),
            None => Err(unreadable(cx, text, "IP address")),
        },
        _ => Err(Cause::Overload),
    }
}

fn address<'d>(arguments: &[Value<'d>], result: fn(IpAddr) -> Value<'d>) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Ip(address))] => Ok(result(*address)),
        _ => Err(Cause::Overload),
    }
}

fn block<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], result: fn(&Context<'d>, Cidr) -> Extended<'d>) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Cidr(cidr))] => Ok(Value::Extended(cx.arena.alloc(result(cx, *cidr)))),
        _ => Err(Cause::Overload),
    }
}

fn contains_ip<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Cidr(cidr)), Value::Extended(Extended::Ip(address))] => Ok(Value::Bool(cidr.contains(*address))),
        [Value::Extended(Extended::Cidr(cidr)), Value::Str(text)] => match parse_ip(text) {
            Some(address) => Ok(Value::Bool(cidr.contains(address))),
            None => Err(unreadable(cx, text, "IP address")),
        },
        _ => Err(Cause::Overload),
    }
}

fn contains_cidr<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (outer, inner) = match arguments {
        [Value::Extended(Extended::Cidr(outer)), Value::Extended(Extended::Cidr(inner))] => (outer, *inner),
        [Value::Extended(Extended::Cidr(outer)), Value::Str(text)] => match Cidr::parse(text) {
            Some(inner) => (outer, inner),
            None => return Err(unreadable(cx, text, "CIDR block")),
        },
        _ => return Err(Cause::Overload),
    };
    Ok(Value::Bool(outer.prefix <= inner.prefix && outer.contains(inner.address)))
}

fn prefix_length<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Cidr(cidr))] => Ok(Value::Int(cidr.prefix.into())),
        _ => Err(Cause::Overload),
    }
}
