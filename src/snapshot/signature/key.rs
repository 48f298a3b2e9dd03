//! Keys of signatures: ed25519 (RFC 8032) in the files that `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::fmt;

/// What stands before the 32 bytes of a private key in PKCS#8 (RFC 8410, 7): version 0, algorithm 1.3.101.112, an octet string in an octet string.
const PRIVATE: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// What stands before the 32 bytes of a public key in SubjectPublicKeyInfo (RFC 8410, 4).
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Why a key file cannot be used. Never quotes the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The PEM block is not there.
    #[error("holds no `-----BEGIN {0}-----` block")]
    NotPem(&'static str),
    /// A block of another algorithm, or an encrypted one.
    #[error("is not an unencrypted ed25519 key; `openssl genpkey -algorithm ed25519` makes one, `openssl pkey -pubout` its public half")]
    NotEd25519,
}

/// A private key. It is wiped from memory when dropped and cannot be printed.
pub struct SecretKey(SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    /// Reads a PEM file with an unencrypted PKCS#8 private key.
    ///
    /// # Errors
    ///
    /// What the file is instead.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        // What openssl writes for an encrypted key, or for another algorithm in its own form, says so in its label.
        let bytes = block(text, "PRIVATE KEY")?;
        let seed = bytes.strip_prefix(&PRIVATE).and_then(|seed| <[u8; 32]>::try_from(seed).ok()).ok_or(KeyError::NotEd25519)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs; the same text and key always give the same 64 bytes.
    #[must_use]
    pub fn sign(&self, text: &str) -> [u8; 64] {
        self.0.sign(text.as_bytes()).to_bytes()
    }
}

/// A public key, printed as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a PEM file with a public key.
    ///
    /// # Errors
    ///
    /// What the file is instead.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let bytes = block(text, "PUBLIC KEY")?;
        let key = bytes.strip_prefix(&PUBLIC).and_then(|key| <[u8; 32]>::try_from(key).ok()).ok_or(KeyError::NotEd25519)?;
        Self::from_bytes(key).ok_or(KeyError::NotEd25519)
    }

    /// From its 32 bytes; `None` for bytes that are no point of the curve.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(&bytes).ok().map(Self)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The same as a PEM file.
    #[must_use]
    pub fn to_pem(self) -> String {
        let bytes: Vec<u8> = PUBLIC.into_iter().chain(self.to_bytes()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(bytes))
    }

    /// Whether the signature is this key's over this text. Strict: weak keys and malleable signatures are refused.
    #[must_use]
    pub fn verifies(self, text: &str, signature: &[u8; 64]) -> bool {
        self.0.verify_strict(text.as_bytes(), &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes of the first PEM block with this label (RFC 7468).
fn block(text: &str, label: &'static str) -> Result<Vec<u8>, KeyError> {
    let after = text.split_once(&format!("-----BEGIN {label}-----")).map(|(_, after)| after);
    let body = after.and_then(|after| after.split_once(&format!("-----END {label}-----"))).map(|(body, _)| body);
    let Some(body) = body else {
        let other = text.contains("-----BEGIN ");
        return Err(if other { KeyError::NotEd25519 } else { KeyError::NotPem(label) });
    };
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).map_err(|_| KeyError::NotEd25519)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// RFC 8410, 10.3 and 10.1.
    const SECRET: &str =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const PUBLIC: &str =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    #[test]
    fn the_keys_of_the_standard_are_read_and_belong_together() {
        let secret = SecretKey::from_pem(SECRET).unwrap();
        let public = PublicKey::from_pem(PUBLIC).unwrap();
        assert_eq!(secret.public(), public);
        assert_eq!(public.to_pem(), PUBLIC);
        assert_eq!(format!("{secret:?}"), "SecretKey(..)");
        assert_eq!(SecretKey::from_pem(PUBLIC).unwrap_err(), KeyError::NotEd25519);
        assert_eq!(PublicKey::from_pem("nothing").unwrap_err(), KeyError::NotPem("PUBLIC KEY"));
        assert_eq!(SecretKey::from_pem(&SECRET.replace("K2Vw", "K2Vx")).unwrap_err(), KeyError::NotEd25519);
    }

    proptest! {
        #[test]
        fn any_changed_bit_of_text_or_signature_is_refused(text in "[ -~]{1,80}", at in 0_usize..512, bit in 0_u8..7, place in any::<prop::sample::Index>()) {
            let secret = SecretKey::from_pem(SECRET).unwrap();
            let signature = secret.sign(&text);
            prop_assert!(secret.public().verifies(&text, &signature));
            let mut broken = signature;
            broken[at / 8] ^= 1 << (at % 8);
            prop_assert!(!secret.public().verifies(&text, &broken));
            let mut bytes = text.clone().into_bytes();
            let index = place.index(bytes.len());
            bytes[index] ^= 1 << bit;
            prop_assert!(!secret.public().verifies(&String::from_utf8(bytes).unwrap(), &signature));
        }
    }
}
