//! What a video file is and where it plays, in words for whoever uploads it.

use crate::{
    videos::{
        playable::{self, Limit},
        store::File,
    },
    words::{Catalogue, facts::Words, fill, format},
};

/// A file in words.
pub struct Described {
    /// Each fact's name and what it is.
    pub facts: Vec<(&'static str, String)>,
    /// What keeps it from playing everywhere, a sentence each.
    pub warnings: Vec<String>,
    /// The line for `ffmpeg` that helps, when something does not play.
    pub remedy: Option<String>,
}

impl Described {
    /// A file as whoever reads `t` reads it.
    pub fn new(file: &File, t: &Catalogue) -> Described {
        let (admin, words) = (t.admin, t.facts);
        let dimensions = file.width.zip(file.height);
        let facts = [
            (admin.size, Some(format::size(file.size))),
            (admin.duration, file.duration.map(format::duration)),
            (
                admin.dimensions,
                dimensions.map(|(w, h)| format!("{w} × {h}")),
            ),
            (words.container, container(file)),
            (admin.codecs, file.codecs.clone()),
            (words.rotation, rotation(file, words)),
            (words.frame_rate, frame_rate(file, words)),
            (words.bit_rate, file.bit_rate().map(format::bit_rate)),
            (words.audio, audio(file, words)),
            (words.start, start(file, words)),
        ];
        Described {
            facts: facts
                .into_iter()
                .map(|(name, fact)| (name, fact.unwrap_or_else(|| words.unknown.to_owned())))
                .collect(),
            warnings: warnings(file, words),
            remedy: playable::remedy(file),
        }
    }
}

/// A sentence for each part of a file that will not play everywhere.
pub fn warnings(file: &File, words: &Words) -> Vec<String> {
    let limits = playable::limits(file).into_iter();
    let sentences =
        limits.filter_map(|(name, limit)| Some(fill(sentence(name, limit, words)?, &[&name])));
    sentences.collect()
}

fn sentence(name: &str, limit: Limit, words: &Words) -> Option<&'static str> {
    Some(match limit {
        Limit::None => return None,
        Limit::Hevc => words.hevc,
        Limit::Hev1 => words.hev1,
        Limit::Av1 => words.av1,
        Limit::Deep => words.deep,
        Limit::SomePicture => words.some_picture,
        Limit::NoPicture => words.no_picture,
        Limit::Dolby => words.dolby,
        Limit::AppleSound => words.apple_sound,
        Limit::SomeSound => words.some_sound,
        Limit::NoSound => words.no_sound,
        Limit::Matroska => words.matroska,
        Limit::Unknown if name.is_empty() => words.nameless,
        Limit::Unknown => words.not_known,
    })
}

fn container(file: &File) -> Option<String> {
    let name = file.facts.container.as_deref()?;
    let known = match name {
        "mp4" => "MP4",
        "m4v" => "M4V (MP4)",
        "mov" => "QuickTime (MOV)",
        "webm" => "WebM",
        "mkv" => "Matroska (MKV)",
        "ogg" => "Ogg",
        other => other,
    };
    Some(known.to_owned())
}

fn rotation(file: &File, words: &Words) -> Option<String> {
    Some(match file.facts.rotation? {
        0 => words.rotation_none.to_owned(),
        degrees => fill(words.rotation_degrees, &[&degrees.to_string()]),
    })
}

fn frame_rate(file: &File, words: &Words) -> Option<String> {
    let thousandths = file.facts.frame_rate?;
    let hundredths = (thousandths + 5) / 10;
    let number = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let number = number.trim_end_matches('0').trim_end_matches('.');
    Some(fill(words.frame_rate_value, &[&number]))
}

fn audio(file: &File, words: &Words) -> Option<String> {
    let tags = file.facts.audio_languages.as_deref()?;
    if tags.is_empty() {
        return Some(words.audio_none.to_owned());
    }
    let tags: Vec<&str> = tags.split(',').collect();
    let count = tags.len().to_string();
    if tags.iter().all(|tag| *tag == "und") {
        return Some(fill(words.audio_tracks, &[&count]));
    }
    let names: Vec<&str> = tags.iter().map(|tag| language(tag, words)).collect();
    Some(fill(words.audio_languages, &[&count, &names.join(", ")]))
}

