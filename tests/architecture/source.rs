//! One Rust file as the rules see it: its code without comments, strings and test items, and the paths it names.
//!
//! A small lexer, not a parser: what it must know is where comments, strings, characters and blocks end.

/// One source file, as the rules see it.
pub struct Source {
    /// Path below `src/`, with `/`.
    pub path: String,
    /// As it stands on disk.
    pub raw: String,
    /// Without comments, string contents and test items, same length and lines as `raw`.
    pub code: Vec<u8>,
    /// Without comments and test items, strings kept.
    pub text: Vec<u8>,
}

impl Source {
    /// Reads one file's text.
    pub fn new(path: &str, raw: &str) -> Self {
        let (mut code, mut text) = blank(raw.as_bytes());
        for (from, to) in test_items(&code) {
            erase(&mut code, from, to);
            erase(&mut text, from, to);
        }
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            let length = code.len();
            erase(&mut code, 0, length);
            erase(&mut text, 0, length);
        }
        Self { path: path.to_owned(), raw: raw.to_owned(), code, text }
    }

    /// Module path of the file: `report/html/page.rs` is `[report, html, page]`.
    pub fn module(&self) -> Vec<&str> {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        if path == "lib" { Vec::new() } else { path.split('/').collect() }
    }

    /// First part of the path: the room.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The build script lies in `src/` to keep the top level small; it is a program of its own.
    pub fn is_build_script(&self) -> bool {
        self.path == "catalog/build.rs"
    }

    /// Line of a byte, counted from one.
    pub fn line(&self, at: usize) -> usize {
        1 + self.code.iter().take(at).filter(|byte| **byte == b'\n').count()
    }
}

fn erase(bytes: &mut [u8], from: usize, to: usize) {
    bytes[from..to].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Two copies of the text: one without comments and string contents, one without comments only.
fn blank(raw: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut code, mut text) = (raw.to_vec(), raw.to_vec());
    let mut at = 0;
    while at < raw.len() {
        let end;
        if raw[at..].starts_with(b"//") {
            end = find(raw, b"\n", at).unwrap_or(raw.len());
            erase(&mut text, at, end);
        } else if raw[at..].starts_with(b"/*") {
            end = comment_end(raw, at);
            erase(&mut text, at, end);
        } else if let Some(literal) = literal_end(raw, at) {
            end = literal;
        } else {
            at += 1;
            continue;
        }
        erase(&mut code, at, end);
        at = end;
    }
    (code, text)
}

pub fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(needle.len()).position(|window| window == needle).map(|at| at + from)
}

/// End of a block comment; they nest.
fn comment_end(raw: &[u8], from: usize) -> usize {
    let (mut depth, mut at) = (0_usize, from);
    while at < raw.len() {
        if raw[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if raw[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    raw.len()
}

/// End of the string or character literal that begins here, if one does. A lifetime is none.
fn literal_end(raw: &[u8], at: usize) -> Option<usize> {
    if at > 0 && is_word(raw[at - 1]) && raw[at] != b'"' && raw[at] != b'\'' {
        return None;
    }
    let after_r = if raw[at..].starts_with(b"br") {
        at + 2
    } else if raw[at] == b'r' {
        at + 1
    } else {
        at
    };
    if after_r > at {
        let hashes = raw[after_r..].iter().take_while(|byte| **byte == b'#').count();
        if raw.get(after_r + hashes) == Some(&b'"') {
            let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
            return Some(find(raw, &close, after_r + hashes + 1).map_or(raw.len(), |end| end + close.len()));
        }
        return None;
    }
    match raw[at] {
        b'"' => Some(quoted_end(raw, at, b'"')),
        b'\'' if raw.get(at + 1) == Some(&b'\\') => Some(quoted_end(raw, at, b'\'')),
        // A character may take up to four bytes; a lifetime has no closing quote that near, unless it is one letter before a character.
        b'\'' => {
            let width = std::str::from_utf8(&raw[at + 1..]).ok()?.chars().next()?.len_utf8();
            (raw.get(at + 1 + width) == Some(&b'\'')).then_some(at + width + 2)
        }
        _ => None,
    }
}

fn quoted_end(raw: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from + 1;
    while at < raw.len() && raw[at] != quote {
        at += if raw[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(raw.len())
}

/// Index just past the bracket that closes the one at `open`.
fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Where the items under `#[cfg(test)]` begin and end.
fn test_items(code: &[u8]) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(start) = find(code, b"#[cfg(test)]", at) {
        let mut end = start + b"#[cfg(test)]".len();
        while end < code.len() && code[end] != b';' && code[end] != b'{' {
            end = if matches!(code[end], b'(' | b'[') { closing(code, end) } else { end + 1 };
        }
        at = if code.get(end) == Some(&b'{') { closing(code, end) } else { (end + 1).min(code.len()) };
        items.push((start, at));
    }
    items
}

/// Inline modules that enclose `at`; each makes `super` one step shorter.
fn inline_modules(code: &[u8], at: usize) -> usize {
    let mut depth = 0;
    let mut from = 0;
    while let Some(found) = find(code, b"mod ", from).filter(|found| *found < at) {
        from = found + 4;
        let name = code[from..].iter().take_while(|byte| is_word(**byte)).count();
        let open = from + name + code[from + name..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if (found == 0 || !is_word(code[found - 1])) && name > 0 && code.get(open) == Some(&b'{') && closing(code, open) > at {
            depth += 1;
        }
    }
    depth
}

/// First names of the paths that begin at `at`: one, or those of a `{...}` group. Each with what follows it.
fn heads(code: &[u8], at: usize) -> Vec<(String, String)> {
    let rest = &code[at..];
    if rest.first() != Some(&b'{') {
        let end = rest.iter().position(|byte| !is_word(*byte) && *byte != b':' && *byte != b'{').unwrap_or(rest.len());
        let stop = rest[..end].iter().position(|byte| *byte == b'{').map_or(end, |open| closing(rest, open));
        let path = String::from_utf8_lossy(&rest[..stop]).into_owned();
        let name = path.split("::").next().unwrap_or_default().to_owned();
        return vec![(name, path)];
    }
    let group = &rest[1..closing(rest, 0).max(2) - 1];
    let (mut depth, mut parts) = (0_usize, vec![String::new()]);
    for byte in group {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if *byte == b',' && depth == 0 { parts.push(String::new()) } else { parts.last_mut().unwrap().push(char::from(*byte)) }
    }
    let parts = parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty());
    parts.map(|part| (part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(), part)).collect()
}

/// Every path from the crate root that the file names: first name, whole path, place.
pub fn root_paths(source: &Source) -> Vec<(String, String, usize)> {
    let code = &source.code;
    let mut paths = Vec::new();
    for root in ["crate::", "assize::"] {
        let mut at = 0;
        while let Some(found) = find(code, root.as_bytes(), at) {
            at = found + root.len();
            if found == 0 || !is_word(code[found - 1]) {
                paths.extend(heads(code, at).into_iter().map(|(name, path)| (name, path, found)));
            }
        }
    }
    let mut at = 0;
    while let Some(found) = find(code, b"super::", at) {
        let mut steps = 0;
        at = found;
        while code[at..].starts_with(b"super::") {
            steps += 1;
            at += b"super::".len();
        }
        if (found == 0 || !is_word(code[found - 1])) && steps == source.module().len() + inline_modules(code, found) {
            paths.extend(heads(code, at).into_iter().map(|(name, path)| (name, path, found)));
        }
    }
    paths
}
