//! Placeholder, replaced by the embedding script.
fn main() {}
