//! The names that RFC 6381 §3.3 and the codecs' own registrations give to what an MP4 sample entry describes.
use super::{mp4::boxes, source::number};

/// Where the boxes begin in a picture's sample entry (ISO/IEC 14496-12 §12.1.3).
const VISUAL: usize = 78;

/// The codec of a sample entry of the given four-letter kind; the kind itself where no more is known of it, as RFC 6381
/// allows; `None` where it is not even printable.
pub(super) fn of_entry(kind: [u8; 4], entry: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(&kind).ok()?.trim_end();
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        || name.is_empty()
    {
        return None;
    }
    let full = match name {
        "avc1" | "avc2" | "avc3" | "avc4" => child(entry, VISUAL, b"avcC").and_then(avc),
        "hvc1" | "hev1" => child(entry, VISUAL, b"hvcC").and_then(hevc),
        "av01" => child(entry, VISUAL, b"av1C").and_then(av1),
        "vp08" | "vp09" => child(entry, VISUAL, b"vpcC").and_then(vp),
        "mp4v" => child(entry, VISUAL, b"esds").and_then(mpeg4),
        "mp4a" => sound(entry).and_then(mpeg4),
        _ => Some(String::new()),
    };
    let name = match name {
        // QuickTime's MP3 entry is written as the MPEG-4 one is: 0x6B is MPEG-1 audio (mp4ra.org).
        ".mp3" => "mp4a.6B",
        // The entry's own letters are "Opus" and "fLaC"; in a media type all browsers know the small ones.
        "Opus" => "opus",
        "fLaC" => "flac",
        name => name,
    };
    Some(format!("{name}{}", full.unwrap_or_default()))
}

/// ISO/IEC 14496-15 §5.3.3.1: profile, compatibility, level.
pub(super) fn avc(body: &[u8]) -> Option<String> {
    let [1, profile, compatibility, level, ..] = body else {
        return None;
    };
    Some(format!(".{profile:02x}{compatibility:02x}{level:02x}"))
}

/// ISO/IEC 14496-15 Annex E.3: profile, compatibility bits in reverse, tier and level, constraint bytes.
pub(super) fn hevc(body: &[u8]) -> Option<String> {
    let first = *body.get(1)?;
    let space = ["", "A", "B", "C"][usize::from(first >> 6)];
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let profile = first & 0x1f;
    let compatibility = u32::try_from(number::<4>(body, 2)?).ok()?.reverse_bits();
    let constraints = body.get(6..12)?;
    let level = body.get(12)?;
    let mut name = format!(".{space}{profile}.{compatibility:X}.{tier}{level}");
    let used = constraints.iter().rposition(|&byte| byte != 0);
    for byte in &constraints[..used.map_or(0, |last| last + 1)] {
        name.push_str(&format!(".{byte:X}"));
    }
    Some(name)
}

/// AV1 Codec ISO Media File Format Binding §5: profile, level and tier, bit depth.
pub(super) fn av1(body: &[u8]) -> Option<String> {
    let [_, first, second, ..] = body else {
        return None;
    };
    let (profile, level) = (first >> 5, first & 0x1f);
    let tier = if second & 0x80 == 0 { 'M' } else { 'H' };
    let depth = match (second & 0x40 != 0, second & 0x20 != 0) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Some(format!(".{profile}.{level:02}{tier}.{depth:02}"))
}

/// VP Codec ISO Media File Format Binding: profile, level, bit depth.
fn vp(body: &[u8]) -> Option<String> {
    let [_, _, _, _, profile, level, depth, ..] = body else {
        return None;
    };
    Some(format!(".{profile:02}.{level:02}.{:02}", depth >> 4))
}

/// The `esds` of a sound's sample entry. QuickTime's two later layouts are longer, and one hides it in `wave`.
fn sound(entry: &[u8]) -> Option<&[u8]> {
    let start = match number::<2>(entry, 8)? {
        1 => 44,
        2 => 64,
        _ => 28,
    };
    // ISO files say 1 as well, without being longer.
    child(entry, start, b"esds")
        .or_else(|| child(child(entry, start, b"wave")?, 0, b"esds"))
        .or_else(|| child(entry, 28, b"esds"))
}

