//! What a file is, from its first bytes. Its name is never asked.
//!
//! The `infer` crate is not used for this: it takes any RIFF-less `WEBP`, four of PNG's eight bytes, a fixed list of
//! MP4 brands without today's (`iso7` and later, `cmfc`, `3gp5`), and does not look into Ogg at all.
use super::{matroska, ogg};

/// How many bytes of a file's beginning are enough to tell its kind: all of an Ogg file's first pages.
pub const HEAD: usize = 8 * 1024;

/// The kinds of video that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoKind {
    /// ISO base media, ISO/IEC 14496-12.
    Mp4,
    /// Apple's MP4.
    M4v,
    /// QuickTime.
    Mov,
    /// WebM: Matroska with the document type `webm`.
    WebM,
    /// Any other Matroska.
    Matroska,
    /// Ogg with a Theora track.
    Ogg,
}

impl VideoKind {
    /// The extension of the stored file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::M4v => "m4v",
            Self::Mov => "mov",
            Self::WebM => "webm",
            Self::Matroska => "mkv",
            Self::Ogg => "ogv",
        }
    }

    /// The container's name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::M4v => "m4v",
            Self::Mov => "mov",
            Self::WebM => "webm",
            Self::Matroska => "mkv",
            Self::Ogg => "ogg",
        }
    }

    /// The media type to send, in `Content-Type` and in `<source type>`.
    ///
    /// M4V and MOV go out as `video/mp4`: Chromium (156) answers `canPlayType("video/quicktime")` with no and passes such
    /// a `<source>` over without trying; told `video/mp4` it plays both, since the containers are one family and the
    /// codecs inside decide. Ogg is what its own type says, but no current Chromium decodes Theora: it plays the sound
    /// under a black picture. Matroska has been `video/matroska` since RFC 9559, but is known by its old name; Chromium
    /// plays it, others may not.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Mp4 | Self::M4v | Self::Mov => "video/mp4",
            Self::WebM => "video/webm",
            Self::Matroska => "video/x-matroska",
            Self::Ogg => "video/ogg",
        }
    }
}

/// The kinds of picture that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// ITU-T T.81.
    Jpeg,
    /// W3C PNG.
    Png,
    /// RFC 9649.
    WebP,
}

impl ImageKind {
    /// The extension of the stored file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    /// The media type to send.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

/// The kinds of file that are told apart among those that are saved rather than shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A picture that thumbnails may be too.
    Image(ImageKind),
    /// GIF89a Specification; GIF87a.
    Gif,
    /// ISO 32000-2.
    Pdf,
    /// PKWARE's APPNOTE; also the documents that are made of it, such as DOCX and HWPX.
    Zip,
    /// Anything else.
    Other,
}

impl FileKind {
    /// The extension of the stored file.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Image(kind) => kind.extension(),
            Self::Gif => "gif",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
            Self::Other => "bin",
        }
    }

    /// The media type to send. What is not known for certain has none that a browser would open.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Image(kind) => kind.content_type(),
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
            Self::Other => "application/octet-stream",
        }
    }

    /// Whether a page may show it.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Image(_) | Self::Gif)
    }
}

/// The kind of video whose first [`HEAD`] bytes (or all, of a shorter file) these are; `None` for anything that is not
/// taken, sound alone included.
pub fn sniff_video(head: &[u8]) -> Option<VideoKind> {
    if let Some(name) = matroska::document_type(head) {
        match name {
            b"webm" => Some(VideoKind::WebM),
            b"matroska" => Some(VideoKind::Matroska),
            _ => None,
        }
    } else if ogg::has_theora(head) {
        Some(VideoKind::Ogg)
    } else if head.get(4..8)? == b"ftyp" {
        sniff_brands(head)
    } else {
        sniff_old_quicktime(head)
    }
}

/// The kind of picture whose first bytes these are; `None` for anything that is not taken.
pub fn sniff_image(head: &[u8]) -> Option<ImageKind> {
    if let [0xff, 0xd8, 0xff, marker, ..] = head
        && *marker >= 0xc0
    {
        Some(ImageKind::Jpeg)
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") && head.get(12..16) == Some(b"IHDR") {
        Some(ImageKind::Png)
    } else if head.starts_with(b"RIFF")
        && head.get(8..12) == Some(b"WEBP")
        && matches!(head.get(12..16), Some(b"VP8 " | b"VP8L" | b"VP8X"))
    {
        Some(ImageKind::WebP)
    } else {
        None
    }
}

