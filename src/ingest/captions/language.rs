//! The languages captions may have, and how a file tells its own.

/// Their tags (BCP 47), in the order they are offered in.
pub const LANGUAGES: [&str; 24] = [
    "ko", "en", "ja", "zh-Hans", "zh-Hant", "vi", "th", "id", "fil", "mn", "ru", "uz", "ne", "km",
    "my", "hi", "ar", "es", "pt", "fr", "de", "it", "tr", "uk",
];

/// Names that files carry in place of a tag: ISO 639-2 and what people write.
pub(super) const OTHERS: [(&str, &str); 26] = [
    ("kor", "ko"),
    ("kr", "ko"),
    ("korean", "ko"),
    ("한국어", "ko"),
    ("한글", "ko"),
    ("eng", "en"),
    ("english", "en"),
    ("영어", "en"),
    ("jpn", "ja"),
    ("jp", "ja"),
    ("japanese", "ja"),
    ("일본어", "ja"),
    ("zh", "zh-Hans"),
    ("zh-cn", "zh-Hans"),
    ("chi", "zh-Hans"),
    ("zho", "zh-Hans"),
    ("zh-tw", "zh-Hant"),
    ("zh-hk", "zh-Hant"),
    ("vie", "vi"),
    ("tha", "th"),
    ("rus", "ru"),
    ("spa", "es"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("deu", "de"),
    ("ger", "de"),
];

/// The tag as it stands in [`LANGUAGES`], if it does.
pub fn known(tag: &str) -> Option<&'static str> {
    let mut all = LANGUAGES.into_iter();
    all.find(|known| known.eq_ignore_ascii_case(tag))
}

/// The language a file's name tells: `강의.ko.srt`, `lesson_en-US.vtt`, `film.kor.forced.srt`.
pub fn proposed(file_name: &str) -> Option<&'static str> {
    let (stem, _) = file_name.rsplit_once('.')?;
    let mut parts = stem.split(['.', ' ', '(', ')', '[', ']']).rev();
    // The first part is the film's own name: “it.srt” is no Italian.
    let count = parts.clone().count();
    let dotted = parts.by_ref().take((count - 1).min(2));
    let underlined = stem.rsplit_once('_').map(|(_, end)| end);
    dotted.chain(underlined).find_map(told)
}

fn told(part: &str) -> Option<&'static str> {
    let part = part.to_lowercase().replace('_', "-");
    let whole = |name: &str| {
        let other = OTHERS.iter().find(|(other, _)| *other == name);
        known(name).or(other.map(|(_, tag)| *tag))
    };
    whole(&part).or_else(|| {
        let (primary, region) = part.split_once('-')?;
        // en-US is English; e-book is no language.
        (matches!(region.len(), 2..=4) && primary.len() == 2)
            .then(|| whole(primary))
            .flatten()
    })
}

/// The language that letters belong to alone.
pub(super) fn of_letters<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let (mut letters, mut hangul, mut kana) = (0_usize, 0_usize, 0_usize);
    for letter in texts
        .flat_map(str::chars)
        .filter(|letter| letter.is_alphabetic())
    {
        letters += 1;
        match letter {
            '가'..='힣' => hangul += 1,
            'ぁ'..='ヿ' => kana += 1,
            _ => {}
        }
    }
    if hangul * 3 > letters {
        Some("ko")
    } else if kana * 5 > letters {
        Some("ja")
    } else {
        None
    }
}
