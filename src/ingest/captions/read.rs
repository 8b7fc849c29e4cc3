//! The cues of a file (WebVTT, W3C, §4 and §6; SRT as it is written), and the file made of them.
use super::{Fault, text};

/// Some words and when they are shown.
pub(super) struct Cue {
    /// In milliseconds.
    start: u64,
    /// Later than `start`.
    end: u64,
    /// As WebVTT writes them, each with a space before it.
    settings: String,
    /// Safe as it stands, without empty lines.
    pub(super) text: String,
}

const ARROW: &str = "-->";

/// The cues in the order of their times; at least one.
pub(super) fn cues(file: &str) -> Result<Vec<Cue>, Fault> {
    let file = file.replace("\r\n", "\n").replace('\r', "\n");
    let is_vtt = file
        .strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['\n', ' ', '\t']));
    if !is_vtt && !file.contains(ARROW) {
        return Err(Fault::OtherKind);
    }
    let mut cues = Vec::new();
    let mut block: Vec<(usize, &str)> = Vec::new();
    let lines = file.lines().chain([""]).enumerate();
    for (index, line) in lines {
        if is_blank(line, is_vtt) {
            read_block(&block, is_vtt, &mut cues)?;
            block.clear();
        } else {
            block.push((index + 1, line));
        }
    }
    if cues.is_empty() {
        return Err(Fault::NoCue);
    }
    cues.sort_by_key(|cue| cue.start);
    Ok(cues)
}

fn is_blank(line: &str, is_vtt: bool) -> bool {
    line.is_empty() || !is_vtt && line.trim().is_empty()
}

/// The lines between two empty ones: a cue, several where the empty line between them is missing, or something else.
fn read_block(block: &[(usize, &str)], is_vtt: bool, cues: &mut Vec<Cue>) -> Result<(), Fault> {
    let Some(&(number, first)) = block.first() else {
        return Ok(());
    };
    let word = first.split([' ', '\t']).next().unwrap_or_default();
    let is_comment = word == "NOTE";
    let is_head = number == 1 || matches!(word, "STYLE" | "REGION");
    let times: Vec<usize> = (0..block.len())
        .filter(|&at| block[at].1.contains(ARROW))
        .collect();
    if is_vtt && (is_comment || is_head && times.is_empty()) {
        return Ok(());
    }
    let Some(&first_time) = times.first() else {
        // The number of a cue whose text is missing.
        let is_number = block.len() == 1 && is_number(first);
        return if is_number {
            Ok(())
        } else {
            Err(Fault::NoTime(number))
        };
    };
    // A name or number may stand before the time; in the first block of WebVTT, its heading.
    if first_time > 1 && !(is_vtt && number == 1) {
        return Err(Fault::NoTime(number));
    }
    for (index, &at) in times.iter().enumerate() {
        let next = times.get(index + 1).copied();
        let mut end = next.unwrap_or(block.len());
        if next.is_some() && !is_vtt && end > at + 1 && is_number(block[end - 1].1) {
            end -= 1;
        }
        let lines: Vec<&str> = block[at + 1..end].iter().map(|&(_, line)| line).collect();
        let (number, line) = block[at];
        let (start, end, rest) = time_line(line).ok_or(Fault::BadTime(number))?;
        if end < start {
            return Err(Fault::EndsFirst(number));
        }
        let text = text::clean(&lines.join("\n"));
        if end > start && !text.is_empty() {
            let settings = if is_vtt {
                settings(rest)
            } else {
                String::new()
            };
            cues.push(Cue {
                start,
                end,
                settings,
                text,
            });
        }
    }
    Ok(())
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Start and end in milliseconds, and what follows.
fn time_line(line: &str) -> Option<(u64, u64, &str)> {
    let (start, rest) = line.split_once(ARROW)?;
    let rest = rest.trim_start();
    let (end, rest) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    Some((time(start.trim())?, time(end.trim_end())?, rest))
}

/// `01:02:03,450`, `02:03.450`: SRT and WebVTT differ in the hours and the comma only, and people mix them up.
fn time(written: &str) -> Option<u64> {
    let (whole, fraction) = written.split_once([',', '.']).unwrap_or((written, "0"));
    let mut parts = whole.split(':').rev();
    let seconds = digits(parts.next()?, 2).filter(|&seconds| seconds < 60)?;
    let minutes = digits(parts.next()?, 2).filter(|&minutes| minutes < 60)?;
    let hours = match parts.next() {
        Some(hours) => digits(hours, 4)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    let milliseconds = digits(fraction, 3)? * [100, 10, 1][fraction.len() - 1];
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds)
}

fn digits(written: &str, most: usize) -> Option<u64> {
    let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && (1..=most).contains(&written.len()))
        .then(|| written.parse().ok())
        .flatten()
}

/// The settings that WebVTT §4.4 knows, each once.
fn settings(written: &str) -> String {
    let mut kept = String::new();
    let mut names = Vec::new();
    for setting in written.split([' ', '\t']) {
        let Some((name, value)) = setting.split_once(':') else {
            continue;
        };
        if is_setting(name, value) && !names.contains(&name) {
            names.push(name);
            kept.push(' ');
            kept.push_str(setting);
        }
    }
    kept
}

fn is_setting(name: &str, value: &str) -> bool {
    let (first, second) = match value.split_once(',') {
        Some((first, second)) => (first, Some(second)),
        None => (value, None),
    };
    let aligned = |known: [&str; 3]| second.is_none_or(|second| known.contains(&second));
    match name {
        "vertical" => matches!(value, "rl" | "lr"),
        "line" => {
            let is_line = digits(first.strip_prefix('-').unwrap_or(first), 4).is_some();
            (is_line || is_percentage(first)) && aligned(["start", "center", "end"])
        }
        "position" => is_percentage(first) && aligned(["line-left", "center", "line-right"]),
        "size" => is_percentage(value),
        "align" => matches!(value, "start" | "center" | "end" | "left" | "right"),
        _ => false,
    }
}

fn is_percentage(value: &str) -> bool {
    let Some(number) = value.strip_suffix('%') else {
        return false;
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 3).is_some() && is_fraction && number.parse().is_ok_and(|part: f64| part <= 100.0)
}

/// The file.
pub(super) fn written(cues: &[Cue]) -> String {
    let mut file = "WEBVTT\n".to_owned();
    for cue in cues {
        let (start, end) = (stamp(cue.start), stamp(cue.end));
        file.push_str(&format!(
            "\n{start} --> {end}{}\n{}\n",
            cue.settings, cue.text
        ));
    }
    file
}

fn stamp(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        milliseconds % 1000
    )
}
