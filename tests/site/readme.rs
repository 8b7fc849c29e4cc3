//! What the ways in promise: every setting stands in both READMEs and in `.env.example`, and none
//! that is not there.

use std::collections::BTreeSet;

/// The variables that the program reads.
fn settings() -> BTreeSet<&'static str> {
    let sources = [
        include_str!("../../src/settings.rs"),
        include_str!("../../src/settings/limits.rs"),
    ];
    let names = sources
        .iter()
        .flat_map(|source| source.split("env = \"").skip(1));
    names.filter_map(|rest| rest.split('"').next()).collect()
}

/// The names in the first column of a README's table of settings.
fn table(readme: &'static str) -> BTreeSet<&'static str> {
    let rows = readme
        .lines()
        .skip_while(|line| !line.starts_with("| `DATABASE_URL`"))
        .take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect()
}

/// The names that `.env.example` offers behind `#`.
fn example() -> BTreeSet<&'static str> {
    let lines = include_str!("../../.env.example").lines();
    lines
        .filter_map(|line| line.strip_prefix('#')?.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' '))
        .collect()
}

#[test]
fn the_settings_are_found_in_their_source() {
    assert!(settings().len() >= 20, "{:?}", settings());
    assert!(settings().contains("DATABASE_URL"));
}

#[test]
fn both_readmes_tell_every_setting_and_no_other() {
    assert_eq!(table(include_str!("../../README.md")), settings());
    assert_eq!(table(include_str!("../../README.ko.md")), settings());
}

#[test]
fn the_example_of_an_env_file_has_every_setting_and_no_other() {
    assert_eq!(example(), settings());
}
