//! What is said of videos: one text for all of them, or one beside each.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use crate::{
    cli::output::plain,
    videos::DESCRIPTION_LIMIT,
    words::{console::Words, fill, format},
};

/// Endings of the descriptions beside videos, the first that is there.
const TEXTS: [&str; 2] = ["txt", "md"];

/// The word for descriptions beside the videos.
const BESIDE: &str = "beside";

/// The largest file of a description, in bytes: of letters of four bytes each.
const TEXT_LIMIT: u64 = DESCRIPTION_LIMIT as u64 * 4;

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
    let name = plain(path.display());
    let unreadable = |error: io::Error| {
        let fault = fill(words.upload_unreadable, &[&error]);
        format!("{name}: {fault}")
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(format!("{name}: {}", words.upload_not_a_file));
    }
    let mut bytes = Vec::new();
    if metadata.len() <= TEXT_LIMIT {
        let file = File::open(path).map_err(unreadable)?;
        let mut file = file.take(TEXT_LIMIT + 1);
        file.read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if metadata.len().max(bytes.len() as u64) > TEXT_LIMIT {
        let most = format::size(TEXT_LIMIT as i64);
        return Err(fill(words.upload_text_too_large, &[&name, &most]));
    }
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| fill(words.upload_not_text, &[&name]))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

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
        // A folder, and what never ends, are no texts.
        let refused = |path: &Path| match Descriptions::read(Some(path), words) {
            Ok(_) => panic!("{path:?}"),
            Err(fault) => fault,
        };
        assert!(refused(house.path()).contains("not a file"));
        #[cfg(unix)]
        assert!(refused(Path::new("/dev/zero")).contains("not a file"));
        // As long as a description can be, and a byte longer.
        fs::write(at("four.txt"), "👏".repeat(DESCRIPTION_LIMIT)).unwrap();
        assert!(of(&beside, "four.mp4").is_ok());
        fs::write(at("four.txt"), "a".repeat(DESCRIPTION_LIMIT * 4 + 1)).unwrap();
        assert!(of(&beside, "four.mp4").unwrap_err().contains("too large"));
        assert!(refused(&at("four.txt")).contains("too large"));
    }
}
