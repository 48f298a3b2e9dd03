//! The two places where a PDF says what it is: the information dictionary and XMP. They must agree, word for word.

use super::{Facts, text};
use chrono::{DateTime, Utc};
use lopdf::{Dictionary, Object, dictionary};
use std::fmt::Write as _;

fn moment(rfc3339: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(rfc3339).ok().map(|moment| moment.to_utc())
}

/// `D:20261124060000Z`; `None` for what is no RFC 3339 moment.
pub fn pdf_date(rfc3339: &str) -> Option<String> {
    moment(rfc3339).map(|moment| moment.format("D:%Y%m%d%H%M%SZ").to_string())
}

/// The information dictionary.
pub fn information(facts: &Facts<'_>) -> Dictionary {
    let mut information = dictionary! {
        "Title" => text(facts.title), "Author" => text(facts.author), "Creator" => text(facts.producer),
        "Producer" => text(facts.producer)
    };
    if let Some(date) = pdf_date(facts.moment) {
        information.set("CreationDate", Object::string_literal(date.clone()));
        information.set("ModDate", Object::string_literal(date));
    }
    information
}

/// Text as XML; what XML cannot hold at all becomes the replacement character.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

/// Namespace of our own properties: a name, not an address that anybody answers.
const NAMESPACE: &str = "urn:assize:report:1";

/// The XMP packet, with the declarations that PDF/A asks for of every property that is not its own.
pub fn xmp(facts: &Facts<'_>) -> String {
    let [title, author, producer, language] = [facts.title, facts.author, facts.producer, facts.language].map(escape);
    let mut out = format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 xmlns:assize="{NAMESPACE}">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
"#,
        bom = '\u{FEFF}'
    );
    if let Some(moment) = moment(facts.moment) {
        let date = moment.format("%Y-%m-%dT%H:%M:%SZ");
        let _ = writeln!(out, "<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>");
    }
    for (name, hash) in facts.provenance {
        let _ = writeln!(out, "<assize:{name}>{}</assize:{name}>", escape(hash));
    }
    out.push_str(
        r#"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Assize report schema</pdfaSchema:schema>
"#,
    );
    let _ = writeln!(out, "<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\n<pdfaSchema:prefix>assize</pdfaSchema:prefix>");
    out.push_str("<pdfaSchema:property><rdf:Seq>");
    for (name, _) in facts.provenance {
        let _ = writeln!(
            out,
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>What the report was made of; hashes are BLAKE3, hexadecimal</pdfaProperty:description></rdf:li>"
        );
    }
    out.push_str(
        r#"</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"#,
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_from_the_evidence_or_not_at_all() {
        assert_eq!(pdf_date("2026-11-24T06:00:00Z").as_deref(), Some("D:20261124060000Z"));
        assert_eq!(pdf_date("2026-11-24T07:00:00+01:00").as_deref(), Some("D:20261124060000Z"));
        assert_eq!(pdf_date("yesterday"), None);
    }

    #[test]
    fn a_name_cannot_break_the_packet() {
        let facts = Facts {
            title: "<A & B>\u{1}",
            author: "x",
            producer: "y",
            language: "en",
            moment: "",
            provenance: &[("a", "b"); 5],
            attachment: None,
        };
        assert!(xmp(&facts).contains("&lt;A &amp; B&gt;\u{FFFD}"));
    }
}
