//! What Wine 8 cannot do, so that tests leave it out there.
//!
//! Every exception is a call of [`cannot`] with a row of the table in `docs/wine.md`, in a test
//! that has `mod wine;`.  `cargo test -p lapwing-tests --test tidy` sees that each row has a test,
//! and each exception a row.

/// True under Wine, which cannot do this, as the table says it in these words.
///
/// # Panics
/// Everywhere, if the table has no such row.
pub fn cannot(what: &str) -> bool {
    const PAGE: &str = include_str!("../../../../docs/wine.md");
    let row = format!("| {what} |");
    assert!(PAGE.lines().any(|line| line.starts_with(&row)), "docs/wine.md has no row {row}");
    std::env::consts::OS == "windows" && std::env::var_os("WINEPREFIX").is_some()
}
