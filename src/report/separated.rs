//! Comma-separated values (RFC 4180): quoted where needed, CRLF, and no cell that a spreadsheet would run as a formula.

/// One row.
#[must_use]
pub fn row<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut line = cells.into_iter().map(cell).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A table with its head.
#[must_use]
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head = row(head.iter().copied());
    rows.iter().fold(head, |text, cells| text + &row(cells.iter().map(String::as_str)))
}

fn cell(text: &str) -> String {
    // Spreadsheets run a cell that begins like this, and names come from the systems that were scanned.
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        assert_eq!(row(["a", "b, c", "say \"x\"", ""]), "a,\"b, c\",\"say \"\"x\"\"\",\r\n");
        assert_eq!(row(["=cmd()", "-1.5", "-x", "@a"]), "'=cmd(),-1.5,'-x,'@a\r\n");
        let rows = vec![vec!["Weber, platform".to_owned(), "he said \"no\"\nand left".to_owned()]];
        assert_eq!(table(&["who", "what"], &rows), "who,what\r\n\"Weber, platform\",\"he said \"\"no\"\"\nand left\"\r\n");
        assert_eq!(row(["two\nlines"]), "\"two\nlines\"\r\n");
    }
}
