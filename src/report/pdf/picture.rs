//! A company's logo as pixels on white paper. An archive copy should hold neither transparency nor a picture that only some programs read.

use super::page::Image;
use crate::report::presentation::{Logo, LogoKind};
use lopdf::{Object, Stream, dictionary};

/// Most pixels of a logo: a small file can unfold into gigabytes.
const MOST: usize = 16_000_000;

/// Reads a PNG of eight bits a channel. An SVG gives nothing: paper then has the company's name alone.
///
/// # Errors
/// What the picture is, where it is something that is not read.
pub fn read(logo: &Logo) -> Result<Option<Image>, String> {
    match logo.kind {
        LogoKind::Svg => Ok(None),
        LogoKind::Png => png(&logo.bytes).map(Some),
    }
}

fn png(bytes: &[u8]) -> Result<Image, String> {
    let broken = || "the logo is no whole PNG".to_owned();
    let (mut header, mut palette, mut clear, mut data) = (None, Vec::new(), Vec::new(), Vec::new());
    let mut rest = bytes.get(8..).ok_or_else(broken)?;
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| broken())?;
        let kind = after.get(..4).ok_or_else(broken)?;
        let content = after.get(4..4 + length).ok_or_else(broken)?;
        match kind {
            b"IHDR" => header = Some(content),
            b"PLTE" => palette = content.to_vec(),
            b"tRNS" => clear = content.to_vec(),
            b"IDAT" => data.extend_from_slice(content),
            b"IEND" => break,
            _ => {}
        }
        rest = after.get(length + 8..).unwrap_or(&[]);
    }
    let Some([w0, w1, w2, w3, h0, h1, h2, h3, depth, kind, _, _, interlaced]) = header else { return Err(broken()) };
    let side = |bytes: [u8; 4]| usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX);
    let (width, height) = (side([*w0, *w1, *w2, *w3]), side([*h0, *h1, *h2, *h3]));
    if *depth != 8 || *interlaced != 0 {
        return Err("the logo has other than eight bits a channel, or is interlaced: save it as a plain PNG".to_owned());
    }
    let channels = match kind {
        0 | 3 => 1,
        2 => 3,
        4 => 2,
        6 => 4,
        _ => return Err(broken()),
    };
    if width == 0 || height == 0 || width.saturating_mul(height) > MOST {
        return Err(format!("the logo has {width} times {height} pixels; it may have {MOST} in all"));
    }
    let samples = unfold(data, width, channels).filter(|samples| samples.len() >= width * height * channels).ok_or_else(broken)?;
    let mut rgb = Vec::with_capacity(width * height * 3);
    for pixel in samples.chunks_exact(channels).take(width * height) {
        let (colour, opacity) = match *pixel {
            [index] if *kind == 3 => {
                let at = usize::from(index);
                let colour = palette.get(at * 3..at * 3 + 3).and_then(|colour| <[u8; 3]>::try_from(colour).ok()).ok_or_else(broken)?;
                (colour, clear.get(at).copied().unwrap_or(255))
            }
            [grey] => ([grey; 3], 255),
            [grey, opacity] => ([grey; 3], opacity),
            [red, green, blue] => ([red, green, blue], 255),
            [red, green, blue, opacity] => ([red, green, blue], opacity),
            _ => return Err(broken()),
        };
        rgb.extend(colour.map(|value| on_white(value, opacity)));
    }
    Ok(Image { width, height, rgb: rgb.into() })
}

/// PNG and PDF share their compression and their predictors.
fn unfold(data: Vec<u8>, width: usize, channels: usize) -> Option<Vec<u8>> {
    let number = |value: usize| Object::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    let how = dictionary! { "Predictor" => 15, "Colors" => number(channels), "BitsPerComponent" => 8, "Columns" => number(width) };
    Stream::new(dictionary! { "Filter" => "FlateDecode", "DecodeParms" => how }, data).decompressed_content_with_limit(MOST * 5).ok()
}

fn on_white(value: u8, opacity: u8) -> u8 {
    let (value, opacity) = (u32::from(value), u32::from(opacity));
    u8::try_from((value * opacity + 255 * (255 - opacity) + 127) / 255).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], kind, content, &[0; 4]].concat()
    }

    /// Two pixels, the second half clear; each row begins with its filter.
    fn sample(depth: u8) -> Logo {
        let header = [0, 0, 0, 2, 0, 0, 0, 1, depth, 6, 0, 0, 0];
        let rows = [0, 10, 20, 30, 255, 0, 0, 0, 128];
        // A stored block needs no compressor: one byte of header, length, its complement, then the bytes and a checksum.
        let sum = rows.iter().fold((1_u32, 0_u32), |(a, b), byte| ((a + u32::from(*byte)) % 65_521, (b + a + u32::from(*byte)) % 65_521));
        let stored = [&[0x78, 0x01, 1, 9, 0, 246, 255][..], &rows, &((sum.1 << 16) | sum.0).to_be_bytes()].concat();
        let bytes = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", &stored), &chunk(b"IEND", &[])].concat();
        Logo::read(bytes).unwrap()
    }

    #[test]
    fn a_picture_stands_on_white() {
        let image = read(&sample(8)).unwrap().unwrap();
        assert_eq!((image.width, image.height, &*image.rgb), (2, 1, &[10, 20, 30, 127, 127, 127][..]));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(read(&sample(16)).unwrap_err().contains("eight bits"));
        let mut cut = sample(8);
        cut.bytes.truncate(50);
        assert!(read(&cut).is_err());
        assert!(read(&Logo::read(b"<svg/>".to_vec()).unwrap()).unwrap().is_none());
    }
}
