//! Bar charts as SVG that stands in a page: its colours are the page's, so that it is readable in
//! light and in dark, and its text keeps its size on a narrow screen, because only the bars are
//! measured in percent.  (The crates that draw charts fix both when they draw.)

use std::fmt::Write;

/// What our pages look like: for their `<style>`.
pub const STYLE: &str = include_str!("page.css");

const TITLE_HEIGHT: usize = 22;
const BAR_HEIGHT: usize = 16;
const GAP: usize = 10;
/// The longest bar; the figure stands behind it.
const LONGEST_PERCENT: f64 = 84.0;

/// A chart with one bar for each series under the title of each row.
pub struct Chart<'a> {
    /// What the chart shows, for who does not see it.
    pub label: &'a str,
    /// The series, in the order of the values; with one there is no legend.
    pub series: &'a [&'a str],
    /// A title, and a value of each series or none; without any it was not measured.
    pub rows: Vec<(&'a str, Vec<Option<f64>>)>,
    /// How a value is written.
    pub written: fn(f64) -> String,
}

impl Chart<'_> {
    /// The element, with its legend.
    pub fn svg(&self) -> String {
        let values = self.rows.iter().flat_map(|(_, values)| values).flatten();
        let highest = values.copied().fold(f64::MIN_POSITIVE, f64::max);
        let mut bars = String::new();
        let mut y = 0;
        for (title, values) in &self.rows {
            let _ = writeln!(bars, "<text x=\"0\" y=\"{}\">{}</text>", y + 16, escape(title));
            y += TITLE_HEIGHT;
            if values.iter().all(Option::is_none) {
                let _ = writeln!(
                    bars,
                    "<text class=\"value\" x=\"0\" y=\"{}\">not measured</text>",
                    y + 12
                );
                y += BAR_HEIGHT;
            }
            for (series, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let percent = value / highest * LONGEST_PERCENT;
                let _ = writeln!(
                    bars,
                    "<rect class=\"series{series}\" x=\"0\" y=\"{y}\" width=\"{percent:.2}%\" \
                     height=\"{}\"/>\n<text class=\"value\" x=\"{percent:.2}%\" dx=\"6\" \
                     y=\"{}\">{}</text>",
                    BAR_HEIGHT - 3,
                    y + 11,
                    (self.written)(*value)
                );
                y += BAR_HEIGHT;
            }
            y += GAP;
        }
        format!(
            "{}<svg role=\"img\" aria-label=\"{}\" width=\"100%\" height=\"{y}\">\n{bars}</svg>\n",
            self.legend(),
            escape(self.label)
        )
    }

    /// The series of which there is a value, if they are several.
    fn legend(&self) -> String {
        let has_value = |series: usize| {
            self.rows.iter().any(|(_, values)| values.get(series).is_some_and(Option::is_some))
        };
        let keys: Vec<String> = self
            .series
            .iter()
            .enumerate()
            .filter(|(series, _)| has_value(*series))
            .map(|(series, name)| {
                format!("<span><i class=\"series{series}\"></i>{}</span>", escape(name))
            })
            .collect();
        match keys.len() {
            0 | 1 => String::new(),
            _ => format!("<p class=\"legend\">{}</p>\n", keys.concat()),
        }
    }
}

/// A number with as many decimals as say something.
pub fn figure(value: f64) -> String {
    match value {
        _ if value >= 99.95 => format!("{value:.0}"),
        _ if value >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A count, written as such.
pub fn whole(value: f64) -> String {
    format!("{value:.0}")
}

/// Microseconds.
pub fn microseconds(value: f64) -> String {
    format!("{} µs", figure(value))
}

/// Text as it may stand in HTML and in its attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_the_highest_value_and_nothing_is_lost() {
        let rows = vec![("a<b", vec![Some(1.0), Some(2.0)]), ("c", vec![])];
        let chart = Chart { label: "\"x\"", series: &["one", "two"], rows, written: whole };
        let svg = chart.svg();
        assert!(svg.contains("width=\"84.00%\"") && svg.contains("width=\"42.00%\""), "{svg}");
        assert!(svg.contains("a&lt;b") && svg.contains("not measured"), "{svg}");
        assert!(svg.contains("aria-label=\"&quot;x&quot;\""), "{svg}");
    }
    #[test]
    fn figures_have_three_digits_or_so() {
        let shown = [0.0, 3.001, 9.996, 46.72, 99.96, 1234.5].map(figure);
        assert_eq!(shown, ["0.00", "3.00", "10.0", "46.7", "100", "1234"]);
    }
}
