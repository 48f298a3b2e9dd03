//! The structure tree and the links: what a screen reader walks (ISO 32000-1, 14.7 and 14.8).

use super::outline::destination;
use super::{name, text};
use crate::report::pdf::page::{Anchor, Document, Drawing, HEIGHT, Node, Role};
use crate::report::pdf::press::round;
use crate::report::pdf::tags::{Piece, structure_type};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// A number as the file has it.
pub fn number(value: usize) -> Object {
    Object::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Writes the tree and the links; the tree's root, and by page the annotations it has to name.
///
/// # Errors
/// When the file refuses an object.
pub fn write(document: &mut Document, pages: &[ObjectId]) -> Result<(ObjectId, Vec<Vec<Object>>), String> {
    let tags = std::mem::take(&mut document.press.tags);
    let file = &mut document.press.file;
    let root = file.reserve();
    // Nodes have neighbouring numbers, so that a million of them need no list.
    let base = file.reserve();
    for _ in 1..document.nodes.len() {
        file.reserve();
    }
    let id_of = |node: usize| (base.0.saturating_add(u32::try_from(node).unwrap_or(0)), 0);
    let mut entries: Vec<Object> = Vec::new();
    for (page, owners) in tags.pieces.chunk_by(|a, b| a.page == b.page).map(|pieces| (pieces.first(), pieces)) {
        let owners = file.add(Object::Array(owners.iter().map(|piece| id_of(index(piece.node)).into()).collect()))?;
        entries.extend([number(page.map_or(0, |piece| index(piece.page))), owners.into()]);
    }
    let mut annotations: Vec<Vec<Object>> = vec![Vec::new(); pages.len()];
    let mut targets: Vec<(usize, Object)> = Vec::with_capacity(tags.links.len());
    for (offset, link) in tags.links.iter().enumerate() {
        let key = pages.len() + offset;
        let Some(page) = pages.get(link.page) else { continue };
        let anchor = document.anchors.get(&link.target).copied().unwrap_or(Anchor { page: 0, y: 0.0 });
        let mut made = dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "F" => 4, "Border" => vec![0.into(), 0.into(), 0.into()],
            "Rect" => link.rect.iter().map(|side| Object::Real(*side)).collect::<Vec<_>>(),
            "Contents" => text(&link.alt), "StructParent" => number(key), "P" => *page
        };
        if let Some(destination) = destination(anchor, pages) {
            made.set("Dest", destination);
        }
        let made = file.add(made)?;
        entries.extend([number(key), id_of(link.node).into()]);
        targets.push((link.node, dictionary! { "Type" => "OBJR", "Pg" => *page, "Obj" => made }.into()));
        if let Some(list) = annotations.get_mut(link.page) {
            list.push(made.into());
        }
    }
    targets.sort_by_key(|(node, _)| *node);
    let mut pieces = tags.pieces;
    pieces.sort_by_key(|piece| piece.node);
    let children = children(&document.nodes);
    let (mut pieces, mut targets) = (pieces.as_slice(), targets.into_iter().peekable());
    for (place, node) in document.nodes.iter().enumerate() {
        let mut kids: Vec<Object> = children.of(place).map(|child| id_of(child).into()).collect();
        let (own, rest) = pieces.split_at(pieces.partition_point(|piece| index(piece.node) <= place));
        pieces = rest;
        let home = home(own, pages);
        for piece in own {
            // A node lies on one page nearly always; then its pieces are plain numbers.
            kids.push(match (home, pages.get(index(piece.page))) {
                (None, Some(page)) => dictionary! { "Type" => "MCR", "Pg" => *page, "MCID" => number(index(piece.number)) }.into(),
                _ => number(index(piece.number)),
            });
        }
        while let Some((_, target)) = targets.next_if(|(owner, _)| *owner == place) {
            kids.push(target);
        }
        let parent = node.parent.map_or(root, |parent| id_of(index(parent)));
        let element = element(node, parent, home, kids, document.drawings.get(&place));
        file.put(id_of(place), element)?;
    }
    let next = number(pages.len() + tags.links.len());
    file.put(
        root,
        dictionary! {
            "Type" => "StructTreeRoot", "K" => id_of(0), "ParentTree" => dictionary! { "Nums" => entries }, "ParentTreeNextKey" => next
        },
    )?;
    Ok((root, annotations))
}

fn element(node: &Node, parent: ObjectId, home: Option<ObjectId>, kids: Vec<Object>, drawing: Option<&Drawing>) -> Dictionary {
    let mut element = dictionary! { "S" => name(structure_type(node.role)), "P" => parent };
    if let Some(home) = home {
        element.set("Pg", home);
    }
    match <[Object; 1]>::try_from(kids) {
        Ok([only]) => element.set("K", only),
        Err(kids) => element.set("K", kids),
    }
    if let Some(drawing) = drawing {
        element.set("Alt", text(&drawing.alt));
    }
    if let Some(attributes) = attributes(node, drawing) {
        element.set("A", attributes);
    }
    element
}

/// The children of every node in order of creation, as two lists of numbers.
struct Children {
    first: Vec<u32>,
    next: Vec<u32>,
}

const NONE: u32 = u32::MAX;

fn children(nodes: &[Node]) -> Children {
    let mut made = Children { first: vec![NONE; nodes.len()], next: vec![NONE; nodes.len()] };
    // From the last to the first, each put before those that came after it.
    for (place, node) in nodes.iter().enumerate().rev() {
        let Some(first) = node.parent.and_then(|parent| made.first.get_mut(index(parent))) else { continue };
        if let Some(next) = made.next.get_mut(place) {
            *next = *first;
        }
        *first = u32::try_from(place).unwrap_or(NONE);
    }
    made
}

impl Children {
    fn of(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let valid = |place: &u32| (*place != NONE).then(|| index(*place));
        std::iter::successors(self.first.get(node).and_then(valid), move |place| self.next.get(*place).and_then(valid))
    }
}

fn home(pieces: &[Piece], pages: &[ObjectId]) -> Option<ObjectId> {
    let first = pieces.first()?;
    if pieces.iter().all(|piece| piece.page == first.page) { pages.get(index(first.page)).copied() } else { None }
}

fn attributes(node: &Node, drawing: Option<&Drawing>) -> Option<Dictionary> {
    let scope = match node.role {
        Role::ColumnHeader => Some("Column"),
        Role::RowHeader => Some("Row"),
        _ => None,
    };
    if let Some(Drawing { bounds: [left, top, right, bottom], .. }) = drawing {
        let bounds = [*left, HEIGHT - bottom, *right, HEIGHT - top].map(|side| Object::Real(round(side)));
        return Some(dictionary! { "O" => name("Layout"), "Placement" => name("Block"), "BBox" => bounds.to_vec() });
    }
    if node.role == Role::List {
        return Some(dictionary! { "O" => name("List"), "ListNumbering" => name("None") });
    }
    if scope.is_none() && node.columns <= 1 {
        return None;
    }
    let mut made = dictionary! { "O" => name("Table") };
    if let Some(scope) = scope {
        made.set("Scope", name(scope));
    }
    if node.columns > 1 {
        made.set("ColSpan", i64::from(node.columns));
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_stand_in_the_order_of_creation() {
        let node = |parent| Node { role: Role::Section, columns: 1, parent };
        let made = children(&[node(None), node(Some(0)), node(Some(1)), node(Some(0)), node(Some(1))]);
        assert_eq!(made.of(0).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(made.of(1).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(made.of(4).count(), 0);
    }
}
