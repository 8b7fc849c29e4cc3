//! What the site does to videos, beside what ffmpeg does and says.

mod faststart;
// The house has more for guests than is asked for here.
#[allow(dead_code)]
#[path = "../site/house.rs"]
mod house;
mod jobs;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program}, which script/test installs: {error}"))
}

#[track_caller]
fn succeeded(program: &str, arguments: &[&str]) -> String {
    let output = run(program, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What ffmpeg writes to `out`, in a folder.
#[track_caller]
fn ffmpeg(folder: &Path, arguments: &str, out: &str) -> PathBuf {
    let out = folder.join(out);
    let base = "-hide_banner -loglevel error -nostdin -y";
    let folder = folder.display().to_string();
    let arguments = arguments.replace("{folder}", &folder);
    let mut all: Vec<&str> = base
        .split(' ')
        .chain(arguments.split_whitespace())
        .collect();
    let name = out.display().to_string();
    all.push(&name);
    succeeded("ffmpeg", &all);
    out
}

/// What ffprobe says of a file, one thing a line.
#[track_caller]
fn ffprobe(file: &Path, arguments: &str) -> String {
    let name = file.display().to_string();
    let mut all = vec!["-v", "error"];
    all.extend(arguments.split_whitespace());
    all.push(&name);
    succeeded("ffprobe", &all)
}
