//! From bytes to text: UTF-8, UTF-16 with or without a byte order mark, else CP949, which holds EUC-KR.
use super::Fault;
use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes looked at for the zeros that tell UTF-16.
const HEAD: usize = 4096;

/// The text of a file without its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<String, Fault> {
    // Old editors end a file with the sign that ended one in CP/M.
    let end = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    if end.is_empty() {
        return Err(Fault::Empty);
    }
    let (encoding, mark) = Encoding::for_bom(end).unwrap_or_else(|| (guessed(end), 0));
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(&end[mark..])
        .ok_or(Fault::NotText)?;
    if text.chars().any(|letter| {
        letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\x0c' | '\u{85}')
    }) {
        return Err(Fault::NotText);
    }
    if text.trim().is_empty() {
        return Err(Fault::Empty);
    }
    Ok(text.into_owned())
}

/// The times and line ends of captions are ASCII in every language: in UTF-16 every other byte of them is zero, elsewhere
/// none is.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    let zeros = |from: usize| {
        let head = bytes.iter().take(HEAD).skip(from).step_by(2);
        head.filter(|&&byte| byte == 0).count()
    };
    match (zeros(0), zeros(1)) {
        (0, 0) if std::str::from_utf8(bytes).is_ok() => UTF_8,
        (0, 0) => EUC_KR,
        (even, odd) if even > odd => UTF_16BE,
        _ => UTF_16LE,
    }
}
