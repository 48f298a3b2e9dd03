//! Where one YAML document of a file ends and the next begins.
//!
//! A line that starts with `---` or `...` and then ends or goes on with white space is a document marker wherever it stands, inside of
//! quotes and block scalars too (YAML 1.2.2, production `c-forbidden`). So a file can be cut at these lines without parsing it, and a malformed
//! document costs nobody but itself.

/// A stretch of a file that holds one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Line of its first byte, counted from one.
    pub line: u32,
    /// Offset of its first byte.
    pub offset: usize,
    /// The bytes, with a leading `---` if there is one.
    pub bytes: &'a [u8],
}

/// Cuts a file into its documents. Stretches of white space, comments and directives alone are no documents.
#[must_use]
pub fn split(bytes: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = (0_usize, 1_u32);
    let (mut offset, mut line) = (0_usize, 1_u32);
    let mut close = |start: (usize, u32), end: usize| {
        if let Some(bytes) = bytes.get(start.0..end).filter(|bytes| has_content(bytes)) {
            parts.push(Part { line: start.1, offset: start.0, bytes });
        }
    };
    for text in bytes.split_inclusive(|byte| *byte == b'\n') {
        let next = (offset + text.len(), line.saturating_add(1));
        if is_marker(text, b"---") {
            close(start, offset);
            start = (offset, line);
        } else if is_marker(text, b"...") {
            close(start, offset);
            start = next;
        }
        (offset, line) = next;
    }
    close(start, bytes.len());
    parts
}

fn is_marker(line: &[u8], marker: &[u8]) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.first().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')))
}

fn has_content(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| {
        let line = if is_marker(line, b"---") { line.get(3..).unwrap_or_default() } else { line };
        !matches!(line.trim_ascii_start().first(), None | Some(b'#')) && line.first() != Some(&b'%')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(u32, String)> {
        split(text.as_bytes()).iter().map(|part| (part.line, String::from_utf8_lossy(part.bytes).into_owned())).collect()
    }

    #[test]
    fn documents_are_cut_at_markers_and_only_there() {
        assert_eq!(cut("a: 1\n---\nb: 2\n"), [(1, "a: 1\n".to_owned()), (2, "---\nb: 2\n".to_owned())]);
        assert_eq!(
            cut("a: |\n  ---\n  x\n----\n--- {b: 2}\r\n"),
            [(1, "a: |\n  ---\n  x\n----\n".to_owned()), (5, "--- {b: 2}\r\n".to_owned())]
        );
        assert_eq!(cut("a: 1\n...\nb: 2"), [(1, "a: 1\n".to_owned()), (3, "b: 2".to_owned())]);
    }

    #[test]
    fn empty_and_comment_only_documents_are_none() {
        assert!(cut("").is_empty());
        assert!(cut("# one\n---\n\n  # two\n--- # three\n---\r\n").is_empty());
        assert_eq!(cut("%YAML 1.1\n# c\n---\na: 1\n").len(), 1);
    }
}