/// ISO/IEC 14496-1 §7.2.6: the object type, and for MPEG-4 audio the kind of it, out of nested descriptors.
fn mpeg4(body: &[u8]) -> Option<String> {
    let stream = descriptor(body.get(4..)?, 3)?;
    let flags = *stream.get(2)?;
    let mut start = 3;
    if flags & 0x80 != 0 {
        start += 2;
    }
    if flags & 0x40 != 0 {
        start += 1 + usize::from(*stream.get(start)?);
    }
    if flags & 0x20 != 0 {
        start += 2;
    }
    let configuration = descriptor(stream.get(start..)?, 4)?;
    let object = *configuration.first()?;
    let specific = configuration.get(13..).and_then(|rest| descriptor(rest, 5));
    let rest = match object {
        0x40 => specific.and_then(aac),
        0x20 => specific.and_then(visual),
        _ => None,
    };
    Some(rest.unwrap_or_else(|| format!(".{object:02X}")))
}

/// MPEG-4 audio by its set-up (ISO/IEC 14496-3 §1.6.2.1): which kind of it.
pub(super) fn aac(set_up: &[u8]) -> Option<String> {
    let first = *set_up.first()?;
    let object = match first >> 3 {
        31 => 32 + ((first & 7) << 3 | set_up.get(1)? >> 5),
        object => object,
    };
    Some(format!(".40.{object}"))
}

/// MPEG-4 pictures by their set-up (ISO/IEC 14496-2 §6.2.2): profile and level, in decimals (RFC 6381 §3.3).
pub(super) fn visual(set_up: &[u8]) -> Option<String> {
    match set_up {
        [0, 0, 1, 0xb0, profile, ..] => Some(format!(".20.{profile}")),
        _ => Some(".20".to_owned()),
    }
}

/// The content of the descriptor that stands first, if it has this tag. A size is up to four groups of seven bits.
fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    if *bytes.first()? != tag {
        return None;
    }
    let mut size = 0;
    for at in 1..=4 {
        let byte = *bytes.get(at)?;
        size = size << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            let rest = &bytes[at + 1..];
            return Some(&rest[..size.min(rest.len())]);
        }
    }
    None
}

fn child<'a>(entry: &'a [u8], start: usize, wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(entry.get(start..)?).find_map(|(kind, body)| (&kind == wanted).then_some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visual(kind: &[u8; 4], configuration: &[u8]) -> Vec<u8> {
        let mut entry = vec![0; VISUAL];
        entry.extend_from_slice(&u32::to_be_bytes(8 + configuration.len() as u32));
        entry.extend_from_slice(kind);
        entry.extend_from_slice(configuration);
        entry
    }

    fn name(kind: &[u8; 4], entry: &[u8]) -> String {
        of_entry(*kind, entry).unwrap()
    }

    #[test]
    fn every_codec_is_named_as_it_is_registered() {
        let avc = visual(b"avcC", &[1, 0x64, 0, 0x1f, 0xff]);
        assert_eq!(name(b"avc1", &avc), "avc1.64001f");
        let hevc = visual(
            b"hvcC",
            &[1, 1, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93, 0xf0],
        );
        assert_eq!(name(b"hvc1", &hevc), "hvc1.1.6.L93.B0");
        let av1 = visual(b"av1C", &[0x81, 0x08, 0x4c, 0]);
        assert_eq!(name(b"av01", &av1), "av01.0.08M.10");
        let vp9 = visual(b"vpcC", &[1, 0, 0, 0, 0, 31, 0x82, 1, 1, 1]);
        assert_eq!(name(b"vp09", &vp9), "vp09.00.31.08");
        assert_eq!(name(b"Opus", &[]), "opus");
        assert_eq!(name(b"fLaC", &[]), "flac");
        assert_eq!(name(b".mp3", &[]), "mp4a.6B");
        assert_eq!(name(b"apch", &[]), "apch");
        assert_eq!(name(b"ac-3", &[]), "ac-3");
    }

    #[test]
    fn an_entry_without_its_configuration_has_its_short_name() {
        assert_eq!(name(b"avc1", &[]), "avc1");
        assert_eq!(name(b"mp4a", &[0; 28]), "mp4a");
        assert_eq!(of_entry(*b"\0\x01\"<", &[]), None);
        assert_eq!(of_entry(*b"    ", &[]), None);
    }
}
