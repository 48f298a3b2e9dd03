//! The verdict of every control over every resource of a snapshot, passes too, in a few bytes each: the whole population of an evaluation.

use super::Verdict;
use std::collections::HashMap;

/// Which control gave which verdict over which resource. Most resources share their row of verdicts with many others, so each distinct row
/// stands once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// Ids of the controls, in the order of the columns.
    pub controls: Vec<String>,
    /// Distinct rows: one code per control, see [`Outcomes::verdict`].
    rows: Vec<Box<[u8]>>,
    /// For each resource of the snapshot, in order, the index of its row.
    resources: Vec<u32>,
}

/// Code of a control that did not judge a resource.
const SILENT: u8 = 0;

impl Outcomes {
    /// Nothing yet, for these controls.
    #[must_use]
    pub fn new(controls: Vec<String>) -> Self {
        Self { controls, rows: Vec::new(), resources: Vec::new() }
    }

    /// The code of a verdict.
    #[must_use]
    pub fn code(verdict: Verdict) -> u8 {
        let position = Verdict::ALL.iter().position(|known| *known == verdict).unwrap_or(0);
        u8::try_from(position).unwrap_or(0) + 1
    }

    /// Number of resources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether no resource was judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// The codes of a resource, one per control; empty for a resource that is not there.
    #[must_use]
    pub fn row(&self, resource: usize) -> &[u8] {
        let row = self.resources.get(resource).and_then(|row| self.rows.get(usize::try_from(*row).unwrap_or(usize::MAX)));
        row.map_or(&[], |row| row)
    }

    /// The verdict of a control (by column) over a resource. `None`: the control does not speak of resources of this kind.
    #[must_use]
    pub fn verdict(&self, resource: usize, control: usize) -> Option<Verdict> {
        Self::verdict_of(self.row(resource).get(control).copied().unwrap_or(SILENT))
    }

    /// The verdict of a code; `None` for that of a control that did not judge.
    #[must_use]
    pub fn verdict_of(code: u8) -> Option<Verdict> {
        Verdict::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// As bytes: `controls`, rows and resources, each with its number before it; numbers are unsigned LEB128.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.resources.len() * 2 + self.rows.len() * self.controls.len());
        put(&mut bytes, self.controls.len());
        for control in &self.controls {
            put(&mut bytes, control.len());
            bytes.extend_from_slice(control.as_bytes());
        }
        put(&mut bytes, self.rows.len());
        self.rows.iter().for_each(|row| bytes.extend_from_slice(row));
        put(&mut bytes, self.resources.len());
        self.resources.iter().for_each(|row| put(&mut bytes, usize::try_from(*row).unwrap_or(0)));
        bytes
    }

    /// Reads [`Outcomes::to_bytes`] back; `None` for anything else.
    #[must_use]
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let mut outcomes = Self::default();
        for _ in 0..take(bytes)? {
            let length = take(bytes)?;
            outcomes.controls.push(String::from_utf8(split(bytes, length)?.to_vec()).ok()?);
        }
        for _ in 0..take(bytes)? {
            outcomes.rows.push(split(bytes, outcomes.controls.len())?.into());
        }
        for _ in 0..take(bytes)? {
            let row = take(bytes)?;
            outcomes.rows.get(row)?;
            outcomes.resources.push(u32::try_from(row).ok()?);
        }
        bytes.is_empty().then_some(outcomes)
    }
}

/// Collects the rows of resources, in order.
#[derive(Debug)]
pub struct OutcomesBuilder {
    outcomes: Outcomes,
    known: HashMap<Box<[u8]>, u32>,
}

impl OutcomesBuilder {
    /// Nothing yet, for these controls.
    #[must_use]
    pub fn new(controls: Vec<String>) -> Self {
        Self { outcomes: Outcomes::new(controls), known: HashMap::new() }
    }

    /// Adds the codes of the next resource, one per control.
    pub fn push(&mut self, codes: &[u8]) {
        let row = match self.known.get(codes) {
            Some(row) => *row,
            None => {
                let row = u32::try_from(self.outcomes.rows.len()).unwrap_or(u32::MAX);
                self.outcomes.rows.push(codes.into());
                self.known.insert(codes.into(), row);
                row
            }
        };
        self.outcomes.resources.push(row);
    }

    /// All of them.
    #[must_use]
    pub fn finish(self) -> Outcomes {
        self.outcomes
    }
}

fn put(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

fn take(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = usize::from(first & 0x7f);
        let moved = low.checked_shl(shift)?;
        if moved >> shift != low {
            return None;
        }
        number |= moved;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn split<'b>(bytes: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (part, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn example() -> Outcomes {
        let mut builder = OutcomesBuilder::new(vec!["a".into(), "b".into()]);
        for index in 0..300 {
            builder.push(&[Outcomes::code(Verdict::ALL[index % 5]), if index % 7 == 0 { SILENT } else { Outcomes::code(Verdict::Pass) }]);
        }
        builder.finish()
    }

    #[test]
    fn verdicts_come_back() {
        let outcomes = Outcomes::from_bytes(&example().to_bytes()).unwrap();
        assert_eq!(outcomes, example());
        assert_eq!((outcomes.len(), outcomes.rows.len()), (300, 10));
        assert_eq!(outcomes.verdict(4, 0), Some(Verdict::NotApplicable));
        assert_eq!(outcomes.verdict(7, 1), None);
        assert_eq!(outcomes.verdict(8, 1), Some(Verdict::Pass));
        assert_eq!(outcomes.verdict(300, 0), None);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let bytes = example().to_bytes();
        for length in 0..bytes.len() {
            assert_eq!(Outcomes::from_bytes(&bytes[..length]), None, "{length}");
        }
        assert_eq!(Outcomes::from_bytes(&[bytes, vec![0]].concat()), None);
        assert_eq!(Outcomes::from_bytes(&[0xff; 12]), None);
    }
}
