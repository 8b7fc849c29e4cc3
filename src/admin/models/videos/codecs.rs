//! What common browsers will make of a file's codecs, in words for whoever uploads it.

use crate::words::{Catalogue, fill};

/// How many browsers play a codec.
#[derive(Clone, Copy, PartialEq)]
enum Plays {
    Everywhere,
    Somewhere,
    Nowhere,
    WithoutSound,
}

/// By the start of the codec's name, as RFC 6381 and `ingest` write it: what people call it, and
/// where it plays (MDN's tables of video and audio codecs).
const KNOWN: [(&str, &str, Plays); 30] = [
    ("avc", "H.264", Plays::Everywhere),
    ("av01", "AV1", Plays::Everywhere),
    ("vp08", "VP8", Plays::Everywhere),
    ("vp8", "VP8", Plays::Everywhere),
    ("vp09", "VP9", Plays::Everywhere),
    ("vp9", "VP9", Plays::Everywhere),
    ("mp4a", "AAC", Plays::Everywhere),
    ("opus", "Opus", Plays::Everywhere),
    ("vorbis", "Vorbis", Plays::Everywhere),
    ("flac", "FLAC", Plays::Everywhere),
    ("hvc1", "HEVC (H.265)", Plays::Somewhere),
    ("hev1", "HEVC (H.265)", Plays::Somewhere),
    ("dvh1", "Dolby Vision", Plays::Somewhere),
    ("dvhe", "Dolby Vision", Plays::Somewhere),
    ("theora", "Theora", Plays::Nowhere),
    ("ap4", "ProRes", Plays::Nowhere),
    ("apc", "ProRes", Plays::Nowhere),
    ("mp4v", "MPEG-4 Visual", Plays::Nowhere),
    ("jpeg", "Motion JPEG", Plays::Nowhere),
    ("mjp", "Motion JPEG", Plays::Nowhere),
    ("s263", "H.263", Plays::Nowhere),
    ("avdh", "DNxHR", Plays::Nowhere),
    ("avdn", "DNxHD", Plays::Nowhere),
    ("ac-3", "Dolby Digital", Plays::WithoutSound),
    ("ec-3", "Dolby Digital Plus", Plays::WithoutSound),
    ("samr", "AMR", Plays::WithoutSound),
    ("alac", "ALAC", Plays::WithoutSound),
    ("sowt", "PCM", Plays::WithoutSound),
    ("twos", "PCM", Plays::WithoutSound),
    ("lpcm", "PCM", Plays::WithoutSound),
];

/// A sentence for each codec that will not play everywhere; none for codecs nobody knows.
pub fn warnings(codecs: &str, t: &Catalogue) -> Vec<String> {
    let mut warnings = Vec::new();
    for codec in codecs.split(',') {
        let codec = codec.trim().to_ascii_lowercase();
        let known = KNOWN.iter().find(|(start, ..)| codec.starts_with(start));
        let Some((_, name, plays)) = known else {
            continue;
        };
        let sentence = match plays {
            Plays::Everywhere => continue,
            Plays::Somewhere => t.admin.codec_somewhere,
            Plays::Nowhere => t.admin.codec_nowhere,
            Plays::WithoutSound => t.admin.codec_silent,
        };
        let warning = fill(sentence, &[name]);
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::warnings;
    use crate::words::Lang;

    #[test]
    fn only_what_does_not_play_everywhere_is_warned_of() {
        let of = |codecs: &str| warnings(codecs, Lang::En.words());
        for fine in [
            "avc1.64001f,mp4a.40.2",
            "vp9,opus",
            "av01.0.08M.10",
            "",
            "?",
        ] {
            assert_eq!(of(fine), [] as [String; 0], "{fine}");
        }
        for (codecs, name) in [
            ("theora,vorbis", "Theora"),
            ("hvc1.1.6.L93.B0,mp4a.40.2", "HEVC"),
            ("hev1", "HEVC"),
            ("ap4h", "ProRes"),
            ("apcn,sowt", "ProRes"),
            ("mp4v.20.9", "MPEG-4"),
            ("avc1.64001f,ac-3", "Dolby"),
        ] {
            let warned = of(codecs);
            assert!(warned[0].contains(name), "{codecs}: {warned:?}");
        }
        assert_eq!(of("apcn,sowt").len(), 2);
    }
}
