//! Which files are meant, and what they are called.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    ingest::receive::name_in,
    videos::TITLE_LIMIT,
    web::text,
    words::{console::Words, fill},
};

/// Endings of names by which a folder's videos are known; what they really are is looked at later.
const ENDINGS: [&str; 7] = ["mp4", "m4v", "mov", "webm", "mkv", "ogv", "ogg"];

/// A file to upload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called, as an upload would be.
    pub name: String,
    /// What its video is called when nothing else is said.
    pub title: String,
    /// In bytes.
    pub len: u64,
}

/// The files in the order they were given, folders' videos by name; and what cannot be one, in a
/// sentence each. `media` is the site's own folder, whose files are nobody's to publish.
pub(super) fn expand(given: &[PathBuf], media: &Path, words: &Words) -> (Vec<Source>, Vec<String>) {
    let media = media.canonicalize().unwrap_or_else(|_| media.to_owned());
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    for path in given {
        let files = if path.is_dir() {
            folder(path, words)
        } else {
            Ok(vec![path.clone()])
        };
        let found = files.map_or_else(
            |fault| vec![Err((path.clone(), fault))],
            |files| {
                let each = files.into_iter().map(|path| {
                    let found = source(&path, &media, words);
                    found.map_err(|fault| (path, fault))
                });
                each.collect()
            },
        );
        for found in found {
            match found {
                Ok(source) => sources.push(source),
                Err((path, fault)) => {
                    let name = path.display();
                    faults.push(fill(words.upload_fault, &[&name, &fault]));
                }
            }
        }
    }
    (sources, faults)
}

/// What is called a video in a folder, by name.
fn folder(folder: &Path, words: &Words) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| fill(words.upload_unreadable, &[&error]);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        // What is neither file nor folder is said to be none, as when it is given by itself.
        if is_video(&path) && !path.is_dir() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(words.upload_empty_folder.to_owned());
    }
    paths.sort_by_cached_key(|path| (text::key(&name(path)), path.clone()));
    Ok(paths)
}

fn name(path: &Path) -> String {
    name_in(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn is_video(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    // A Mac leaves "._film.mp4" beside "film.mp4" on foreign disks.
    !name.starts_with('.')
        && ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
}

fn source(path: &Path, media: &Path, words: &Words) -> Result<Source, String> {
    let unreadable = |error| fill(words.upload_unreadable, &[&error]);
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(words.upload_not_a_file.to_owned());
    }
    if path.canonicalize().map_err(unreadable)?.starts_with(media) {
        return Err(words.upload_own_file.to_owned());
    }
    let name = name(path);
    Ok(Source {
        title: title(&name),
        path: path.to_owned(),
        name,
        len: metadata.len(),
    })
}

/// The name without its ending, as the browser's form has it.
fn title(name: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if !text::is_blank(stem) && !ending.is_empty() => stem,
        _ => name,
    };
    stem.trim().chars().take(TITLE_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn titles_are_names_without_their_ending_as_korean_is_stored() {
        assert_eq!(title("첫 공연.mp4"), "첫 공연");
        // As a Mac writes it: in pieces.
        let pieces =
            "\u{110e}\u{1165}\u{11ba} \u{1100}\u{1169}\u{11bc}\u{110b}\u{1167}\u{11ab}.mp4";
        assert_eq!(title(&name_in(pieces)), "첫 공연");
        assert_eq!(title("two.parts.webm"), "two.parts");
        assert_eq!(title("no ending"), "no ending");
        assert_eq!(title(".mp4"), ".mp4");
        assert_eq!(title("\u{3164}.mp4"), "\u{3164}.mp4");
        assert_eq!(title(&"가".repeat(300)).chars().count(), TITLE_LIMIT);
    }

    #[test]
    fn a_folder_is_its_videos_by_name() {
        let words = Lang::En.words().console;
        let house = tempfile::tempdir().unwrap();
        for name in [
            "나.MP4",
            "가.webm",
            "b.mov",
            "A.mp4",
            "notes.txt",
            "._A.mp4",
        ] {
            fs::write(house.path().join(name), name).unwrap();
        }
        fs::create_dir(house.path().join("more.mp4")).unwrap();
        let empty = house.path().join("more.mp4");
        let missing = house.path().join("none.mp4");
        let given = [house.path().to_owned(), empty, missing];
        let (sources, faults) = expand(&given, Path::new("media"), words);
        let titles: Vec<&str> = sources.iter().map(|found| found.title.as_str()).collect();
        assert_eq!(titles, ["A", "b", "가", "나"]);
        assert_eq!(sources[2].len, "가.webm".len() as u64);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("no video files"), "{faults:?}");
        assert!(faults[1].contains("none.mp4"), "{faults:?}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_called_a_video_and_is_no_file_is_said() {
        let words = Lang::En.words().console;
        let house = tempfile::tempdir().unwrap();
        let at = |name: &str| house.path().join(name);
        fs::write(at("film.mp4"), "film").unwrap();
        std::os::unix::fs::symlink(at("film.mp4"), at("link.mp4")).unwrap();
        std::os::unix::fs::symlink(at("nothing"), at("dangling.mp4")).unwrap();
        std::os::unix::fs::symlink("/dev/null", at("device.mp4")).unwrap();
        let given = [house.path().to_owned()];
        let (sources, faults) = expand(&given, Path::new("media"), words);
        let names: Vec<&str> = sources.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["film.mp4", "link.mp4"]);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(
            faults[0].contains("dangling.mp4: not uploaded"),
            "{faults:?}"
        );
        assert!(
            faults[1].contains("device.mp4: not uploaded. It is not a file."),
            "{faults:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn files_of_the_site_itself_are_refused_however_they_are_called() {
        let words = Lang::En.words().console;
        let house = tempfile::tempdir().unwrap();
        let at = |name: &str| house.path().join(name);
        for name in ["media", "media/.incoming", "mediathek"] {
            fs::create_dir(at(name)).unwrap();
        }
        for name in [
            "media/key.mp4",
            "media/.incoming/a.mp4",
            "mediathek/own.mp4",
        ] {
            fs::write(at(name), "film").unwrap();
        }
        let link = |of: &str, name: &str| std::os::unix::fs::symlink(at(of), at(name)).unwrap();
        link("media/key.mp4", "link.mp4");
        link("media", "folder");
        link("mediathek/own.mp4", "media/shortcut.mp4");
        let given = [
            "media/key.mp4",
            "media/.incoming/a.mp4",
            "mediathek/../media/key.mp4",
            "link.mp4",
            "folder/key.mp4",
            "folder",
            "mediathek/own.mp4",
        ];
        let given = given.map(at);
        // The folder itself may be given by a link, too.
        for media in ["media", "folder"] {
            let (sources, faults) = expand(&given, &at(media), words);
            // What only stands there by a link is not the site's.
            let names: Vec<&str> = sources.iter().map(|found| found.name.as_str()).collect();
            assert_eq!(names, ["shortcut.mp4", "own.mp4"], "{media}");
            assert_eq!(faults.len(), 6, "{faults:?}");
            assert!(
                faults
                    .iter()
                    .all(|fault| fault.contains("own media folder")),
                "{faults:?}"
            );
        }
    }
}
