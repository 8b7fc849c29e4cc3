//! Matroska's names for codecs (RFC 9559 §5.1.4.1.21; matroska.org, "Codec Mappings") in those of RFC 6381.
use super::super::codecs;

/// The codec with this identity and set-up; `None` for what has no name in a media type.
pub(super) fn name(id: &[u8], set_up: &[u8]) -> Option<String> {
    // A string may be filled up with zeros (RFC 8794 §7.4).
    let id = id.split(|&byte| byte == 0).next()?;
    let id = std::str::from_utf8(id).ok()?;
    let (name, rest) = match id {
        "V_VP8" => ("vp8", None),
        "V_VP9" => ("vp9", None),
        "V_AV1" => ("av01", codecs::av1(set_up)),
        "V_MPEG4/ISO/AVC" => ("avc1", codecs::avc(set_up)),
        "V_MPEGH/ISO/HEVC" => ("hvc1", codecs::hevc(set_up)),
        "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => ("mp4v", codecs::visual(set_up)),
        // ISO/IEC 14496-1's object types, as mp4ra.org lists them.
        "V_MPEG2" => ("mp4v.61", None),
        "V_MPEG1" => ("mp4v.6A", None),
        "V_THEORA" => ("theora", None),
        "V_FFV1" => ("ffv1", None),
        "V_PRORES" => return codecs::of_entry(*set_up.first_chunk::<4>()?, &[]),
        "A_OPUS" => ("opus", None),
        "A_VORBIS" => ("vorbis", None),
        "A_FLAC" => ("flac", None),
        "A_ALAC" => ("alac", None),
        "A_MPEG/L3" => ("mp4a.6B", None),
        "A_MPEG/L2" => ("mp2", None),
        "A_AC3" => ("ac-3", None),
        "A_EAC3" => ("ec-3", None),
        "A_DTS" => ("dtsc", None),
        "A_TRUEHD" | "A_MLP" => ("mlpa", None),
        "A_PCM/INT/LIT" | "A_PCM/INT/BIG" | "A_PCM/FLOAT/IEEE" => ("pcm", None),
        "A_AAC" => ("mp4a", codecs::aac(set_up)),
        // The same from before it had a set-up.
        _ if id.starts_with("A_AAC/") => ("mp4a", None),
        _ if id.starts_with("A_AC3/") => ("ac-3", None),
        _ if id.starts_with("A_DTS/") => ("dtsc", None),
        _ => return None,
    };
    Some(format!("{name}{}", rest.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn codecs_are_named_as_in_an_mp4() {
        for (id, set_up, expected) in [
            ("V_VP9", &[][..], Some("vp9")),
            ("V_MPEG4/ISO/AVC", &[1, 0x64, 0, 0x1f], Some("avc1.64001f")),
            ("V_MPEG4/ISO/AVC", &[], Some("avc1")),
            ("V_MPEG4/ISO/ASP", &[0, 0, 1, 0xb0, 9], Some("mp4v.20.9")),
            ("V_PRORES", b"apch", Some("apch")),
            ("V_PRORES", b"a", None),
            ("A_AAC", &[0x11, 0x90], Some("mp4a.40.2")),
            ("A_AAC/MPEG4/LC", &[], Some("mp4a")),
            ("A_EAC3", &[], Some("ec-3")),
            ("A_PCM/INT/LIT", &[], Some("pcm")),
            ("A_OPUS\0\0", &[], Some("opus")),
            ("V_MS/VFW/FOURCC", &[], None),
            ("", &[], None),
        ] {
            let found = name(id.as_bytes(), set_up);
            assert_eq!(found.as_deref(), expected, "{id}");
        }
    }
}
