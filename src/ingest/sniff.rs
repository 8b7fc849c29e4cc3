//! What a file is, from its first bytes. Its name is never asked.
//!
//! The `infer` crate is not used for this: it takes any RIFF-less `WEBP`, four of PNG's eight bytes, a fixed list of
//! MP4 brands without today's (`iso7` and later, `cmfc`, `3gp5`), and does not look into Ogg at all.
#[cfg(test)]
mod tests;

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
