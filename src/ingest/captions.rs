//! Captions: WebVTT or SRT in any encoding that Korean programs write → clean WebVTT in UTF-8.
//!
//! What is kept of a file: its cues with their times, the settings of WebVTT that are valid, and of the text the tags
//! `b i u ruby rt c v lang`. What is not: `STYLE`, `REGION` and `NOTE` blocks, cue names, time stamps inside a cue, every
//! other markup (`<font>`, `{\an8}`), cues that show nothing. The cues are put in the order of their times. Everything here
//! is pure: bytes in, text or a [`Fault`] out.
mod decode;
mod language;
mod read;
mod text;

#[cfg(test)]
mod tests;

pub use language::{LANGUAGES, known, proposed};

/// The largest caption file, in bytes.
pub const LIMIT: u64 = 2 << 20;

/// Captions of one video at most.
pub const MOST: usize = 20;

/// The field of the form, by which `kept` knows them.
pub const FIELD: &str = "captions";

/// The name under which a file of captions leaves again: it is WebVTT, whatever was chosen.
pub fn as_kept(file_name: &str) -> String {
    let stem = match file_name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file_name,
    };
    format!("{stem}.vtt")
}

/// What a caption file says.
#[derive(Debug, PartialEq, Eq)]
pub struct Captions {
    /// The file to be served: clean WebVTT.
    pub vtt: String,
    /// How many cues it has; at least one.
    pub cues: usize,
    /// The language its letters tell, `ko` or `ja`; `None` where they are those of many.
    pub language: Option<&'static str>,
}

/// Why a file is no captions, with the line where there is one, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing in it.
    Empty,
    /// Larger than [`LIMIT`].
    TooLarge,
    /// Not a text in UTF-8, UTF-16 or CP949.
    NotText,
    /// A text, but neither WebVTT nor SRT.
    OtherKind,
    /// Words without a time line.
    NoTime(usize),
    /// A time line that cannot be read.
    BadTime(usize),
    /// It ends before it starts.
    EndsFirst(usize),
    /// There is no cue that shows anything.
    NoCue,
}

/// Reads a whole caption file. Time and memory are a small multiple of its size.
///
/// # Errors
/// [`Fault`], fit to be said to its sender.
pub fn read(bytes: &[u8]) -> Result<Captions, Fault> {
    if bytes.len() as u64 > LIMIT {
        return Err(Fault::TooLarge);
    }
    let text = decode::text(bytes)?;
    let cues = read::cues(&text)?;
    let language = language::of_letters(cues.iter().map(|cue| cue.text.as_str()));
    Ok(Captions {
        vtt: read::written(&cues),
        cues: cues.len(),
        language,
    })
}
