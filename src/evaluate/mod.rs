//! Judging a snapshot: the CEL compiler and evaluator, relations between documents, and the verdicts.
pub mod cel;
