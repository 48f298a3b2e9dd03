//! The contents page, and what every page carries at its head and foot.

use crate::report::pdf::layout::Flow;
use crate::report::pdf::page::{Item, NodeId, OutlineEntry, Role};
use crate::report::pdf::theme::{self, HEAD_Y, LEFT, MEASURE, RIGHT};
use crate::report::pdf::typeset::{Block, Style, draw};
use crate::report::pdf::words::Words;

const NUMBER: f32 = 26.0;
const PAGE_NUMBER: f32 = 34.0;

/// Lays the contents out behind the report and moves them to their place.
pub fn contents(flow: &mut Flow, words: &Words, section: NodeId, cover_pages: usize) {
    flow.close();
    let entries: Vec<OutlineEntry> = flow.document.outline.iter().filter(|entry| entry.in_contents).cloned().collect();
    // How many pages they take does not depend on the numbers printed: try, count, undo, print.
    let trial = flow.document.begin_trial();
    print_contents(flow, words, &entries, section, 0);
    let count = flow.document.end_trial(trial);
    print_contents(flow, words, &entries, section, count);
    let names: Vec<_> = entries.iter().enumerate().map(|(index, entry)| (format!("contents:{index}"), entry.anchor)).collect();
    flow.document.anchors.extend(names);
    flow.document.move_tail(count, cover_pages.saturating_sub(1));
}

fn print_contents(flow: &mut Flow, words: &Words, entries: &[OutlineEntry], section: NodeId, shift: usize) {
    flow.new_page();
    let title = flow.setter.set(words.say("contents.title"), theme::heading(1), MEASURE);
    let node = flow.document.node(Role::Heading(1), section);
    flow.y += draw(&mut flow.document, &title, LEFT, flow.y, Some(node)) + 20.0;
    let list = flow.document.node(Role::Contents, section);
    for (index, entry) in entries.iter().enumerate() {
        let chapter = entry.level == 1;
        let style = if chapter { theme::bold(theme::BODY) } else { theme::BODY };
        let (label, text) = match entry.title.split_once(' ') {
            Some((label, text)) if chapter => (label, text),
            _ => ("", entry.title.as_str()),
        };
        let text = flow.setter.set(text, style, MEASURE - NUMBER - PAGE_NUMBER);
        let label = flow.setter.set(label, style, NUMBER);
        let page = words.count(count(entry.anchor.page + shift + 1));
        let page = flow.setter.set(&page, theme::right(style), PAGE_NUMBER);
        let above = if chapter { 8.0 } else { 1.0 };
        if above + text.height() > flow.room() {
            flow.new_page();
        } else {
            flow.y += above;
        }
        let top = flow.y;
        if chapter {
            flow.rule(top - 3.0, MEASURE, theme::LINE, 0.5);
        }
        let item = flow.document.node(Role::ContentsItem, list);
        let rect = [LEFT, top, RIGHT, top + text.height()];
        let alt = words.fill("link.contents", &[("title", &entry.title)]);
        let link = flow.link(item, rect, &format!("contents:{index}"), &alt);
        draw(&mut flow.document, &label, LEFT, top, Some(link));
        draw(&mut flow.document, &text, LEFT + NUMBER, top, Some(link));
        draw(&mut flow.document, &page, RIGHT - PAGE_NUMBER, top, Some(link));
        flow.y += text.height();
    }
}

/// Head and foot of every page after the cover: decoration to a screen reader, provenance to whoever holds one sheet.
///
/// # Errors
/// When a page cannot be printed.
pub fn furniture(flow: &mut Flow, words: &Words, (title, author, foot): (&str, &str, &str), cover_pages: usize) -> Result<(), String> {
    flow.document.printed()?;
    let total = flow.document.pages();
    let title = one_line(flow, title, theme::FURNITURE, MEASURE / 2.0 - 10.0);
    let author = one_line(flow, author, theme::right(theme::FURNITURE), MEASURE / 2.0);
    let foot = one_line(flow, foot, theme::FURNITURE_CODE, MEASURE * 0.75);
    let blocks = [(&title, LEFT, HEAD_Y), (&author, LEFT + MEASURE / 2.0, HEAD_Y), (&foot, LEFT, theme::FOOT_Y)];
    let shared = blocks.into_iter().flat_map(|(block, x, y)| items(block, x, y)).collect();
    let shared = flow.document.press.overlay(shared)?;
    for index in cover_pages.min(1)..total {
        let place = words.fill("page.of", &[("page", &words.count(count(index + 1))), ("pages", &words.count(count(total)))]);
        let place = flow.setter.set(&place, theme::right(theme::FURNITURE), MEASURE * 0.25);
        let own = flow.document.press.overlay(items(&place, RIGHT - MEASURE * 0.25, theme::FOOT_Y))?;
        if let Some(page) = flow.document.order.get(index).copied() {
            flow.document.decorate(page, &[shared, own]);
        }
    }
    Ok(())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn items(block: &Block, x: f32, y: f32) -> Vec<Item> {
    block.lines.iter().flat_map(|line| line.items(x, y).collect::<Vec<_>>()).collect()
}

/// A text on one line, its end cut where there is no room.
fn one_line(flow: &mut Flow, text: &str, style: Style, width: f32) -> Block {
    let block = flow.setter.set(text, style, width);
    if block.lines.len() <= 1 {
        return block;
    }
    let mut chars: Vec<char> = text.chars().collect();
    loop {
        let keep = chars.len().saturating_sub(1 + chars.len() / 8);
        chars.truncate(keep);
        let short: String = chars.iter().collect::<String>().trim_end().to_owned() + "…";
        let block = flow.setter.set(&short, style, width);
        if block.lines.len() <= 1 || chars.is_empty() {
            return block;
        }
    }
}