/// What a file is whose first bytes these are.
pub fn sniff_file(head: &[u8]) -> FileKind {
    if let Some(kind) = sniff_image(head) {
        FileKind::Image(kind)
    } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        FileKind::Gif
    } else if head.starts_with(b"%PDF-") {
        FileKind::Pdf
    } else if head.starts_with(b"PK\x03\x04") {
        FileKind::Zip
    } else {
        FileKind::Other
    }
}

/// By the brands of `ftyp` (ISO/IEC 14496-12 §4.3; the list is kept by the MP4 Registration Authority, mp4ra.org).
fn sniff_brands(head: &[u8]) -> Option<VideoKind> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    let end = usize::try_from(size).ok()?.min(head.len());
    let major = head.get(8..12)?;
    let compatible = head.get(16..end).unwrap_or_default();
    match major {
        b"qt  " => return Some(VideoKind::Mov),
        b"M4V " | b"M4VH" | b"M4VP" => return Some(VideoKind::M4v),
        // Sound.
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " | b"aax " => return None,
        // Pictures: HEIF, AVIF, JPEG 2000, Canon's raw.
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"mif2" | b"msf1"
        | b"avif" | b"avis" | b"jp2 " | b"jpx " | b"jpm " | b"crx " => return None,
        _ => {}
    }
    let (brands, _) = compatible.as_chunks::<4>();
    let mut brands = brands.iter().map(<[u8; 4]>::as_slice).chain([major]);
    if brands.clone().any(is_mp4) {
        Some(VideoKind::Mp4)
    } else {
        brands
            .any(|brand| brand == b"qt  ")
            .then_some(VideoKind::Mov)
    }
}

fn is_mp4(brand: &[u8]) -> bool {
    matches!(
        brand,
        [b'i', b's', b'o', _] | [b'm', b'p', b'4', _] | [b'3', b'g', ..] | [b'c', b'm', b'f', _]
    ) || matches!(
        brand,
        b"avc1" | b"hvc1" | b"av01" | b"dash" | b"msdh" | b"MSNV" | b"F4V " | b"f4v " | b"mmp4"
    )
}

