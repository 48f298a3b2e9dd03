//! The file as it grows: every object is turned into bytes when it is put and forgotten, so that memory holds places, not objects.
//!
//! Small objects go into compressed object streams (ISO 32000-1, 7.5.7), places into a cross-reference stream (7.5.8).

use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};
use std::io::Write as _;

/// Objects of one object stream.
const TOGETHER: usize = 200;

#[derive(Clone, Copy)]
enum Place {
    Nowhere,
    /// Bytes from the beginning.
    At(usize),
    /// Object stream, and place in it.
    Within(u32, u16),
}

/// A file being written.
pub struct File {
    out: Vec<u8>,
    /// By object number.
    places: Vec<Place>,
    /// Number, and where it begins in `body`.
    held: Vec<(u32, usize)>,
    body: Vec<u8>,
}

impl Default for File {
    fn default() -> Self {
        // The second line tells programs that move files that this one is not text.
        Self { out: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), places: vec![Place::Nowhere], held: Vec::new(), body: Vec::new() }
    }
}

impl File {
    /// A number for an object that is put later.
    pub fn reserve(&mut self) -> ObjectId {
        self.places.push(Place::Nowhere);
        (u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX), 0)
    }

    /// Puts an object under a number of its own.
    ///
    /// # Errors
    /// When a stream cannot be compressed.
    pub fn add(&mut self, object: impl Into<Object>) -> Result<ObjectId, String> {
        let id = self.reserve();
        self.put(id, object)?;
        Ok(id)
    }

    /// Puts an object under a reserved number.
    ///
    /// # Errors
    /// When a stream cannot be compressed.
    pub fn put(&mut self, id: ObjectId, object: impl Into<Object>) -> Result<(), String> {
        match object.into() {
            Object::Stream(stream) => self.put_stream(id, stream),
            object => {
                self.held.push((id.0, self.body.len()));
                write(&object, &mut self.body);
                self.body.push(b'\n');
                if self.held.len() == TOGETHER { self.flush() } else { Ok(()) }
            }
        }
    }

    fn put_stream(&mut self, id: ObjectId, mut stream: Stream) -> Result<(), String> {
        if stream.allows_compression {
            stream.compress().map_err(|error| error.to_string())?;
        }
        stream.dict.set("Length", i64::try_from(stream.content.len()).unwrap_or(i64::MAX));
        self.place(id.0, Place::At(self.out.len()));
        // Writing to a vector cannot fail; the same below.
        let _ = writeln!(self.out, "{} 0 obj", id.0);
        write(&Object::Dictionary(stream.dict), &mut self.out);
        self.out.extend_from_slice(b"\nstream\n");
        self.out.extend_from_slice(&stream.content);
        self.out.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(())
    }

    fn place(&mut self, number: u32, place: Place) {
        if let Some(slot) = usize::try_from(number).ok().and_then(|number| self.places.get_mut(number)) {
            *slot = place;
        }
    }

    /// Writes what is held as an object stream.
    fn flush(&mut self) -> Result<(), String> {
        if self.held.is_empty() {
            return Ok(());
        }
        let container = self.reserve();
        let mut content = Vec::with_capacity(self.body.len() + 16 * self.held.len());
        for ((number, start), index) in std::mem::take(&mut self.held).into_iter().zip(0..) {
            self.place(number, Place::Within(container.0, index));
            let _ = write!(content, "{number} {start} ");
        }
        let first = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let count = content.iter().filter(|byte| **byte == b' ').count() / 2;
        content.append(&mut self.body);
        let header = dictionary! { "Type" => "ObjStm", "N" => i64::try_from(count).unwrap_or(0), "First" => first };
        self.put_stream(container, Stream::new(header, content))
    }

    /// Writes the places and gives the bytes. The identity is a hash of everything before it, so that equal reports have equal names
    /// and no others do.
    ///
    /// # Errors
    /// When a stream cannot be compressed.
    pub fn finish(mut self, catalog: ObjectId, information: ObjectId) -> Result<Vec<u8>, String> {
        self.flush()?;
        let own = self.reserve();
        let start = self.out.len();
        self.place(own.0, Place::At(start));
        let mut rows = Vec::with_capacity(self.places.len() * 7);
        for place in &self.places {
            let (kind, place, index) = match place {
                Place::Nowhere => (0, 0, u16::MAX),
                Place::At(offset) => (1, u32::try_from(*offset).map_err(|_| "the file would exceed 4 GiB".to_owned())?, 0),
                Place::Within(container, index) => (2, *container, *index),
            };
            rows.push(kind);
            rows.extend(place.to_be_bytes());
            rows.extend(index.to_be_bytes());
        }
        let digest = blake3::hash(&self.out);
        let identity = Object::String(digest.as_bytes().iter().copied().take(16).collect(), StringFormat::Hexadecimal);
        let trailer = dictionary! {
            "Type" => "XRef", "Size" => i64::try_from(self.places.len()).unwrap_or(i64::MAX), "W" => vec![1.into(), 4.into(), 2.into()],
            "Root" => catalog, "Info" => information, "ID" => vec![identity.clone(), identity]
        };
        self.put_stream(own, Stream::new(trailer, rows))?;
        let _ = write!(self.out, "startxref\n{start}\n%%EOF\n");
        Ok(self.out)
    }

    /// Copies an object of another document with all it refers to.
    ///
    /// # Errors
    /// When a stream cannot be compressed.
    pub fn copy(&mut self, from: &mut lopdf::Document, id: ObjectId) -> Result<ObjectId, String> {
        let new = self.reserve();
        let mut object = from.objects.remove(&id).unwrap_or(Object::Null);
        self.adopt(from, &mut object)?;
        self.put(new, object)?;
        Ok(new)
    }

    fn adopt(&mut self, from: &mut lopdf::Document, object: &mut Object) -> Result<(), String> {
        match object {
            Object::Reference(id) => *id = self.copy(from, *id)?,
            Object::Array(items) => items.iter_mut().try_for_each(|item| self.adopt(from, item))?,
            Object::Dictionary(made) => made.iter_mut().try_for_each(|(_, value)| self.adopt(from, value))?,
            Object::Stream(stream) => stream.dict.iter_mut().try_for_each(|(_, value)| self.adopt(from, value))?,
            _ => {}
        }
        Ok(())
    }
}

