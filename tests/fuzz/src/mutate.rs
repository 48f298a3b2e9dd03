//! Changes of inputs, the same for the same seed.

/// Words of the control language.
pub const EXPRESSIONS: &[&str] = &[
    "object",
    "params",
    "rel",
    ".all(x, ",
    ".exists(x, ",
    ".map(x, ",
    ".filter(x, ",
    "has(",
    "size(",
    "string(",
    "int(",
    "uint(",
    "double(",
    "bytes(",
    "duration(",
    "timestamp(",
    "quantity(",
    "cidr(",
    "ip(",
    ".matches(",
    ".find(",
    ".findAll(",
    ".split(",
    ".join(",
    ".replace(",
    ".substring(",
    ".format(",
    ".orValue(",
    ".?",
    "[?",
    "optional.of(",
    "type(",
    "dyn(",
    "cel.bind(x, ",
    ".sort()",
    ".indexOf(",
    "null",
    "true",
    "false",
    " in ",
    " && ",
    " || ",
    " ? ",
    " : ",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "==",
    "!=",
    "<=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "\"\"\"",
    "r'",
    "b\"",
    "\\u",
    "\\x",
    "\\U0010FFFF",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615u",
    "1e308",
    "0x",
    "\0",
    "//",
    "\n",
    "`",
    "ä",
    "😀",
    "{\"a\":",
    "1.5",
    "[]",
    "{}",
];

/// Pieces of YAML and JSON.
pub const DOCUMENTS: &[&str] = &[
    "---\n",
    "...\n",
    "\n---\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "&a ",
    "*a",
    "<<: *a\n",
    "- ",
    ": ",
    "? ",
    "| \n",
    "|2+\n",
    ">-\n",
    "!!str ",
    "!!binary ",
    "!!int ",
    "!x ",
    "%YAML 1.2\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "\\u",
    "\\ud800",
    "\\x",
    "#",
    "\t",
    "  ",
    "\n  ",
    "~",
    "null",
    "yes",
    ".inf",
    ".nan",
    "0o17",
    "1e999",
    "apiVersion: v1\n",
    "kind: Secret\n",
    "data:\n",
    "stringData: ",
    "{{ ",
    " }}",
    "\u{2028}",
    "\u{85}",
    "\0",
    "metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '",
    "password",
    "--token",
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN PRIVATE KEY-----",
    "https://u:p@h/",
    "\"items\":[",
];

/// The longest input made.
const LONGEST: usize = 8 * 1024;

pub struct Mutator {
    state: u64,
    tokens: &'static [&'static str],
}

impl Mutator {
    pub fn new(seed: u64, tokens: &'static [&'static str]) -> Self {
        Self { state: seed, tokens }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        if most == 0 { 0 } else { (self.next() % most as u64) as usize }
    }

    fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        from..length.min(from + 1 + self.below(most))
    }

    /// One of the pool, changed once or a few times.
    pub fn change(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let mut input = pool[self.below(pool.len())].clone();
        for _ in 0..1 + self.below(4) {
            let (length, at) = (input.len(), self.below(input.len() + 1));
            match self.below(if self.tokens.is_empty() { 7 } else { 10 }) {
                0 if at < length => input[at] ^= 1 << self.below(8),
                1 if at < length => input[at] = self.next() as u8,
                2 => drop(input.drain(self.range(length, 16))),
                3 => {
                    // A piece of its own again, up to many times: depth.
                    let piece = input[self.range(length, 12)].to_vec();
                    let times = if self.below(8) == 0 { 300 } else { 1 + self.below(3) };
                    input.splice(at..at, piece.repeat(times));
                }
                4 => {
                    let other = &pool[self.below(pool.len())];
                    let piece = other[self.range(other.len(), 200)].to_vec();
                    input.splice(at..at, piece);
                }
                5 => {
                    let other = &pool[self.below(pool.len())];
                    let from = self.below(other.len() + 1);
                    input.truncate(at);
                    input.extend_from_slice(&other[from..]);
                }
                // Five bytes: a whole change for the target of damaged databases.
                6 => {
                    let bytes = self.next().to_le_bytes();
                    input.splice(at..at, bytes[..5].to_vec());
                }
                _ => {
                    if let Some(token) = self.tokens.get(self.below(self.tokens.len())) {
                        input.splice(at..at, token.bytes());
                    }
                }
            }
        }
        input.truncate(LONGEST);
        input
    }
}