/// A QuickTime file from before `ftyp` begins with one of its own boxes (QuickTime File Format, "Overview").
fn sniff_old_quicktime(head: &[u8]) -> Option<VideoKind> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    let known = matches!(
        head.get(4..8)?,
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot"
    );
    // 1 announces a 64-bit size, 0 a box that reaches to the end; a box is never shorter than its own head.
    (known && !(2..8).contains(&size)).then_some(VideoKind::Mov)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media");
        let mut bytes = std::fs::read(path.join(name)).unwrap();
        bytes.truncate(HEAD);
        bytes
    }

    fn ftyp(major: &str, compatible: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::from(u32::to_be_bytes(16 + 4 * compatible.len() as u32));
        bytes.extend_from_slice(b"ftyp");
        bytes.extend_from_slice(major.as_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend(compatible.concat().as_bytes());
        bytes.extend_from_slice(b"\0\0\0\x08free");
        bytes
    }

    #[test]
    fn every_kind_of_video_is_known_by_its_content() {
        for (name, kind) in [
            ("short.mp4", VideoKind::Mp4),
            ("long.mp4", VideoKind::Mp4),
            ("tail.mp4", VideoKind::Mp4),
            ("fragmented.mp4", VideoKind::Mp4),
            ("short.m4v", VideoKind::M4v),
            ("short.mov", VideoKind::Mov),
            ("short.webm", VideoKind::WebM),
            ("video.mkv", VideoKind::Matroska),
            ("short.ogv", VideoKind::Ogg),
        ] {
            assert_eq!(sniff_video(&fixture(name)), Some(kind), "{name}");
            assert_eq!(sniff_image(&fixture(name)), None, "{name}");
        }
    }

    #[test]
    fn every_kind_of_picture_is_known_by_its_content() {
        for (name, kind) in [
            ("picture.jpg", ImageKind::Jpeg),
            ("picture.png", ImageKind::Png),
            ("picture.webp", ImageKind::WebP),
        ] {
            assert_eq!(sniff_image(&fixture(name)), Some(kind), "{name}");
            assert_eq!(sniff_video(&fixture(name)), None, "{name}");
        }
    }

    #[test]
    fn a_file_is_what_it_holds() {
        for (head, kind) in [
            (&b"GIF89a\x01\0"[..], FileKind::Gif),
            (b"%PDF-1.7", FileKind::Pdf),
            (b"PK\x03\x04\x14", FileKind::Zip),
            (b"GIF89", FileKind::Other),
            (b"<svg xmlns=", FileKind::Other),
            (b"<!doctype html>", FileKind::Other),
            (b"", FileKind::Other),
        ] {
            assert_eq!(sniff_file(head), kind);
        }
        let picture = sniff_file(&fixture("picture.png"));
        assert_eq!(picture, FileKind::Image(ImageKind::Png));
        assert_eq!(sniff_file(&fixture("short.mp4")), FileKind::Other);
    }

    #[test]
    fn sound_alone_is_no_video() {
        for name in ["audio.m4a", "audio.ogg"] {
            assert_eq!(sniff_video(&fixture(name)), None, "{name}");
        }
        for major in ["M4A ", "M4B ", "M4P "] {
            assert_eq!(sniff_video(&ftyp(major, &["isom", "mp42"])), None);
        }
    }

    #[test]
    fn ebml_that_is_no_matroska_is_refused() {
        let head = |name: &[u8]| [b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88", name].concat();
        assert_eq!(sniff_video(&head(b"matroska")), Some(VideoKind::Matroska));
        assert_eq!(sniff_video(&head(b"webm\0\0\0\0")), Some(VideoKind::WebM));
        assert_eq!(sniff_video(&head(b"something")), None);
        assert_eq!(sniff_video(&head(b"Matroska")), None);
    }

    #[test]
    fn pictures_of_the_mp4_family_are_no_video() {
        for major in ["heic", "heix", "mif1", "msf1", "avif", "avis", "crx "] {
            assert_eq!(sniff_video(&ftyp(major, &["mif1", "isom", "mp41"])), None);
            assert_eq!(sniff_image(&ftyp(major, &["mif1"])), None);
        }
    }

    #[test]
    fn brands_decide() {
        let sniff = |major, compatible: &[&str]| sniff_video(&ftyp(major, compatible));
        assert_eq!(sniff("isom", &[]), Some(VideoKind::Mp4));
        assert_eq!(sniff("iso9", &["cmfc"]), Some(VideoKind::Mp4));
        assert_eq!(sniff("3gp5", &[]), Some(VideoKind::Mp4));
        assert_eq!(sniff("XAVC", &["XAVC", "mp42"]), Some(VideoKind::Mp4));
        assert_eq!(sniff("qt  ", &["isom"]), Some(VideoKind::Mov));
        assert_eq!(sniff("????", &["qt  "]), Some(VideoKind::Mov));
        assert_eq!(sniff("M4VH", &[]), Some(VideoKind::M4v));
        assert_eq!(sniff("????", &["!!!!"]), None);
        // A brand behind the box's end is none of its own.
        let mut bytes = ftyp("????", &[]);
        bytes.extend_from_slice(b"isomisom");
        assert_eq!(sniff_video(&bytes), None);
    }

    #[test]
    fn quicktime_from_before_ftyp_is_mov() {
        for kind in [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"] {
            for (size, taken) in [(8u32, true), (4096, true), (0, true), (1, true), (7, false)] {
                let head = [&size.to_be_bytes()[..], kind, &[0; 24]].concat();
                let kind = taken.then_some(VideoKind::Mov);
                assert_eq!(sniff_video(&head), kind, "{size}");
            }
        }
    }

    #[test]
    fn what_is_something_else_is_refused() {
        for head in [
            &b""[..],
            b"\0",
            b"\0\0\0\x20ftyp",
            b"\0\0\0\x20ftypmp4",
            b"<!doctype html><script>alert(1)</script>",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"GIF89a........................",
            b"%PDF-1.7 ......................",
            b"PK\x03\x04......................",
            b"RIFF\0\0\0\0AVI LIST............",
            b"RIFF\0\0\0\0WEBP<html>..........",
            b"XXXX\0\0\0\0WEBPVP8 ............",
            b"\x89PNG<html>...................",
            b"\x89PNG\r\n\x1a\n<script>..........",
            b"\xff\xd8\xff<html>...............",
            b"\xff\xd8",
            b"FLV\x01........................",
            b"OggS...........................",
            b"\x1a\x45\xdf\xa3...................",
            b"ID3\x03.........................",
            b"#!/bin/sh\necho moov mdat ftypisom",
        ] {
            let shown = String::from_utf8_lossy(head);
            assert_eq!(sniff_video(head), None, "{shown}");
            assert_eq!(sniff_image(head), None, "{shown}");
        }
    }

    #[test]
    fn any_cut_of_a_head_is_read_without_a_panic() {
        for name in [
            "short.mp4",
            "short.mov",
            "short.webm",
            "short.ogv",
            "video.mkv",
        ] {
            let head = fixture(name);
            for end in 0..head.len().min(1024) {
                sniff_video(&head[..end]);
                sniff_image(&head[..end]);
            }
        }
    }
}
