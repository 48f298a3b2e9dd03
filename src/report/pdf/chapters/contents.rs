//! The contents page, and what every page carries at its head and foot.

use super::Report;
use crate::report::pdf::page::{Item, NodeId, OutlineEntry, Role};
use crate::report::pdf::theme::{self, HEAD_Y, LEFT, MEASURE, RIGHT};
use crate::report::pdf::typeset::{Block, Style, draw};

const NUMBER: f32 = 26.0;
const PAGE_NUMBER: f32 = 34.0;

impl Report<'_> {
    /// Lays the contents out behind the report and moves them to their place.
    pub(super) fn contents(&mut self, section: NodeId, cover_pages: usize) {
        self.flow.close();
        let entries: Vec<OutlineEntry> = self.flow.document.outline.iter().filter(|entry| entry.in_contents).cloned().collect();
        let before = self.flow.document.pages.len();
        // How many pages they take does not depend on the numbers printed: try, count, undo, print.
        let nodes = self.flow.document.nodes.len();
        self.print_contents(&entries, section, 0);
        let count = self.flow.document.pages.len() - before;
        self.flow.document.pages.truncate(before);
        self.flow.document.nodes.truncate(nodes);
        self.print_contents(&entries, section, count);
        let names: Vec<_> = entries.iter().enumerate().map(|(index, entry)| (format!("contents:{index}"), entry.anchor)).collect();
        self.flow.document.anchors.extend(names);
        self.flow.document.move_tail(count, cover_pages.saturating_sub(1));
    }

    fn print_contents(&mut self, entries: &[OutlineEntry], section: NodeId, shift: usize) {
        self.flow.new_page();
        let title = self.flow.setter.set(self.words.say("contents.title"), theme::heading(1), MEASURE);
        let node = self.flow.document.node(Role::Heading(1), section);
        self.flow.y += draw(&mut self.flow.document, &title, LEFT, self.flow.y, Some(node)) + 20.0;
        let list = self.flow.document.node(Role::Contents, section);
        for (index, entry) in entries.iter().enumerate() {
            let chapter = entry.level == 1;
            let style = if chapter { theme::bold(theme::BODY) } else { theme::BODY };
            let (label, text) = match entry.title.split_once(' ') {
                Some((label, text)) if chapter => (label, text),
                _ => ("", entry.title.as_str()),
            };
            let text = self.flow.setter.set(text, style, MEASURE - NUMBER - PAGE_NUMBER);
            let label = self.flow.setter.set(label, style, NUMBER);
            let page = (entry.anchor.page + shift + 1).to_string();
            let page = self.flow.setter.set(&page, theme::right(style), PAGE_NUMBER);
            let above = if chapter { 9.0 } else { 1.0 };
            if above + text.height() > self.flow.room() {
                self.flow.new_page();
            } else {
                self.flow.y += above;
            }
            let top = self.flow.y;
            if chapter {
                self.flow.rule(top - 3.0, MEASURE, theme::LINE, 0.5);
            }
            let item = self.flow.document.node(Role::ContentsItem, list);
            let rect = [LEFT, top, RIGHT, top + text.height()];
            let alt = self.words.fill("link.contents", &[("title", &entry.title)]);
            let link = self.flow.link(item, rect, &format!("contents:{index}"), &alt);
            draw(&mut self.flow.document, &label, LEFT, top, Some(link));
            draw(&mut self.flow.document, &text, LEFT + NUMBER, top, Some(link));
            draw(&mut self.flow.document, &page, RIGHT - PAGE_NUMBER, top, Some(link));
            self.flow.y += text.height();
        }
    }

    /// Head and foot of every page after the cover: decoration to a screen reader, provenance to whoever holds one sheet.
    pub(super) fn furniture(&mut self, cover_pages: usize) {
        let total = self.flow.document.pages.len();
        let (title, author) = (self.words.say("report.title").to_owned(), self.view.organisation.clone().unwrap_or_default());
        let root: String = self.view.snapshot.root.chars().take(16).collect();
        let foot = self.words.fill("page.foot", &[("number", &self.view.snapshot.id.to_string()), ("root", &root)]);
        let title = self.one_line(&title, theme::FURNITURE, MEASURE / 2.0 - 10.0);
        let author = self.one_line(&author, theme::right(theme::FURNITURE), MEASURE / 2.0);
        let foot = self.one_line(&foot, theme::FURNITURE_CODE, MEASURE * 0.75);
        for index in cover_pages.min(1)..total {
            let place = self.words.fill("page.of", &[("page", &(index + 1).to_string()), ("pages", &total.to_string())]);
            let place = self.flow.setter.set(&place, theme::right(theme::FURNITURE), MEASURE * 0.25);
            let blocks = [
                (&title, LEFT, HEAD_Y),
                (&author, LEFT + MEASURE / 2.0, HEAD_Y),
                (&foot, LEFT, theme::FOOT_Y),
                (&place, RIGHT - MEASURE * 0.25, theme::FOOT_Y),
            ];
            let items: Vec<Item> = blocks
                .into_iter()
                .flat_map(|(block, x, y)| block.lines.iter().flat_map(move |line| line.items(x, y).collect::<Vec<_>>()))
                .collect();
            if let Some(page) = self.flow.document.pages.get_mut(index) {
                page.items.extend(items.into_iter().map(|item| crate::report::pdf::page::Placed { tag: None, item }));
            }
        }
    }

    /// A text on one line, its end cut where there is no room.
    fn one_line(&mut self, text: &str, style: Style, width: f32) -> Block {
        let block = self.flow.setter.set(text, style, width);
        if block.lines.len() <= 1 {
            return block;
        }
        let mut chars: Vec<char> = text.chars().collect();
        loop {
            let keep = chars.len().saturating_sub(1 + chars.len() / 8);
            chars.truncate(keep);
            let short: String = chars.iter().collect::<String>().trim_end().to_owned() + "…";
            let block = self.flow.setter.set(&short, style, width);
            if block.lines.len() <= 1 || chars.is_empty() {
                return block;
            }
        }
    }
}
