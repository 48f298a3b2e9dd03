//! "Did you mean": the nearest known name.

/// A hint with the known name nearest to a wrong one, if one is near enough to be meant.
pub fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let limit = (wrong.chars().count() / 3).clamp(1, 3);
    let distances = known.into_iter().map(|name| (distance(&wrong.to_lowercase(), &name.to_lowercase()), name));
    let (_, name) = distances.filter(|(distance, _)| *distance <= limit).min()?;
    Some(format!("did you mean '{name}'?"))
}

/// The number of characters to insert, remove, replace or swap with their neighbour to get from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (i, a) in from.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(a != *b)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if j > 0 && previous == Some(*b) && to.get(j - 1) == Some(&a) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
        previous = Some(a);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        assert_eq!(did_you_mean("startWith", ["endsWith", "startsWith"]).as_deref(), Some("did you mean 'startsWith'?"));
        assert_eq!(did_you_mean("obejct", ["object", "params"]).as_deref(), Some("did you mean 'object'?"));
    }

    #[test]
    fn nothing_is_suggested_for_a_name_like_no_other() {
        assert_eq!(did_you_mean("banana", ["object", "params"]), None);
        assert_eq!(did_you_mean("x", ["object"]), None);
    }

    #[test]
    fn distances_count_swaps_once() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
