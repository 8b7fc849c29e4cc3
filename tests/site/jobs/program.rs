//! Programs in ffmpeg's place.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::binary::until;

/// Gives what the real one would: `short.mp4` is the film in `video.mkv`.
pub const GOOD: &str = r#"
case "$*" in
  *mjpeg*) cp "$media/picture.jpg" "$out" ;;
  *) cp "$media/short.mp4" "$out" ;;
esac
"#;

/// Tells that it runs, and waits until it may go on.
pub const SLOW: &str = r#"
echo $$ >"$here/began.new"; mv "$here/began.new" "$here/began"
while [ ! -e "$here/go" ]; do sleep 0.05; done
"#;

/// A program in a folder of its own.
pub struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    /// A script that knows `$out`, the file to write; `$media`, where films are; `$here`, its folder.
    pub fn new(script: &str) -> Program {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program { folder };
        program.write(script);
        program
    }

    /// Makes another of it.
    pub fn write(&self, script: &str) {
        let media = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media");
        let here = self.folder.path().display();
        let whole = format!(
            "#!/bin/sh\n[ \"$1\" != -version ] || exit 0\nfor out; do :; done\nout=${{out#file:}}\n\
             media='{media}'\nhere='{here}'\n{script}\n"
        );
        // Written by another process: a file that any thread of this one has open for writing, as a child
        // it is about to start does for a moment, cannot be run.
        let mut shell = Command::new("sh")
            .args(["-c", "rm -f \"$0\"; cat >\"$0\" && chmod 700 \"$0\""])
            .arg(self.path())
            .stdin(Stdio::piped())
            .spawn()
            .expect("sh");
        let mut pipe = shell.stdin.take().expect("piped");
        pipe.write_all(whole.as_bytes()).expect("a script");
        drop(pipe);
        assert!(shell.wait().expect("its end").success());
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("ffmpeg")
    }

    pub fn setting(&self) -> Option<String> {
        Some(self.path().display().to_string())
    }

    fn began(&self) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join("began")).ok()
    }

    /// Whether [`SLOW`] has begun.
    pub fn has_begun(&self) -> bool {
        self.began().is_some()
    }

    /// Lets [`SLOW`] go on.
    pub fn go(&self) {
        std::fs::write(self.folder.path().join("go"), "").expect("a file");
    }

    /// Waits until the process that began has ended; nobody may have collected it yet.
    pub fn is_gone(&self) {
        let id = self.began().expect("it began");
        let stat = format!("/proc/{}/stat", id.trim());
        until("ffmpeg is gone", || match std::fs::read_to_string(&stat) {
            Ok(stat) => stat
                .rsplit_once(") ")
                .is_some_and(|(_, rest)| rest.starts_with(['Z', 'X'])),
            Err(_) => true,
        });
    }
}
