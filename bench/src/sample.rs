//! What is made of the samples of several rounds.

/// The middle of some samples, and their ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Half of them are lower.
    pub median: f64,
    /// The lowest: what the rest of the machine has disturbed least.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
}

/// None of no samples.
pub fn spread(samples: &[f64]) -> Option<Spread> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (&lowest, &highest) = (sorted.first()?, sorted.last()?);
    let (low, high) = ((sorted.len() - 1) / 2, sorted.len() / 2);
    Some(Spread { median: (sorted[low] + sorted[high]) / 2.0, lowest, highest })
}

/// Of one program's samples to another's, round by round: what disturbed the machine in a round
/// disturbed both.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    let pairs = ours.iter().zip(theirs).filter(|(_, theirs)| **theirs > 0.0);
    pairs.map(|(ours, theirs)| ours / theirs).collect()
}

/// Their middle and ends.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> Option<Spread> {
    spread(&ratios(ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_two() {
        let found = spread(&[3.0, 1.0, 8.0]).unwrap();
        assert_eq!(found, Spread { median: 3.0, lowest: 1.0, highest: 8.0 });
        assert_eq!(spread(&[1.0, 2.0]).unwrap().median, 1.5);
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The second round was disturbed by something, and both were.
        let found = ratio(&[1.0, 10.0, 1.2], &[2.0, 20.0, 2.0]).unwrap();
        assert_eq!((found.median, found.lowest, found.highest), (0.5, 0.5, 0.6));
        assert_eq!(ratio(&[1.0], &[0.0]), None);
    }
}
