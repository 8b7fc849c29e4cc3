//! Films of every make with their index at the end: put in front by us, by ffmpeg and by qt-faststart.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use madang::{ingest::faststart, storage::Storage};
use tempfile::TempDir;

use super::{ffmpeg, ffprobe, run};

/// Two seconds of a test picture and a tone.
const FILM: &str = "-f lavfi -i testsrc2=size=192x108:rate=15:duration=2 \
    -f lavfi -i sine=frequency=440:sample_rate=48000:duration=2";
const H264: &str = "-c:v libx264 -threads 1 -preset veryfast -pix_fmt yuv420p";

/// One film.
struct Case {
    folder: TempDir,
    old: PathBuf,
}

impl Case {
    fn of(arguments: &str, name: &str) -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        let old = ffmpeg(folder.path(), arguments, name);
        Case { folder, old }
    }

    /// Our own new file; `None` where the old one stays.
    async fn ours(&self) -> Option<PathBuf> {
        let storage = Storage::open(&self.folder.path().join("media")).expect("storage");
        let made = faststart::rewritten(&storage, &self.old).await;
        let made = made.expect("no fault")?;
        let path = self
            .folder
            .path()
            .join(format!("ours.{}", ending(&self.old)));
        fs::copy(made.path(), &path).expect("a copy");
        assert_eq!(made.len(), fs::metadata(&path).expect("a file").len());
        Some(path)
    }

    /// What qt-faststart, which comes with ffmpeg, makes of it.
    fn theirs(&self) -> Option<PathBuf> {
        let path = self.folder.path().join("theirs");
        let names = [&self.old, &path].map(|path| path.display().to_string());
        let output = run("qt-faststart", &names.each_ref().map(String::as_str));
        assert!(output.status.success(), "{output:?}");
        path.exists().then_some(path)
    }

    /// Every sample and all that is said of the film, before and after, and by others.
    async fn is_moved(&self) {
        let ours = self.ours().await.expect("a new file");
        assert!(starts_fast(&ours) && !starts_fast(&self.old));
        assert_eq!(said(&ours), said(&self.old));
        assert_eq!(packets(&ours, ""), packets(&self.old, ""));
        assert_eq!(frames(&ours), frames(&self.old));
        // A remux numbers and interleaves anew, so it is compared by track, and tracks of data are none for it.
        let copy = format!(
            "-i {} -map 0:v -map 0:a? -map 0:s? -c copy -strict -2 -movflags +faststart",
            self.old.display()
        );
        let remuxed = ffmpeg(
            self.folder.path(),
            &copy,
            &format!("remuxed.{}", ending(&self.old)),
        );
        assert!(starts_fast(&remuxed));
        for track in ["v", "a", "s"] {
            let select = format!("-select_streams {track}");
            assert_eq!(
                packets(&ours, &select),
                packets(&remuxed, &select),
                "{track}"
            );
        }
        let theirs = self.theirs().expect("a new file");
        assert!(
            fs::read(ours).expect("ours") == fs::read(theirs).expect("theirs"),
            "not what qt-faststart makes"
        );
    }
}

fn ending(path: &Path) -> &str {
    path.extension()
        .and_then(|ending| ending.to_str())
        .expect("an ending")
}

/// Whether it decodes without going back, as from a slow line.
fn starts_fast(path: &Path) -> bool {
    let bytes = fs::read(path).expect("a file");
    let find = |kind: &[u8; 4]| bytes.windows(4).position(|four| four == kind);
    find(b"moov").expect("an index") < find(b"mdat").expect("a film")
}

/// Time, size and content of every sample.
fn packets(path: &Path, select: &str) -> Vec<String> {
    let entries = "packet=pts_time,dts_time,duration_time,size,flags,data_hash";
    let all =
        format!("-show_packets -show_data_hash sha256 -show_entries {entries} -of csv {select}");
    let mut lines: Vec<String> = ffprobe(path, &all).lines().map(str::to_owned).collect();
    if !select.is_empty() {
        lines.sort();
    }
    lines
}

/// Everything else: tracks, chapters, titles.
fn said(path: &Path) -> String {
    let said = ffprobe(
        path,
        "-show_format -show_streams -show_chapters -show_programs -of json",
    );
    let name = path.display().to_string();
    assert!(said.contains(&name));
    said.replace(&name, "")
}

/// A checksum of every decoded frame.
fn frames(path: &Path) -> String {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(path)
        .args(["-map", "0:v", "-map", "0:a?", "-f", "framemd5", "-"])
        .output()
        .expect("ffmpeg");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    String::from_utf8(output.stdout).expect("text")
}

#[tokio::test]
async fn a_plain_film() {
    Case::of(&format!("{FILM} {H264} -c:a aac"), "plain.mp4")
        .is_moved()
        .await;
    Case::of(&format!("{FILM} {H264} -c:a aac"), "plain.m4v")
        .is_moved()
        .await;
    Case::of(&format!("{FILM} {H264} -an"), "mute.mp4")
        .is_moved()
        .await;
}

