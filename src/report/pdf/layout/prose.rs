//! Terms and their explanations: prose of the catalog with computer text in it, set as what it is.

use super::{Flow, INSET};
use crate::report::pdf::page::Role;
use crate::report::pdf::theme::{self, LEFT, MEASURE};
use crate::report::pdf::typeset::{Block, Style, draw};

/// Between the pieces of one explanation.
const GAP: f32 = 4.0;

/// A piece of an explanation.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// A paragraph or a list; `marks` around computer text are still in it.
    Words(String),
    /// Computer text on lines of its own.
    Code(String),
}

/// Splits prose as the catalog writes it: paragraphs between empty lines, code between fences or set in by four spaces.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut fenced, mut open) = (false, false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            open = false;
            continue;
        }
        let code = fenced || line.starts_with("    ") || line.starts_with('\t');
        if line.trim().is_empty() && !fenced {
            // An empty line between two lines of set-in code belongs to it; it is put back when the second one comes.
            open = false;
            continue;
        }
        let line = if fenced {
            line
        } else if code {
            line.strip_prefix("    ").unwrap_or_else(|| line.trim_start())
        } else {
            line.trim()
        };
        match pieces.last_mut() {
            Some(Piece::Code(last)) if code && (open || !fenced) => {
                last.push_str(if open { "\n" } else { "\n\n" });
                last.push_str(line);
            }
            Some(Piece::Words(last)) if !code && open => {
                last.push_str(if line.starts_with("- ") || line.starts_with("* ") { "\n" } else { " " });
                last.push_str(line);
            }
            _ => pieces.push(if code { Piece::Code(line.to_owned()) } else { Piece::Words(line.to_owned()) }),
        }
        open = true;
    }
    pieces
}

impl Flow {
    /// Terms on the left, their text on the right. Empty texts are left out. A short list stays in one piece, with `follow`
    /// points of what comes after it. Text in a style with marks is prose of the catalog, other text is set as it stands.
    pub fn definitions(&mut self, entries: &[(&str, &str, Style)], label: f32, follow: f32) {
        let list_of = self.section;
        let mut list = None;
        let set: Vec<(Block, Vec<(Block, bool)>)> = entries
            .iter()
            .filter(|(_, text, _)| !text.is_empty())
            .map(|(term, text, style)| {
                let term = self.setter.set(term, theme::tint(theme::CELL, theme::GREY), label - 10.0);
                let pieces = if style.marks { pieces(text) } else { vec![Piece::Words((*text).to_owned())] };
                let body = pieces.iter().map(|piece| match piece {
                    Piece::Words(words) => (self.setter.set(words, *style, MEASURE - label), false),
                    Piece::Code(code) => (self.setter.set(code, theme::CODE, MEASURE - label - 2.0 * INSET), true),
                });
                (term, body.collect())
            })
            .collect();
        let tall = |(block, code): &(Block, bool)| block.height() + GAP + if *code { 2.0 * INSET } else { 0.0 };
        let total: f32 = set.iter().map(|(term, body)| body.iter().map(tall).sum::<f32>().max(term.height()) + 3.0).sum::<f32>() + follow;
        if total < theme::PAGE * 0.4 {
            self.open(total);
        }
        for (term, body) in set {
            let Some((head, _)) = body.first() else { continue };
            let first: f32 = head.lines.iter().take(2).map(|line| line.height).sum();
            self.open(first.max(term.height()));
            let list = *list.get_or_insert_with(|| self.document.node(Role::List, list_of));
            let item = self.document.node(Role::ListItem, list);
            let name = self.document.node(Role::Label, item);
            // Both baselines on one line.
            let drop = head.lines.first().map_or(0.0, |line| line.baseline) - term.lines.first().map_or(0.0, |line| line.baseline);
            draw(&mut self.document, &term, LEFT, self.y + drop.max(0.0), Some(name));
            let node = self.document.node(Role::ListBody, item);
            let page = self.document.pages();
            let bottom = self.y + drop.max(0.0) + term.height();
            let several = body.len() > 1;
            for (index, (block, code)) in body.iter().enumerate() {
                if index > 0 {
                    self.space(GAP);
                }
                let role = if *code { Role::Code } else { Role::Paragraph };
                let node = if several { self.document.node(role, node) } else { node };
                if *code {
                    if 2.0 * INSET + block.lines.first().map_or(0.0, |line| line.height) > self.room() {
                        self.new_page();
                    }
                    self.washed(block, label, node);
                } else {
                    self.lines(block, LEFT + label, node);
                }
            }
            if self.document.pages() == page {
                self.y = self.y.max(bottom);
            }
            self.y += 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_split_as_the_catalog_writes_it() {
        let words = |text: &str| Piece::Words(text.to_owned());
        let code = |text: &str| Piece::Code(text.to_owned());
        assert_eq!(
            pieces("Remove it\nand go on:\n\n    a:\n      b: 1\n\n    c: 2\n\nThen stop."),
            [words("Remove it and go on:"), code("a:\n  b: 1\n\nc: 2"), words("Then stop."),]
        );
        assert_eq!(
            pieces("Run\n```sh\nkubectl a\n\n  b\n```\nand\n- one\n- two"),
            [words("Run"), code("kubectl a\n\n  b"), words("and\n- one\n- two"),]
        );
        assert_eq!(pieces("```\nx\n```\n```\ny\n```"), [code("x"), code("y")]);
        assert_eq!(pieces(" \n"), []);
    }
}
