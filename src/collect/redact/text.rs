//! Known formats inside of one text.

use super::marker::{Marker, is_marker};
use super::name::is_opaque;
use super::table::Table;

impl Table {
    /// Replaces every known format in a text. `None` when there is none, which is nearly always.
    pub(super) fn formats(&self, text: &str, marker: &mut Marker) -> Option<String> {
        if !self.may_hold_a_format(text) || is_marker(text) {
            return None;
        }
        let mut current: Option<String> = None;
        for detector in &self.detectors {
            let text = current.as_deref().unwrap_or(text);
            if !detector.may_match(text) {
                continue;
            }
            let Some(compiled) = detector.compiled() else {
                // What cannot be looked into is taken for a secret.
                return Some(marker.mark(&detector.class, text.as_bytes()));
            };
            if compiled.requires.as_ref().is_some_and(|requires| !requires.is_match(text)) {
                continue;
            }
            let secrets = compiled.regex.captures_iter(text).filter_map(|found| {
                let secret = found.name("secret").or_else(|| found.get(0))?;
                let refused = compiled.unless.as_ref().is_some_and(|unless| unless.is_match(secret.as_str()))
                    || secret.as_str().contains("<redacted:")
                    || (detector.literal && !self.is_literal(secret.as_str()))
                    || (detector.opaque && !is_opaque(secret.as_str()));
                (!refused).then(|| (secret.range(), detector.class.as_str()))
            });
            let replaced = replace(text, secrets, marker);
            current = replaced.or(current);
        }
        current
    }
}

/// Replaces ranges, which come in order and do not overlap.
pub(super) fn replace<'c>(
    text: &str,
    secrets: impl Iterator<Item = (std::ops::Range<usize>, &'c str)>,
    marker: &mut Marker,
) -> Option<String> {
    let mut out = String::new();
    let mut end = 0;
    for (range, class) in secrets {
        let secret = text.get(range.clone()).unwrap_or_default();
        out.push_str(text.get(end..range.start).unwrap_or_default());
        out.push_str(&marker.mark(class, secret.as_bytes()));
        end = range.end;
    }
    (end > 0).then(|| {
        out.push_str(text.get(end..).unwrap_or_default());
        out
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::assignments::Reading;
    use super::super::document::Walk;
    use super::*;

    fn configuration(text: &str) -> String {
        let table = Table::load(&[]).unwrap();
        let mut text = text.to_owned();
        Walk::new(&table, Marker::new(None)).text(&mut text, Reading::Configuration);
        text
    }

    #[test]
    fn every_detector_finds_its_hits_and_leaves_its_misses() {
        let table = Table::load(&[]).unwrap();
        assert!(table.detectors.iter().all(|detector| detector.compiled().is_some()));
        let formats = |text: &str| table.formats(text, &mut Marker::new(None)).unwrap_or_else(|| text.to_owned());
        for row in super::super::table::rows().unwrap() {
            assert!(!row.hit.is_empty() && !row.miss.is_empty());
            for hit in &row.hit {
                let (open, close) = (hit.find("{{").unwrap(), hit.find("}}").unwrap());
                let secret = &hit[open + 2..close];
                let text = format!("{}{}{}", &hit[..open], secret, &hit[close + 2..]);
                let redacted = formats(&text);
                assert!(redacted.contains("<redacted:") && !redacted.contains(secret), "{text} gave {redacted}");
                assert!(redacted.starts_with(&hit[..open]) && redacted.ends_with(&hit[close + 2..]), "{text} gave {redacted}");
            }
            for miss in &row.miss {
                assert_eq!(&formats(miss), miss);
            }
        }
    }

    #[test]
    fn lines_of_configuration_lose_their_values_only() {
        assert_eq!(
            configuration("user: app\npassword: hunter 2, really # x\nurl=http://h\n"),
            "user: app\npassword: <redacted:generic-credential length=16-31>\nurl=http://h\n"
        );
        assert_eq!(
            configuration("[db]\n  export API_KEY='a b'\r\nx"),
            "[db]\n  export API_KEY='<redacted:generic-credential length=1-7>'\r\nx"
        );
        assert_eq!(
            configuration("{\"user\":\"u\",\"password\":\"p\\\\w\"}"),
            "{\"user\":\"u\",\"password\":\"<redacted:generic-credential length=1-7>\"}"
        );
        assert_eq!(configuration("java -Ddb.password=geheim -jar x"), "java -Ddb.password=<redacted:generic-credential length=1-7> -jar x");
        assert_eq!(configuration("run --password geheim --port 1"), "run --password <redacted:generic-credential length=1-7> --port 1");
        for kept in ["password: ${DB_PASSWORD}", "password_file: /etc/x", "token:\n  x: 1", "--token-file /x", "PASSWORD=$(cat /x)"] {
            assert_eq!(configuration(kept), kept);
        }
    }

    #[test]
    fn redacting_twice_changes_nothing() {
        let once = configuration(
            "password=geheim1\nurl: postgres://a:geheim2@h/x\nkey: AKIAQ3EGPZL5M7TWXYZ2 and ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        );
        assert!(!once.contains("geheim") && once.matches("<redacted:").count() == 4, "{once}");
        assert_eq!(configuration(&once), once);
    }
}
