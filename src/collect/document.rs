//! Texts to documents.