/// By ISO 639-1 and both kinds of 639-2; another language's tag stands for itself.
fn language<'a>(tag: &'a str, words: &Words) -> &'a str {
    match tag.split('-').next().unwrap_or_default() {
        "ko" | "kor" => words.korean,
        "en" | "eng" => words.english,
        "ja" | "jpn" => words.japanese,
        "zh" | "zho" | "chi" => words.chinese,
        "fr" | "fra" | "fre" => words.french,
        "de" | "deu" | "ger" => words.german,
        "es" | "spa" => words.spanish,
        "ru" | "rus" => words.russian,
        "vi" | "vie" => words.vietnamese,
        "und" => words.language_unsaid,
        _ => tag,
    }
}

fn start(file: &File, words: &Words) -> Option<String> {
    let is_mp4 = file.content_type == "video/mp4";
    let sentence = match file.facts.starts_fast? {
        true => words.starts_fast,
        false if is_mp4 => words.starts_late,
        false => words.seeks_late,
    };
    Some(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{storage::Key, videos::store::Facts, words::Lang};

    fn file() -> File {
        let key = Key::random("mp4").unwrap();
        File::plain(key, String::new(), "video/mp4", 1_500_000)
    }

    fn said(file: &File) -> Vec<String> {
        let described = Described::new(file, Lang::En.words());
        described.facts.into_iter().map(|(_, fact)| fact).collect()
    }

    #[test]
    fn what_is_not_known_is_said_to_be_unknown() {
        let mut expected = vec!["1.4 MB"];
        expected.extend(["unknown"; 9]);
        assert_eq!(said(&file()), expected);
        let described = Described::new(&file(), Lang::Ko.words());
        assert!(described.warnings.is_empty() && described.remedy.is_none());
    }

    #[test]
    fn every_fact_is_said_in_words() {
        let mut known = file();
        known.duration = Some(4_000);
        (known.width, known.height) = (Some(1080), Some(1920));
        known.codecs = Some("avc1.64001f,mp4a.40.2".to_owned());
        known.facts = Facts {
            container: Some("mov".to_owned()),
            rotation: Some(90),
            frame_rate: Some(29_970),
            audio_languages: Some("kor,und,tlh".to_owned()),
            starts_fast: Some(false),
        };
        assert_eq!(
            said(&known)[2..],
            [
                "1080 × 1920",
                "QuickTime (MOV)",
                "avc1.64001f,mp4a.40.2",
                "90° clockwise",
                "29.97 frames per second",
                "3.0 Mbps",
                "3 (Korean, language not stated, tlh)",
                "Late on a slow line (the index is at the end of the file)",
            ]
        );
        known.facts.audio_languages = Some(String::new());
        known.facts.frame_rate = Some(30_000);
        known.content_type = "video/webm".to_owned();
        let said = said(&known);
        assert_eq!((&*said[6], &*said[8]), ("30 frames per second", "none"));
        assert!(said[9].starts_with("At once, but"), "{}", said[9]);
    }

    #[test]
    fn what_does_not_play_everywhere_is_said_with_what_to_do() {
        let mut known = file();
        known.facts.container = Some("mkv".to_owned());
        known.codecs = Some("hvc1.1.6.L93.B0,ac-3".to_owned());
        for t in [Lang::Ko.words(), Lang::En.words()] {
            let described = Described::new(&known, t);
            for (sentence, name) in described.warnings.iter().zip(["HEVC", "AC-3", "MKV"]) {
                assert!(sentence.contains(name), "{sentence}");
            }
            assert_eq!(described.warnings.len(), 3);
            let remedy = described.remedy.unwrap();
            assert!(remedy.contains("libx264") && remedy.contains("aac"));
        }
    }
}
