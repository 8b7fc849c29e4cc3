//! Which files are meant, what they are called, and what is said of them.

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

/// Endings of the descriptions beside videos, the first that is there.
const TEXTS: [&str; 2] = ["txt", "md"];

/// The word for descriptions beside the videos.
const BESIDE: &str = "beside";

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
/// sentence each.
pub(super) fn expand(given: &[PathBuf], words: &Words) -> (Vec<Source>, Vec<String>) {
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    for path in given {
        let found = if path.is_dir() {
            folder(path, words)
        } else {
            source(path, words).map(|source| vec![source])
        };
        match found {
            Ok(found) => sources.extend(found),
            Err(fault) => faults.push(fill(words.upload_fault, &[&path.display(), &fault])),
        }
    }
    (sources, faults)
}

fn folder(folder: &Path, words: &Words) -> Result<Vec<Source>, String> {
    let unreadable = |error| fill(words.upload_unreadable, &[&error]);
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if is_video(&path) && path.is_file() {
            sources.push(source(&path, words)?);
        }
    }
    if sources.is_empty() {
        return Err(words.upload_empty_folder.to_owned());
    }
    sources.sort_by_cached_key(|source| (text::key(&source.name), source.path.clone()));
    Ok(sources)
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

fn source(path: &Path, words: &Words) -> Result<Source, String> {
    let metadata = fs::metadata(path).map_err(|error| fill(words.upload_unreadable, &[&error]))?;
    if !metadata.is_file() {
        return Err(words.upload_not_a_file.to_owned());
    }
    let name = name_in(&path.file_name().unwrap_or_default().to_string_lossy());
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
        Some((stem, ending)) if !stem.trim().is_empty() && !ending.is_empty() => stem,
        _ => name,
    };
    stem.trim().chars().take(TITLE_LIMIT).collect()
}

/// Where descriptions come from.
pub(super) enum Descriptions {
    /// The same for all; mostly empty.
    One(String),
    /// From texts beside the videos.
    Beside,
}

impl Descriptions {
    /// From `--description-from`.
    pub fn read(from: Option<&Path>, words: &Words) -> Result<Descriptions, String> {
        match from {
            None => Ok(Descriptions::One(String::new())),
            Some(path) if path == Path::new(BESIDE) => Ok(Descriptions::Beside),
            Some(path) => read(path, words).map(Descriptions::One),
        }
    }

    /// The description of a video.
    pub fn of(&self, video: &Path, words: &Words) -> Result<String, String> {
        match self {
            Descriptions::One(text) => Ok(text.clone()),
            Descriptions::Beside => {
                let texts = TEXTS.iter().map(|ending| video.with_extension(ending));
                let mut texts = texts.filter(|text| text.is_file());
                let text = texts.next().map(|text| read(&text, words));
                text.unwrap_or_else(|| Ok(String::new()))
            }
        }
    }
}

fn read(path: &Path, words: &Words) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| {
        let fault = fill(words.upload_unreadable, &[&error]);
        format!("{}: {fault}", path.display())
    })?;
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| fill(words.upload_not_text, &[&path.display()]))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
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
        let (sources, faults) = expand(&given, words);
        let titles: Vec<&str> = sources.iter().map(|found| found.title.as_str()).collect();
        assert_eq!(titles, ["A", "b", "가", "나"]);
        assert_eq!(sources[2].len, "가.webm".len() as u64);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("no video files"), "{faults:?}");
        assert!(faults[1].contains("none.mp4"), "{faults:?}");
    }

    #[test]
    fn descriptions_stand_in_one_file_or_beside_each() {
        let words = Lang::En.words().console;
        let house = tempfile::tempdir().unwrap();
        let at = |name: &str| house.path().join(name);
        fs::write(at("one.txt"), "\u{feff}설명").unwrap();
        fs::write(at("two.md"), "# 둘").unwrap();
        fs::write(at("cp949.txt"), [0xbc, 0xb3, 0xb8, 0xed]).unwrap();
        let of = |from: &Descriptions, name: &str| from.of(&at(name), words);
        let beside = Descriptions::read(Some(Path::new("beside")), words).unwrap();
        assert_eq!(of(&beside, "one.mp4").as_deref(), Ok("설명"));
        assert_eq!(of(&beside, "two.mp4").as_deref(), Ok("# 둘"));
        assert_eq!(of(&beside, "three.mp4").as_deref(), Ok(""));
        assert!(of(&beside, "cp949.mp4").unwrap_err().contains("UTF-8"));
        let one = Descriptions::read(Some(&at("two.md")), words).unwrap();
        assert_eq!(of(&one, "one.mp4").as_deref(), Ok("# 둘"));
        assert!(Descriptions::read(Some(&at("none")), words).is_err());
    }
}
