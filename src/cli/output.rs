//! What the commands say. Nobody may be there any more to hear it (`madang media --clean | head -1`): the work goes on to
//! its end all the same.

use std::{
    fmt::Display,
    io::{self, Write},
};

use crate::web::text;

/// Says a line of the answer, on standard output.
pub(super) fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{}", plain(line));
}

/// Says a line of what went wrong, on standard error.
pub(super) fn warn(line: impl Display) {
    let _ = writeln!(io::stderr(), "{}", plain(line));
}

/// Says what is to be typed, and stays in its line.
pub(super) fn ask(prompt: &str) {
    let mut terminal = io::stdout();
    let _ = write!(terminal, "{}", plain(prompt));
    let _ = terminal.flush();
}

/// Fit for a terminal and for one line: no letter that commands it, none that hides or turns what is written.
pub(super) fn plain(text: impl Display) -> String {
    let text = text.to_string();
    text.chars()
        .filter(|letter| !text::hides(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_commands_no_terminal() {
        assert_eq!(
            plain("강의\n\u{1b}[2J\u{7}\u{202e}4pm.mp4\r"),
            "강의[2J4pm.mp4"
        );
    }
}
