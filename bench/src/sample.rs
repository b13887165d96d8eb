//! What is made of the samples of several rounds.

/// So probable is it at most that a median is not where it is said to be.
const DOUBT: f64 = 0.05;

/// The middle of some samples, how exact it is, and their lower end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Half of them are lower.
    pub median: f64,
    /// Between these the median of ever more samples would lie, with a probability of 95 %.  Five
    /// or fewer cannot tell that: then these are the lowest and the highest.
    pub between: (f64, f64),
    /// The lowest: what the rest of the machine has disturbed least.
    pub lowest: f64,
}

/// None of no samples.
pub fn spread(samples: &[f64]) -> Option<Spread> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (&lowest, count) = (sorted.first()?, sorted.len());
    let (low, high) = ((count - 1) / 2, count / 2);
    let outside = outside(count);
    let between = (sorted[outside], sorted[count - 1 - outside]);
    Some(Spread { median: (sorted[low] + sorted[high]) / 2.0, between, lowest })
}

/// How many of so many samples can be left aside at each end, and the median of ever more is still
/// among the others: however samples are distributed, each is below it as often as above.  Of more
/// than the 1000 that a run may have the probabilities would be too small for a number.
fn outside(count: usize) -> usize {
    let mut outside = 0;
    let count = count.min(1000);
    let mut probability = 0.5_f64.powi(count as i32);
    // That no more than `outside` are below, and one more.
    let mut total = probability;
    loop {
        let next = outside + 1;
        probability *= (count - outside) as f64 / next as f64;
        total += probability;
        if 2.0 * total > DOUBT {
            return outside;
        }
        outside = next;
    }
}

/// Of one program's samples to another's, round by round: what disturbed the machine in a round
/// disturbed both.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    let pairs = ours.iter().zip(theirs).filter(|(_, theirs)| **theirs > 0.0);
    pairs.map(|(ours, theirs)| ours / theirs).collect()
}

/// Their middle, and how exact it is.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> Option<Spread> {
    spread(&ratios(ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_two() {
        let found = spread(&[3.0, 1.0, 8.0]).unwrap();
        assert_eq!(found, Spread { median: 3.0, between: (1.0, 8.0), lowest: 1.0 });
        assert_eq!(spread(&[1.0, 2.0]).unwrap().median, 1.5);
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn more_samples_tell_the_median_more_exactly() {
        let between = |count: u32| {
            let samples: Vec<f64> = (1..=count).map(f64::from).collect();
            spread(&samples).unwrap().between
        };
        // As tables of the sign test have it.
        assert_eq!(between(1), (1.0, 1.0));
        assert_eq!(between(8), (1.0, 8.0));
        assert_eq!(between(9), (2.0, 8.0));
        assert_eq!(between(15), (4.0, 12.0));
        assert_eq!(between(50), (18.0, 33.0));
        assert_eq!(between(1000).0, 469.0);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // The second round was disturbed by something, and both were.
        let found = ratio(&[1.0, 10.0, 1.2], &[2.0, 20.0, 2.0]).unwrap();
        assert_eq!((found.median, found.between), (0.5, (0.5, 0.6)));
        assert_eq!(ratio(&[1.0], &[0.0]), None);
    }
}
