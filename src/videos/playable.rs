//! Where a video plays: which browsers have its codecs and its container (MDN, "Web video codec guide" and "Web audio
//! codec guide"), and what a `<source>` may say of it.

use super::store::File;

/// What keeps a part of a file from playing everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nothing does.
    None,
    /// HEVC: on Apple's devices, elsewhere with a decoder in the device only.
    Hevc,
    /// HEVC under the name that Apple's players refuse.
    Hev1,
    /// AV1: not on Apple's devices without a decoder for it.
    Av1,
    /// H.264 in 10 bits or with more colour than 4:2:0: not on telephones and television sets.
    Deep,
    /// A picture that some play.
    SomePicture,
    /// A picture that hardly any browser plays.
    NoPicture,
    /// Dolby's sounds: Safari and Edge.
    Dolby,
    /// Apple's sounds: Safari.
    AppleSound,
    /// A sound that some play.
    SomeSound,
    /// A sound that hardly any browser plays.
    NoSound,
    /// The container: Chromium's browsers.
    Matroska,
    /// Nobody knows.
    Unknown,
}

impl Limit {
    /// Whether it is the sound's, and the picture plays all the same.
    pub fn is_of_sound(self) -> bool {
        use Limit::{AppleSound, Dolby, NoSound, SomeSound};
        matches!(self, Dolby | AppleSound | SomeSound | NoSound)
    }
}

/// By the start of a codec's name, as RFC 6381 and `ingest` write it; the first that fits: what people call it, and
/// what keeps it from playing.
const KNOWN: &[(&str, &str, Limit)] = &[
    ("avc", "H.264", Limit::None),
    ("av01", "AV1", Limit::Av1),
    ("vp08", "VP8", Limit::None),
    ("vp8", "VP8", Limit::None),
    ("vp09", "VP9", Limit::None),
    ("vp9", "VP9", Limit::None),
    ("hvc1", "HEVC (H.265)", Limit::Hevc),
    ("hev1", "HEVC (H.265)", Limit::Hev1),
    ("dvh1", "Dolby Vision", Limit::SomePicture),
    ("dvhe", "Dolby Vision", Limit::SomePicture),
    ("theora", "Theora", Limit::NoPicture),
    ("ap4", "ProRes", Limit::NoPicture),
    ("apc", "ProRes", Limit::NoPicture),
    ("mp4v.61", "MPEG-2", Limit::NoPicture),
    ("mp4v.6a", "MPEG-1", Limit::NoPicture),
    ("mp4v", "MPEG-4 Visual", Limit::NoPicture),
    ("jpeg", "Motion JPEG", Limit::NoPicture),
    ("mjp", "Motion JPEG", Limit::NoPicture),
    ("s263", "H.263", Limit::NoPicture),
    ("h263", "H.263", Limit::NoPicture),
    ("avdh", "DNxHR", Limit::NoPicture),
    ("avdn", "DNxHD", Limit::NoPicture),
    ("cfhd", "CineForm", Limit::NoPicture),
    ("ffv1", "FFV1", Limit::NoPicture),
    ("encv", "DRM", Limit::NoPicture),
    ("drmi", "DRM", Limit::NoPicture),
    ("mp4a.40.42", "xHE-AAC", Limit::SomeSound),
    ("mp4a.a5", "Dolby Digital", Limit::Dolby),
    ("mp4a.a6", "Dolby Digital Plus", Limit::Dolby),
    ("mp4a.a9", "DTS", Limit::NoSound),
    ("mp4a.6b", "MP3", Limit::None),
    ("mp4a.69", "MP3", Limit::None),
    ("mp4a", "AAC", Limit::None),
    ("opus", "Opus", Limit::None),
    ("vorbis", "Vorbis", Limit::None),
    ("flac", "FLAC", Limit::None),
    ("ac-3", "Dolby Digital (AC-3)", Limit::Dolby),
    ("ec-3", "Dolby Digital Plus (E-AC-3)", Limit::Dolby),
    ("ac-4", "Dolby AC-4", Limit::NoSound),
    ("mlpa", "Dolby TrueHD", Limit::NoSound),
    ("dts", "DTS", Limit::NoSound),
    ("samr", "AMR", Limit::NoSound),
    ("sawb", "AMR", Limit::NoSound),
    ("speex", "Speex", Limit::NoSound),
    ("mp2", "MP2", Limit::NoSound),
    ("enca", "DRM", Limit::NoSound),
    ("alac", "ALAC", Limit::AppleSound),
    ("sowt", "PCM", Limit::SomeSound),
    ("twos", "PCM", Limit::SomeSound),
    ("lpcm", "PCM", Limit::SomeSound),
    ("ipcm", "PCM", Limit::SomeSound),
    ("in24", "PCM", Limit::SomeSound),
    ("in32", "PCM", Limit::SomeSound),
    ("fl32", "PCM", Limit::SomeSound),
    ("fl64", "PCM", Limit::SomeSound),
    ("pcm", "PCM", Limit::SomeSound),
];

/// What people call a codec, and what keeps it from playing.
fn known(codec: &str) -> (&str, Limit) {
    let small = codec.to_ascii_lowercase();
    if let Some(("avc1" | "avc3", rest)) = small.split_once('.')
        && !["42", "4d", "58", "64"]
            .iter()
            .any(|profile| rest.starts_with(profile))
    {
        return ("H.264", Limit::Deep);
    }
    let known = KNOWN.iter().find(|(start, ..)| small.starts_with(start));
    known.map_or((codec, Limit::Unknown), |(_, name, limit)| (name, *limit))
}

