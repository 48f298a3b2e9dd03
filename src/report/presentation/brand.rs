//! Name, logo and colours of whoever hands a report over.

/// All optional.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// Stands at the head of the report in place of the program's name.
    pub company: Option<String>,
    /// Stands beside it.
    pub logo: Option<Logo>,
    /// Colour of links and of what is chosen, on a light ground.
    pub accent: Option<Colour>,
    /// The same on a dark ground.
    pub accent_dark: Option<Colour>,
}

/// What a logo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// Portable Network Graphics.
    Png,
    /// Scalable Vector Graphics.
    Svg,
}

/// A picture that becomes part of the report.
#[derive(Debug, Clone)]
pub struct Logo {
    /// What the bytes are.
    pub kind: LogoKind,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Logo {
    /// Largest file in bytes: it stands in every report.
    pub const LARGEST: usize = 256 * 1024;

    /// Of a file, told by what it begins with.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence about the file.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.len() > Self::LARGEST {
            return Err(format!("has {} bytes; a logo may have {}", bytes.len(), Self::LARGEST));
        }
        let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            LogoKind::Png
        } else {
            let text = std::str::from_utf8(&bytes).map_err(|_| "is neither PNG nor SVG".to_owned())?;
            if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') || !text.contains("<svg") {
                return Err("is neither PNG nor SVG".to_owned());
            }
            LogoKind::Svg
        };
        Ok(Self { kind, bytes })
    }

    /// The media type: `image/png`.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        match self.kind {
            LogoKind::Png => "image/png",
            LogoKind::Svg => "image/svg+xml",
        }
    }
}

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// From `#1b5aa3`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// `#1b5aa3`
    #[must_use]
    pub fn hex(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio"); text needs 4.5.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn colours_are_six_digits_and_know_their_contrast() {
        let white = Colour::parse("#ffffff").unwrap();
        assert_eq!(Colour::parse("#1B5aa3").unwrap().hex(), "#1b5aa3");
        assert!((white.contrast(Colour([0; 3])) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        // The grey that WCAG's own understanding page names as just enough on white.
        assert!(white.contrast(Colour::parse("#767676").unwrap()) >= 4.5 && white.contrast(Colour::parse("#777777").unwrap()) < 4.5);
        for wrong in ["", "#fff", "1b5aa3", "#1b5aa3;", "#1b5aé", "red", "#+1+1+1"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_logo_is_a_picture_of_bounded_size() {
        assert_eq!(Logo::read(b"\x89PNG\r\n\x1a\n...".to_vec()).unwrap().media_type(), "image/png");
        assert_eq!(Logo::read(b"<?xml version='1.0'?>\n<svg/>".to_vec()).unwrap().kind, LogoKind::Svg);
        assert!(Logo::read(b"GIF89a".to_vec()).unwrap_err().contains("neither"));
        assert!(Logo::read(b"<html></html>".to_vec()).unwrap_err().contains("neither"));
        assert!(Logo::read(vec![b' '; Logo::LARGEST + 1]).unwrap_err().contains("262144"));
    }
}
