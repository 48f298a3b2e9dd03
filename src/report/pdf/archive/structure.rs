//! The structure tree and the links: what a screen reader walks (ISO 32000-1, 14.7 and 14.8).

use super::outline::destination;
use super::{name, text};
use crate::report::pdf::page::{Anchor, Document, HEIGHT, Node, Role};
use crate::report::pdf::tags::{Piece, Tags, structure_type};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

fn number(value: usize) -> Object {
    Object::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Writes the tree, the links, and what ties pages to it; the tree's root.
///
/// # Errors
/// When a page is missing from the file.
pub fn write(file: &mut lopdf::Document, document: &Document, tags: &Tags, pages: &[ObjectId]) -> Result<ObjectId, String> {
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = document.nodes.iter().map(|_| file.new_object_id()).collect();
    let id_of = |node: usize| ids.get(node).copied().unwrap_or(root);
    let mut kids: Vec<Vec<Object>> = vec![Vec::new(); ids.len()];
    for (index, node) in document.nodes.iter().enumerate() {
        if let Some(kids) = node.parent.and_then(|parent| kids.get_mut(parent)) {
            kids.push(id_of(index).into());
        }
    }
    let mut entries: Vec<Object> = Vec::new();
    let mut annotations: Vec<Vec<Object>> = vec![Vec::new(); pages.len()];
    for (index, owners) in tags.pages.iter().enumerate() {
        let owners = file.add_object(Object::Array(owners.iter().map(|node| id_of(*node).into()).collect()));
        entries.extend([number(index), owners.into()]);
    }
    // A node lies on one page nearly always; then its pieces are plain numbers.
    let homes: Vec<Option<ObjectId>> = tags.pieces.iter().map(|pieces| home(pieces, pages)).collect();
    for ((pieces, kids), home) in tags.pieces.iter().zip(&mut kids).zip(&homes) {
        for piece in pieces {
            kids.push(match (home, pages.get(piece.page)) {
                (None, Some(page)) => dictionary! { "Type" => "MCR", "Pg" => *page, "MCID" => number(piece.number) }.into(),
                _ => number(piece.number),
            });
        }
    }
    for (offset, link) in tags.links.iter().enumerate() {
        let key = tags.pages.len() + offset;
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
        let made = file.add_object(made);
        entries.extend([number(key), id_of(link.node).into()]);
        if let Some(kids) = kids.get_mut(link.node) {
            kids.push(dictionary! { "Type" => "OBJR", "Pg" => *page, "Obj" => made }.into());
        }
        if let Some(list) = annotations.get_mut(link.page) {
            list.push(made.into());
        }
    }
    for (index, (page, links)) in pages.iter().zip(annotations).enumerate() {
        let page = file.get_object_mut(*page).and_then(Object::as_dict_mut).map_err(|error| error.to_string())?;
        page.set("StructParents", number(index));
        page.set("Tabs", name("S"));
        if links.is_empty() {
            page.remove(b"Annots");
        } else {
            page.set("Annots", links);
        }
    }
    for (index, ((node, kids), home)) in document.nodes.iter().zip(kids).zip(homes).enumerate() {
        // Without the optional type: the memory of a dictionary grows in steps, and there are a hundred thousand of them.
        let mut element = dictionary! {
            "S" => name(structure_type(node.role)), "P" => node.parent.map_or(root, id_of)
        };
        if let Some(home) = home {
            element.set("Pg", home);
        }
        match <[Object; 1]>::try_from(kids) {
            Ok([only]) => element.set("K", only),
            Err(kids) => element.set("K", kids),
        }
        if let Some(alt) = &node.alt {
            element.set("Alt", text(alt));
        }
        if let Some(attributes) = attributes(node) {
            element.set("A", attributes);
        }
        file.set_object(id_of(index), element);
    }
    let next = number(tags.pages.len() + tags.links.len());
    file.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot", "K" => id_of(0), "ParentTree" => dictionary! { "Nums" => entries }, "ParentTreeNextKey" => next
        },
    );
    Ok(root)
}

fn home(pieces: &[Piece], pages: &[ObjectId]) -> Option<ObjectId> {
    let first = pieces.first()?;
    if pieces.iter().all(|piece| piece.page == first.page) { pages.get(first.page).copied() } else { None }
}

fn attributes(node: &Node) -> Option<Dictionary> {
    let scope = match node.role {
        Role::ColumnHeader => Some("Column"),
        Role::RowHeader => Some("Row"),
        _ => None,
    };
    if let Some((_, [left, top, right, bottom])) = node.bounds {
        let bounds = [left, HEIGHT - bottom, right, HEIGHT - top].map(|side| Object::Real(crate::report::pdf::writer::round(side)));
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