/// What people call each of a list of codecs, the same for all names that a codec has in its containers.
pub fn names(codecs: &str) -> Vec<&str> {
    codecs
        .split(',')
        .map(|codec| known(codec.trim()).0)
        .collect()
}

/// A file's codecs: the picture's, then the sound's.
fn codecs(file: &File) -> impl Iterator<Item = &str> {
    let list = file.codecs.as_deref().unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|codec| !codec.is_empty())
}

/// What keeps a file from playing everywhere: the name of each part that does, and why. Nothing is said of a file of
/// which nothing is known.
pub fn limits(file: &File) -> Vec<(&str, Limit)> {
    let mut limits: Vec<(&str, Limit)> = codecs(file)
        .map(known)
        .filter(|(_, limit)| *limit != Limit::None)
        .collect();
    limits.dedup();
    match file.facts.container.as_deref() {
        Some("mkv") => limits.push(("MKV", Limit::Matroska)),
        Some(_) if file.codecs.is_none() => limits.push(("", Limit::Unknown)),
        _ => {}
    }
    limits
}

/// The line for `ffmpeg` that makes a file of it which plays everywhere, when it does not yet: what is right already
/// is copied as it is.
pub fn remedy(file: &File) -> Option<String> {
    let limits = limits(file);
    if limits.is_empty() {
        return None;
    }
    let mut codecs = codecs(file);
    let (picture, sound) = (codecs.next().unwrap_or_default(), codecs.next());
    let plays = |codec: &str| known(codec).1 == Limit::None;
    let from = file.facts.container.as_deref().unwrap_or("mp4");
    let sound_is = |names: &[&str]| sound.is_none_or(|sound| names.contains(&sound));
    if picture.starts_with("vp") && from != "mp4" {
        let sound = if sound_is(&["opus", "vorbis"]) {
            "copy"
        } else {
            "libopus"
        };
        return Some(format!(
            "ffmpeg -i input.{from} -c:v copy -c:a {sound} output.webm"
        ));
    }
    let picture = if plays(picture) {
        "copy"
    } else {
        "libx264 -crf 20 -pix_fmt yuv420p"
    };
    let is_fine = sound.is_none_or(|sound| sound.starts_with("mp4a") && plays(sound));
    let sound = if is_fine { "copy" } else { "aac -b:a 192k" };
    Some(format!(
        "ffmpeg -i input.{from} -c:v {picture} -c:a {sound} -movflags +faststart output.mp4"
    ))
}

/// The sound that most browsers leave out while they show the picture, by name, and a media type to ask for it.
pub fn silent(file: &File) -> Option<(&str, String)> {
    let sound = codecs(file).nth(1)?;
    let (name, limit) = known(sound);
    let is_silent = limit.is_of_sound() && limit != Limit::SomeSound;
    is_silent.then(|| (name, with_codecs(file, &[sound])))
}

/// The `type` of each `<source>`, in this order and all of the same address.
///
/// A browser passes a source over when it does not know a codec in it, though it might play the rest, or know the codec
/// by another name. So only names that are certain are told, and a second source names the picture alone where the
/// sound might be the reason.
pub fn source_types(file: &File) -> Vec<String> {
    let mut codecs = codecs(file);
    let picture = codecs.next().filter(|codec| is_certain(file, codec));
    let Some(picture) = picture else {
        return vec![file.content_type.clone()];
    };
    let alone = with_codecs(file, &[picture]);
    match codecs.next() {
        None => vec![alone],
        Some(sound) if !is_certain(file, sound) => vec![alone],
        Some(sound) => {
            let both = with_codecs(file, &[picture, sound]);
            let plays_with = ["video/webm", "video/ogg"].contains(&file.content_type.as_str());
            if plays_with || sound.starts_with("mp4a") {
                vec![both]
            } else {
                vec![both, alone]
            }
        }
    }
}

fn with_codecs(file: &File, codecs: &[&str]) -> String {
    format!("{}; codecs=\"{}\"", file.content_type, codecs.join(","))
}

/// Whether a codec's name is whole and such as browsers know it in this container.
fn is_certain(file: &File, codec: &str) -> bool {
    let mut parts = codec.split('.');
    let (name, rest) = (parts.next().unwrap_or_default(), parts.count());
    let of_webm = matches!(codec, "vp8" | "vp9" | "opus" | "vorbis") || name == "av01" && rest == 3;
    match file.content_type.as_str() {
        "video/webm" => of_webm,
        "video/ogg" => matches!(codec, "theora" | "vorbis" | "opus" | "flac"),
        "video/mp4" | "video/x-matroska" => match name {
            "avc1" | "avc3" => codec.len() == "avc1.64001f".len(),
            "hvc1" | "hev1" => rest >= 3,
            "av01" => rest == 3,
            "vp09" => rest >= 3,
            "vp8" | "vp9" | "vorbis" => file.content_type == "video/x-matroska",
            "mp4v" => rest == 2,
            "mp4a" => matches!(codec, "mp4a.40.2" | "mp4a.40.5" | "mp4a.40.29" | "mp4a.6B"),
            "ac-3" | "ec-3" | "opus" | "flac" => true,
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests;
