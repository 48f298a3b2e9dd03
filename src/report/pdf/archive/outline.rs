//! Bookmarks, nested.

use super::{name, text};
use crate::report::pdf::page::{Anchor, Document, HEIGHT};
use lopdf::{Object, ObjectId, dictionary};

/// Where an anchor is, as the file says it: a little above the line it names.
pub fn destination(anchor: Anchor, pages: &[ObjectId]) -> Option<Object> {
    let page = pages.get(anchor.page).or(pages.first())?;
    let top = (HEIGHT - anchor.y + 12.0).min(HEIGHT).round();
    Some(Object::Array(vec![(*page).into(), name("XYZ"), 0.into(), top.into(), Object::Null]))
}

/// Writes the outline; `None` when there is nothing to list.
///
/// # Errors
/// When the file refuses an object.
pub fn write(document: &mut Document, pages: &[ObjectId]) -> Result<Option<ObjectId>, String> {
    let file = &mut document.press.file;
    let entries = &document.outline;
    if entries.is_empty() {
        return Ok(None);
    }
    let root = file.reserve();
    let ids: Vec<ObjectId> = entries.iter().map(|_| file.reserve()).collect();
    // Parents by a stack of the open entries; children in order.
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); entries.len() + 1];
    let mut parents = Vec::with_capacity(entries.len());
    let mut open: Vec<usize> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        while open.last().and_then(|last| entries.get(*last)).is_some_and(|last| last.level >= entry.level) {
            open.pop();
        }
        let parent = open.last().copied();
        if let Some(siblings) = children.get_mut(parent.unwrap_or(entries.len())) {
            siblings.push(index);
        }
        parents.push(parent);
        open.push(index);
    }
    let id_of = |index: usize| ids.get(index).copied().unwrap_or(root);
    let mut places = vec![0_usize; entries.len()];
    for siblings in &children {
        for (place, index) in siblings.iter().enumerate() {
            if let Some(slot) = places.get_mut(*index) {
                *slot = place;
            }
        }
    }
    for (index, ((entry, parent), place)) in entries.iter().zip(&parents).zip(&places).enumerate() {
        let mut made = dictionary! { "Title" => text(&entry.title), "Parent" => parent.map_or(root, id_of) };
        if let Some(destination) = destination(entry.anchor, pages) {
            made.set("Dest", destination);
        }
        let siblings = children.get(parent.unwrap_or(entries.len())).map_or(&[][..], Vec::as_slice);
        if let Some(previous) = place.checked_sub(1).and_then(|place| siblings.get(place)) {
            made.set("Prev", id_of(*previous));
        }
        if let Some(next) = siblings.get(place + 1) {
            made.set("Next", id_of(*next));
        }
        let below = children.get(index).map_or(&[][..], Vec::as_slice);
        if let (Some(first), Some(last)) = (below.first(), below.last()) {
            made.set("First", id_of(*first));
            made.set("Last", id_of(*last));
            // Negative: shut when the file opens.
            made.set("Count", -i64::try_from(below.len()).unwrap_or(i64::MAX));
        }
        file.put(id_of(index), made)?;
    }
    let top = children.last().map_or(&[][..], Vec::as_slice);
    let mut made = dictionary! { "Type" => "Outlines", "Count" => i64::try_from(top.len()).unwrap_or(i64::MAX) };
    if let (Some(first), Some(last)) = (top.first(), top.last()) {
        made.set("First", id_of(*first));
        made.set("Last", id_of(*last));
    }
    file.put(root, made)?;
    Ok(Some(root))
}