#[tokio::test]
async fn quicktime_with_a_time_code() {
    let arguments = format!("{FILM} {H264} -c:a pcm_s16le -timecode 01:00:00:00");
    Case::of(&arguments, "film.mov").is_moved().await;
}

#[tokio::test]
async fn several_tracks_and_subtitles() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = folder.path().join("words.srt");
    fs::write(&words, "1\n00:00:00,200 --> 00:00:01,500\n안녕하세요\n").expect("words");
    let arguments = format!(
        "{FILM} -i {} -map 0:v -map 1:a -map 1:a -map 1:a -map 2:s {H264} -c:a aac -c:s mov_text \
         -metadata:s:a:0 language=kor -metadata:s:a:1 language=eng -metadata:s:s:0 language=kor",
        words.display()
    );
    Case::of(&arguments, "tracks.mp4").is_moved().await;
}

#[tokio::test]
async fn titles_a_cover_and_chapters() {
    let folder = tempfile::tempdir().expect("a folder");
    let cover = ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=size=64x64 -frames:v 1",
        "cover.jpg",
    );
    let chapters = folder.path().join("chapters");
    let text = ";FFMETADATA1\ntitle=강의 첫째\nartist=지민\n\
        [CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=처음\n\
        [CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=끝\n";
    fs::write(&chapters, text).expect("chapters");
    let arguments = format!(
        "{FILM} -i {} -f ffmetadata -i {} -map 0 -map 1 -map 2 -map_metadata 3 -map_chapters 3 {H264} -c:a aac \
         -c:v:1 mjpeg -disposition:v:1 attached_pic",
        cover.display(),
        chapters.display()
    );
    let case = Case::of(&arguments, "titles.mp4");
    for word in ["강의 첫째", "지민", "처음", "끝", "mjpeg"] {
        assert!(said(&case.old).contains(word), "{word}");
    }
    case.is_moved().await;
}

#[tokio::test]
async fn sounds_of_other_kinds() {
    for sound in ["libopus", "alac", "ac3", "libmp3lame", "flac -strict -2"] {
        Case::of(&format!("{FILM} {H264} -c:a {sound}"), "sound.mp4")
            .is_moved()
            .await;
    }
}

#[tokio::test]
async fn pictures_out_of_order_and_cut() {
    let b_frames = Case::of(&format!("{FILM} {H264} -bf 3 -g 15 -c:a aac"), "b.mp4");
    b_frames.is_moved().await;
    // A cut without encoding leaves an edit list that hides what stands before it.
    let cut = format!("-ss 0.6 -i {} -c copy", b_frames.old.display());
    Case::of(&cut, "cut.mp4").is_moved().await;
}

#[tokio::test]
async fn a_film_of_64_bit_size() {
    let case = Case::of(&format!("{FILM} {H264} -c:a aac"), "large.mp4");
    // What ffmpeg leaves room for: eight bytes of nothing, to be taken by a longer head.
    let mut bytes = fs::read(&case.old).expect("a film");
    let free = bytes
        .windows(16)
        .position(|bytes| bytes.starts_with(b"\0\0\0\x08free") && bytes.ends_with(b"mdat"));
    let free = free.expect("room");
    let size = u32::from_be_bytes(bytes[free + 8..free + 12].try_into().expect("a size"));
    bytes[free..free + 8].copy_from_slice(b"\0\0\0\x01mdat");
    bytes[free + 8..free + 16].copy_from_slice(&(u64::from(size) + 8).to_be_bytes());
    fs::write(&case.old, bytes).expect("a film");
    case.is_moved().await;
}

#[tokio::test]
async fn what_starts_fast_or_is_not_understood_stays() {
    let film = format!("{FILM} {H264} -c:a aac");
    let key = "00112233445566778899aabbccddeeff";
    let encrypted = format!(
        "{film} -encryption_scheme cenc-aes-ctr -encryption_key {key} -encryption_kid {key}"
    );
    for (arguments, name) in [
        (format!("{film} -movflags +faststart"), "fast.mp4"),
        (
            format!("{film} -movflags +frag_keyframe+empty_moov"),
            "fragments.mp4",
        ),
        (format!("{film} -movflags +frag_keyframe"), "fragments.mov"),
        (
            format!("{film} -movflags +dash+delay_moov+global_sidx -frag_duration 500000"),
            "dash.mp4",
        ),
        // Its samples' keys stand at places of the file, which qt-faststart does not move.
        (encrypted, "encrypted.mp4"),
        (format!("{FILM} -c:v libvpx -c:a libopus"), "film.webm"),
        (film.clone(), "film.mkv"),
    ] {
        assert!(Case::of(&arguments, name).ours().await.is_none(), "{name}");
    }
}
