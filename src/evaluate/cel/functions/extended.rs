//! Values of the Kubernetes libraries.
use super::formats::Format;
use super::network::Cidr;
use super::quantity::Quantity;
use super::semver::Semver;
use super::url::Url;
use std::fmt;
use std::net::IpAddr;

/// A value of a Kubernetes library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extended<'d> {
    /// An IP address
    Ip(IpAddr),
    /// An IP address with a prefix length
    Cidr(Cidr),
    /// An amount of a resource
    Quantity(Quantity),
    /// A URL
    Url(Url<'d>),
    /// A version
    Semver(Semver<'d>),
    /// A named format of strings
    Format(&'static Format),
}

impl Extended<'_> {
    /// The CEL name of the type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Extended::Ip(_) => "net.IP",
            Extended::Cidr(_) => "net.CIDR",
            Extended::Quantity(_) => "kubernetes.Quantity",
            Extended::Url(_) => "kubernetes.URL",
            Extended::Semver(_) => "kubernetes.Semver",
            Extended::Format(_) => "kubernetes.NamedFormat",
        }
    }
}

impl fmt::Display for Extended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Extended::Ip(address) => write!(f, "{address}"),
            Extended::Cidr(cidr) => write!(f, "{cidr}"),
            Extended::Quantity(quantity) => write!(f, "{quantity}"),
            Extended::Url(url) => write!(f, "{url}"),
            Extended::Semver(version) => write!(f, "{version}"),
            Extended::Format(format) => f.write_str(format.name),
        }
    }
}
