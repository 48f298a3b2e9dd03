//! Comma-separated values (RFC 4180), for spreadsheets.

/// A table with its head; lines end with CR LF.
pub(super) fn csv(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| cells.map(cell).collect::<Vec<_>>().join(",") + "\r\n";
    let mut text = line(&mut head.iter().copied());
    for row in rows {
        text += &line(&mut row.iter().map(String::as_str));
    }
    text
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn separators_inside_a_cell_do_not_separate() {
        let rows = vec![vec!["Weber, platform".to_owned(), "he said \"no\"\nand left".to_owned()]];
        assert_eq!(csv(&["who", "what"], &rows), "who,what\r\n\"Weber, platform\",\"he said \"\"no\"\"\nand left\"\r\n");
    }
}
