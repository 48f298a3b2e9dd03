//! Texts of the words that carry a link, a name or a command: `[text](#place)`, `` `code` `` and `**strong**` become markup, and nothing else does.

use tera::escape_html;

/// A text as HTML. Everything is escaped, what is filled in too, and a link leads only to a place on the page.
pub(super) fn html(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', '*', '{']) {
        let (before, tail) = rest.split_at(at);
        escape(before, &mut out);
        rest = taken(tail, value, &mut out).unwrap_or_else(|| {
            let (first, others) = tail.split_at(1);
            escape(first, &mut out);
            others
        });
    }
    escape(rest, &mut out);
    out
}

/// What follows a piece of markup at the beginning of the text, when one is there.
fn taken<'t>(text: &'t str, value: &dyn Fn(&str) -> Option<String>, out: &mut String) -> Option<&'t str> {
    if let Some(inner) = text.strip_prefix('`') {
        let (code, rest) = inner.split_once('`')?;
        out.push_str("<code>");
        out.push_str(&html(code, value));
        out.push_str("</code>");
        return Some(rest);
    }
    if let Some(inner) = text.strip_prefix("**") {
        let (strong, rest) = inner.split_once("**")?;
        out.push_str("<strong>");
        out.push_str(&html(strong, value));
        out.push_str("</strong>");
        return Some(rest);
    }
    if let Some(inner) = text.strip_prefix('[') {
        let (label, rest) = inner.split_once("](#")?;
        let (place, rest) = rest.split_once(')')?;
        out.push_str("<a href=\"#");
        escape(place, out);
        out.push_str("\">");
        out.push_str(&html(label, value));
        out.push_str("</a>");
        return Some(rest);
    }
    let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
    escape(&value(name)?, out);
    Some(rest)
}

fn escape(text: &str, out: &mut String) {
    let mut bytes = Vec::with_capacity(text.len());
    // Writing to memory cannot fail.
    let _ = escape_html(text, &mut bytes);
    out.push_str(&String::from_utf8_lossy(&bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> String {
        html(text, &|name| (name == "n").then(|| "<3 **x** [y](#z)".to_owned()))
    }

    #[test]
    fn three_kinds_of_markup_and_no_more() {
        assert_eq!(
            made("see [what & why](#a\"b), `x<y`, **so**"),
            "see <a href=\"#a&quot;b\">what &amp; why</a>, <code>x&lt;y</code>, <strong>so</strong>"
        );
        assert_eq!(made("<b>{n}</b>"), "&lt;b&gt;&lt;3 **x** [y](#z)&lt;/b&gt;");
        assert_eq!(made("[out](https://x) {m} `open * a ** b"), "[out](https://x) {m} `open * a ** b");
    }
}