/// An object in the file's syntax (ISO 32000-1, 7.3).
fn write(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(truth) => out.extend_from_slice(if *truth { b"true" } else { b"false" }),
        Object::Integer(number) => drop(write!(out, "{number}")),
        Object::Real(number) => drop(write!(out, "{number}")),
        Object::Name(name) => write_name(name, out),
        Object::String(text, StringFormat::Hexadecimal) => {
            out.push(b'<');
            text.iter().for_each(|byte| drop(write!(out, "{byte:02X}")));
            out.push(b'>');
        }
        Object::String(text, StringFormat::Literal) => {
            out.push(b'(');
            for byte in text {
                match byte {
                    b'(' | b')' | b'\\' => out.extend([b'\\', *byte]),
                    b'\r' => out.extend_from_slice(b"\\r"),
                    byte => out.push(*byte),
                }
            }
            out.push(b')');
        }
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Object::Dictionary(made) => write_dictionary(made, out),
        // A stream stands in the file by itself; where one is named, it is by reference.
        Object::Stream(stream) => write_dictionary(&stream.dict, out),
        Object::Reference((number, generation)) => drop(write!(out, "{number} {generation} R")),
    }
}

fn write_dictionary(made: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for (key, value) in made {
        write_name(key, out);
        if matches!(value, Object::Null | Object::Boolean(_) | Object::Integer(_) | Object::Real(_) | Object::Reference(_)) {
            out.push(b' ');
        }
        write(value, out);
    }
    out.extend_from_slice(b">>");
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte) {
            out.push(*byte);
        } else {
            let _ = write!(out, "#{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_put_is_read_again() {
        let mut file = File::default();
        let pages = file.reserve();
        let catalog = file.add(dictionary! { "Type" => "Catalog", "Pages" => pages, "A b" => Object::string_literal("(a\\b)\r") }).unwrap();
        let mut last = pages;
        for number in 0..450_i64 {
            last = file.add(Object::Array(vec![number.into(), Object::Null, Object::Real(-0.5)])).unwrap();
        }
        file.put(pages, dictionary! { "Type" => "Pages", "Count" => 0, "Kids" => Object::Array(Vec::new()) }).unwrap();
        let information = file.add(Stream::new(dictionary! { "X" => true }, vec![7; 5000])).unwrap();
        let read = lopdf::Document::load_mem(&file.finish(catalog, information).unwrap()).unwrap();
        assert_eq!(read.catalog().unwrap().get(b"A b").unwrap().as_str().unwrap(), b"(a\\b)\r");
        assert_eq!(read.get_object(last).unwrap().as_array().unwrap()[0].as_i64().unwrap(), 449);
        let stream = read.get_object(information).unwrap().as_stream().unwrap();
        assert_eq!(stream.decompressed_content().unwrap(), vec![7; 5000]);
    }
}
