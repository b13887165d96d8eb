//! What a model is, as a small picture: connections on the left, two of which have news, threads on
//! the right, and between them what carries the news from the ones to the others.

use super::model::{Between, Picture};
use lapwing_measure::chart::escape;
use std::fmt::Write;

const WIDTH: usize = 320;
const HEIGHT: usize = 140;
const CONNECTIONS: usize = 6;
/// Those that have news.
const TALKING: [usize; 2] = [1, 4];
/// The edges of what is in the middle.
const LEFT: usize = 124;
const RIGHT: usize = 204;
/// Where the threads are.
const THREADS: usize = 288;
/// The middle of the connections' height.
const MIDDLE: usize = 61;

/// The middle of a connection's height.
fn height(connection: usize) -> usize {
    11 + 20 * connection
}

fn news(connection: usize) -> &'static str {
    if TALKING.contains(&connection) { "news" } else { "quiet" }
}

/// The element.  It keeps its size, so that its text is readable on a narrow screen.
pub fn svg(picture: &Picture) -> String {
    let mut drawn = String::new();
    let threads = match picture.between {
        Between::Nothing => direct(&mut drawn),
        Between::List => list(&mut drawn),
        Between::Events => events(&mut drawn),
        Between::Queue => queue(&mut drawn, &[MIDDLE]),
        Between::SharedQueue => queue(&mut drawn, &[MIDDLE - 22, MIDDLE + 22]),
    };
    for connection in 0..CONNECTIONS {
        let (class, y) = (news(connection), height(connection) - 6);
        let _ =
            write!(drawn, "<rect class=\"{class}\" x=\"4\" y=\"{y}\" width=\"12\" height=\"12\"/>");
    }
    for y in &threads {
        let _ = write!(drawn, "<circle class=\"thread\" cx=\"{THREADS}\" cy=\"{y}\" r=\"8\"/>");
    }
    let thread = if threads.len() == 1 { "a thread" } else { "threads" };
    let label = escape(picture.label);
    let y = HEIGHT - 4;
    let _ = write!(
        drawn,
        "\n<text x=\"0\" y=\"{y}\">connections</text><text class=\"middle\" x=\"{}\" \
         y=\"{y}\">{label}</text><text class=\"middle\" x=\"{THREADS}\" y=\"{y}\">{thread}</text>",
        usize::midpoint(LEFT, RIGHT)
    );
    format!(
        "<svg class=\"picture\" role=\"img\" aria-label=\"Connections, {label}, {thread}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\">\n{drawn}</svg>\n"
    )
}

fn line(drawn: &mut String, class: &str, from: (usize, usize), to: (usize, usize)) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ =
        write!(drawn, "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
}

fn frame(drawn: &mut String, top: usize, bottom: usize) {
    let (width, height) = (RIGHT - LEFT, bottom - top);
    let _ = write!(
        drawn,
        "<rect class=\"frame\" x=\"{LEFT}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" \
         rx=\"4\"/>"
    );
}

/// Each returns where its threads are.
fn direct(drawn: &mut String) -> Vec<usize> {
    for connection in 0..CONNECTIONS {
        let y = height(connection);
        line(drawn, news(connection), (16, y), (THREADS - 8, y));
    }
    (0..CONNECTIONS).map(height).collect()
}

/// Everyone's entry goes through the call, with news or without.
fn list(drawn: &mut String) -> Vec<usize> {
    frame(drawn, 1, 121);
    for connection in 0..CONNECTIONS {
        let (class, y) = (news(connection), height(connection));
        line(drawn, class, (16, y), (LEFT + 8, y));
        let _ = write!(
            drawn,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"10\"/>",
            LEFT + 8,
            y - 5,
            RIGHT - LEFT - 16
        );
    }
    line(drawn, "news", (RIGHT, MIDDLE), (THREADS - 8, MIDDLE));
    vec![MIDDLE]
}

/// An event each, in two groups.
fn events(drawn: &mut String) -> Vec<usize> {
    let half = CONNECTIONS / 2;
    for connection in 0..CONNECTIONS {
        if connection % half == 0 {
            let top = height(connection) - 9;
            frame(drawn, top, height(connection + half - 1) + 9);
        }
        let (class, y) = (news(connection), height(connection));
        let x = usize::midpoint(LEFT, RIGHT);
        line(drawn, class, (16, y), (x - 6, y));
        let _ = write!(drawn, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>");
    }
    let threads = vec![height(1), height(1 + half)];
    for &y in &threads {
        line(drawn, "news", (RIGHT, y), (THREADS - 8, y));
    }
    threads
}

/// Only what has happened is in it.
fn queue(drawn: &mut String, threads: &[usize]) -> Vec<usize> {
    const ENTRY: usize = 16;
    frame(drawn, MIDDLE - 14, MIDDLE + 14);
    for (place, &connection) in TALKING.iter().enumerate() {
        line(drawn, "news", (16, height(connection)), (LEFT, MIDDLE));
        let _ = write!(
            drawn,
            "<rect class=\"news\" x=\"{}\" y=\"{}\" width=\"{ENTRY}\" height=\"20\"/>",
            RIGHT - 6 - ENTRY - place * (ENTRY + 4),
            MIDDLE - 10
        );
    }
    for &y in threads {
        line(drawn, "news", (RIGHT, MIDDLE), (THREADS - 8, y));
    }
    threads.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::model::MODELS;

    #[test]
    fn every_picture_stays_in_its_frame_and_is_named() {
        for model in &MODELS {
            let drawn = svg(&model.picture);
            assert!(drawn.contains(&escape(model.picture.label)), "{}", model.name);
            assert!(!drawn.contains("=\"-"), "a negative coordinate: {drawn}");
        }
    }
}
