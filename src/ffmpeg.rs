//! The optional program ffmpeg: found at start, and run within bounds. Knows no table and no video.

use std::{
    env,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    time,
};

use crate::settings::Ffmpeg as Wanted;

/// Characters kept of the last line that the program said.
const LONGEST_LINE: usize = 300;

/// Bytes kept of what the program said.
const SAID: usize = 4096;

/// How long the program may take to say which one it is.
const FIRST_WORD: Duration = Duration::from_secs(60);

/// Where the program is.
#[derive(Clone, Debug)]
pub struct Ffmpeg {
    program: PathBuf,
}

/// What one run may cost.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// By the clock.
    pub time: Duration,
    /// Bytes of address space, where the system can bound them.
    pub memory: u64,
}

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The program ended with an error; its last line, which may be empty.
    #[error("ffmpeg failed: {0}")]
    Failed(String),
    /// Its time was over.
    #[error("ffmpeg took too long")]
    Time,
    /// It could not be started.
    #[error("ffmpeg could not be started: {0}")]
    Io(#[from] io::Error),
}

/// What starts the program on Unix, told its memory in KiB and then its command line.
///
/// Standard input is the site's end of a pipe: when the site is gone, however it went, the reader of
/// it ends the whole group. The program itself gets nothing to read, waits for everybody else's turn,
/// and is the first to go when memory runs out.
#[cfg(unix)]
const KEEPER: &str = r#"
exec 3<&0 </dev/null
{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null
( read -r _ <&3; kill -s KILL 0 ) >/dev/null 2>&1 &
watch=$!
exec 3<&-
ulimit -v "$1" 2>/dev/null
shift
nice -n 19 "$@"
status=$?
kill -s KILL "$watch" 2>/dev/null
exit "$status"
"#;

impl Ffmpeg {
    /// The program that the setting means; `None` when it is off, or when there is none.
    ///
    /// # Errors
    /// A sentence, when the setting names a program that does not run.
    pub async fn find(wanted: &Wanted) -> Result<Option<Ffmpeg>, String> {
        match wanted {
            Wanted::Off => Ok(None),
            // Not tried out: on a small machine that would take a second of every start.
            Wanted::Auto => Ok(in_path(OsStr::new("ffmpeg")).map(|program| Ffmpeg { program })),
            Wanted::At(path) => Ffmpeg::at(path).await.map(Some),
        }
    }

    async fn at(path: &Path) -> Result<Ffmpeg, String> {
        let fault = |fault: String| {
            format!(
                "FFMPEG is “{}”, which does not run: {fault}; write FFMPEG=auto, FFMPEG=off, or where \
                 the program is, as FFMPEG=/usr/bin/ffmpeg",
                path.display()
            )
        };
        let is_name = path.components().count() == 1 && !path.exists();
        let program = if is_name {
            in_path(path.as_os_str())
        } else {
            std::path::absolute(path).ok()
        };
        let program = program.ok_or_else(|| fault("there is no such program".to_owned()))?;
        let mut command = Command::new(&program);
        command.arg("-version").kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        let ended = async { command.spawn()?.wait().await };
        match time::timeout(FIRST_WORD, ended).await {
            Ok(Ok(status)) if status.success() => Ok(Ffmpeg { program }),
            Ok(Ok(status)) => Err(fault(status.to_string())),
            Ok(Err(error)) => Err(fault(error.to_string())),
            Err(_) => Err(fault("it does not answer".to_owned())),
        }
    }

    /// Where the program is.
    pub fn path(&self) -> &Path {
        &self.program
    }

    /// Runs the program to its end, at the lowest priority. It is told nothing of the site's settings. When
    /// this future is dropped, or the site dies, it is killed with everything that it has started.
    ///
    /// # Errors
    /// [`Stopped`].
    pub async fn run(&self, arguments: &[&OsStr], bounds: Bounds) -> Result<(), Stopped> {
        let mut command = self.command(arguments, bounds);
        command.env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH", "SYSTEMROOT"] {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        command.stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        // Dropped at the end of this run: until then the keeper waits for it.
        let _lifeline = child.stdin.take();
        let mut group = Group(child.id());
        let said = child.stderr.take();
        let ended = time::timeout(bounds.time, async {
            let said = match said {
                Some(said) => last_line(said).await,
                None => String::new(),
            };
            (child.wait().await, said)
        });
        let (status, said) = ended.await.map_err(|_| Stopped::Time)?;
        group.0 = None;
        if status?.success() {
            Ok(())
        } else {
            Err(Stopped::Failed(said))
        }
    }

    #[cfg(unix)]
    fn command(&self, arguments: &[&OsStr], bounds: Bounds) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "ffmpeg"]);
        command.arg((bounds.memory / 1024).to_string());
        command.arg(&self.program).args(arguments);
        command.process_group(0);
        command
    }

    #[cfg(not(unix))]
    fn command(&self, arguments: &[&OsStr], _: Bounds) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }
}

/// The processes of one run, killed together when dropped before the first of them was waited for.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.and_then(|id| i32::try_from(id).ok())
            && let Some(id) = rustix::process::Pid::from_raw(id)
        {
            // They may have ended by themselves in this moment.
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}

/// The program of this name that `PATH` finds first.
fn in_path(name: &OsStr) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut name = name.to_owned();
    name.push(env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| may_run(program))
}

#[cfg(unix)]
fn may_run(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    program
        .metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn may_run(program: &Path) -> bool {
    program.is_file()
}

/// The last line that is not empty, without control characters.
async fn last_line(mut from: impl AsyncRead + Unpin) -> String {
    let (mut said, mut part) = (Vec::new(), [0; 1024]);
    while let Ok(read @ 1..) = from.read(&mut part).await {
        said.extend_from_slice(&part[..read]);
        let over = said.len().saturating_sub(SAID);
        said.drain(..over);
    }
    let said = String::from_utf8_lossy(&said);
    let line = said
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty());
    let letters = line.unwrap_or_default().chars();
    letters
        .filter(|letter| !letter.is_control())
        .take(LONGEST_LINE)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_line_is_kept_short_and_harmless() {
        let said = format!("first\n{}\n\u{1b}[31mlast line \r\n\n", "x".repeat(10_000));
        assert_eq!(last_line(said.as_bytes()).await, "[31mlast line");
        let long = "가".repeat(5000);
        assert_eq!(
            last_line(long.as_bytes()).await.chars().count(),
            LONGEST_LINE
        );
        assert_eq!(last_line(&b""[..]).await, "");
    }
}
