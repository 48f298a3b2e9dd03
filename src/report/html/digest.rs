//! SHA-256 (FIPS 180-4) as a content security policy names a script or style: `'sha256-<base64>'`.
//!
//! Browsers accept SHA-2 only here; the content addresses of evidence are BLAKE3 and made elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The source expression of a content security policy that allows exactly this text.
pub(super) fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_expressions_are_quoted_base64() {
        // The standard's own example message (FIPS 180-4): ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad.
        assert_eq!(source("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    }
}
