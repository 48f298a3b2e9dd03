//! Texts that many verdicts have in common, held once.

use std::collections::HashSet;
use std::sync::Arc;

/// The most texts that are remembered: where there are more, most stand alone and remembering them saves nothing.
const MOST: usize = 1 << 16;

/// Gives the same text the same memory. It changes no value.
#[derive(Debug, Default)]
pub struct Texts(HashSet<Arc<str>>);

impl Texts {
    /// A text, shared with an equal one that was given before.
    #[must_use]
    pub fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        if self.0.len() < MOST {
            self.0.insert(Arc::clone(&text));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_their_memory() {
        let mut texts = Texts::default();
        let (one, other, same) = (texts.shared("a"), texts.shared("b"), texts.shared("a"));
        assert_eq!((&*one, &*other), ("a", "b"));
        assert!(Arc::ptr_eq(&one, &same));
        for number in 0..MOST {
            assert_eq!(*texts.shared(&number.to_string()), *number.to_string());
        }
        assert_eq!(texts.0.len(), MOST);
    }
}
