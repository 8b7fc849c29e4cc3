//! Every encoding, every fault, and what is left of the words.
use super::*;
use encoding_rs::EUC_KR;

const SRT: &str = "1\r\n00:00:01,000 --> 00:00:02,500\r\n안녕하세요, 똠방각하입니다.\r\n두 줄\r\n\r\n\
                   2\r\n00:00:03,000 --> 00:00:04,000\r\n<i>끝</i>\r\n";

const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n안녕하세요, 똠방각하입니다.\n두 줄\n\n\
                   00:00:03.000 --> 00:00:04.000\n<i>끝</i>\n";

fn vtt(file: &str) -> String {
    read(file.as_bytes()).unwrap().vtt
}

/// The words of a file with this one cue.
fn words(text: &str) -> String {
    let file = vtt(&format!("1\n00:01,0 --> 00:02,0\n{text}\n"));
    let words = file.strip_prefix("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n");
    words.unwrap().trim_end().to_owned()
}

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[test]
fn every_encoding_gives_the_same_file() {
    let (korean, _, lost) = EUC_KR.encode(SRT);
    assert!(!lost);
    let encodings = [
        SRT.as_bytes().to_vec(),
        format!("\u{feff}{SRT}").into_bytes(),
        korean.into_owned(),
        utf16(SRT, true, u16::to_le_bytes),
        utf16(SRT, true, u16::to_be_bytes),
        utf16(SRT, false, u16::to_le_bytes),
        utf16(SRT, false, u16::to_be_bytes),
        SRT.replace("\r\n", "\r").into_bytes(),
        format!("{SRT}\x1a").into_bytes(),
        VTT.as_bytes().to_vec(),
        format!("\u{feff}{VTT}").into_bytes(),
        utf16(VTT, true, u16::to_le_bytes),
    ];
    for (index, bytes) in encodings.iter().enumerate() {
        let read = read(bytes).unwrap_or_else(|fault| panic!("encoding {index}: {fault:?}"));
        assert_eq!(read.vtt, VTT, "encoding {index}");
        assert_eq!(
            (read.cues, read.language),
            (2, Some("ko")),
            "encoding {index}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let fault = |file: &str| read(file.as_bytes()).unwrap_err();
    let good = "00:01.000 --> 00:02.000\n말\n\n";
    assert_eq!(fault(""), Fault::Empty);
    assert_eq!(fault("\u{feff} \n\n"), Fault::Empty);
    assert_eq!(fault("\u{1a}"), Fault::Empty);
    assert_eq!(fault("그냥 글\n"), Fault::OtherKind);
    assert_eq!(
        fault("<SAMI><BODY><SYNC Start=1>말</BODY></SAMI>"),
        Fault::OtherKind
    );
    assert_eq!(fault("WEBVTT\n"), Fault::NoCue);
    assert_eq!(
        fault("WEBVTT\n\nNOTE 말\n\n00:01.000 --> 00:02.000\n \n"),
        Fault::NoCue
    );
    assert_eq!(
        fault("1\n00:00:01,000 --> 00:00:01,000\n말\n"),
        Fault::NoCue
    );
    assert_eq!(fault(&format!("{good}시간 없는 말\n")), Fault::NoTime(4));
    assert_eq!(
        fault(&format!("WEBVTT\n\n{good}시간 없는 말\n둘째 줄\n")),
        Fault::NoTime(6)
    );
    assert_eq!(fault(&format!("말\n1\n{good}")), Fault::NoTime(1));
    for time in [
        "00:01 -> 00:02 --> 00:03",
        "1 --> 2",
        "00:60:00,000 --> 01:00:00,000",
        "00:00:61,000 --> 01:00:00,000",
        "00:00:01,0000 --> 00:00:02,000",
        "00:00:01, --> 00:00:02,000",
        "00:00:+1,000 --> 00:00:02,000",
        "0:0:0:1 --> 0:0:0:2",
        " --> 00:00:02,000",
        "00:00:01,000 -->",
        "99999:00:01,000 --> 99999:00:02,000",
        "00:00:0１,000 --> 00:00:02,000",
    ] {
        assert_eq!(
            fault(&format!("{good}2\n{time}\n말\n")),
            Fault::BadTime(5),
            "{time}"
        );
    }
    assert_eq!(
        fault(&format!("{good}2\n00:03,0 --> 00:02,999\n말\n")),
        Fault::EndsFirst(5)
    );
    assert_eq!(read(&vec![b' '; LIMIT as usize + 1]), Err(Fault::TooLarge));
    // Bytes of no text: a picture, zeros, an odd half of UTF-16, Latin letters of old.
    let zeros = [0; 64];
    let odd = [&[0xff, 0xfe][..], "00:01 --> 00:02\n".as_bytes(), b"x"].concat();
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let latin = b"1\n00:01,0 --> 00:02,0\ncaf\xe9 \n";
    let control = b"1\n00:01,0 --> 00:02,0\n\x07\n";
    for bytes in [&zeros[..], &odd, picture, latin, control] {
        assert_eq!(read(bytes), Err(Fault::NotText), "{bytes:?}");
    }
}

#[test]
fn cues_stand_in_the_order_of_their_times_and_may_overlap() {
    let file = "00:05.000 --> 00:06.000\n셋\n\n00:01.000 --> 01:00:00.000\n하나\n\n00:01.000 --> 00:03.000\n둘\n";
    assert_eq!(
        vtt(file),
        "WEBVTT\n\n00:00:01.000 --> 01:00:00.000\n하나\n\n00:00:01.000 --> 00:00:03.000\n둘\n\n\
         00:00:05.000 --> 00:00:06.000\n셋\n"
    );
    // Without the empty lines between, and with one too many.
    assert_eq!(
        vtt("1\n00:01,5 --> 00:02,05\n하나\n2\n00:03 --> 00:04\n둘\n \n\n3\n\n"),
        "WEBVTT\n\n00:00:01.500 --> 00:00:02.050\n하나\n\n00:00:03.000 --> 00:00:04.000\n둘\n"
    );
    // What has nothing to show goes.
    assert_eq!(
        vtt(
            "1\n00:01,0 --> 00:02,0\n<font></font>&nbsp;\n\n2\n00:03,0 --> 00:03,0\n말\n\n3\n00:04,0 --> 00:05,0\n말"
        ),
        "WEBVTT\n\n00:00:04.000 --> 00:00:05.000\n말\n"
    );
}

#[test]
fn of_webvtt_the_valid_settings_are_kept_and_the_blocks_are_not() {
    let file = "WEBVTT - 제목\nKind: captions\n\nSTYLE\n::cue { background: url(https://else.where/) }\n\n\
                REGION\nid:a\n\nNOTE\n누가 --> 읽을까\n\n이름\n\
                00:01.000 --> 00:02.000\tline:-1 position:50.5%,center align:start size:101% region:a vertical:rl line:2 x\n말\n\n\
                00:03.000 --> 00:04.000 line:0,up align:middle size:80% position:1.% vertical:x line:5%,end\n끝\n";
    assert_eq!(
        vtt(file),
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:-1 position:50.5%,center align:start vertical:rl\n말\n\n\
         00:00:03.000 --> 00:00:04.000 size:80% line:5%,end\n끝\n"
    );
    // What SRT has behind its times are places in pixels.
    assert_eq!(
        vtt("00:00:01,000 --> 00:00:02,000  X1:10 X2:20 Y1:1 Y2:2 line:1\n말"),
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n말\n"
    );
}

#[test]
fn known_tags_are_kept_in_order_and_the_rest_is_text() {
    for (raw, clean) in [
        (
            "<b>가</b> <I>나</I> <u>다</u>",
            "<b>가</b> <i>나</i> <u>다</u>",
        ),
        ("<ruby>漢<rt>한</rt></ruby>", "<ruby>漢<rt>한</rt></ruby>"),
        ("<c.yellow.bg_red>가</c>", "<c.yellow.bg_red>가</c>"),
        ("<c.a\"b.ok>가</c>", "<c.ok>가</c>"),
        (
            "<v.loud 영희 & \"철수\">가",
            "<v.loud 영희 &amp; \"철수\">가</v>",
        ),
        ("<v &lt;b&gt;>가", "<v &lt;b&gt;>가</v>"),
        ("<v>가</v><lang>나</lang><lang e\"n>다</lang>", "가나다"),
        ("<lang en-GB>colour</lang>", "<lang en-GB>colour</lang>"),
        ("<font color=\"#ff0\">가</font>", "가"),
        ("<script>alert(1)</script><img src=x onerror=y>", "alert(1)"),
        ("<b onclick=\"x\">가</b>", "<b>가</b>"),
        ("<b><i>가</b>나</i>", "<b><i>가</i></b>나"),
        ("<rt>가</rt></u>", "가"),
        ("<b>가", "<b>가</b>"),
        ("가<00:01.500>나", "가나"),
        ("{\\an8}가 {나}", "가 {나}"),
        ("1 < 2 > 0 & 3 <3 <", "1 &lt; 2 &gt; 0 &amp; 3 &lt;3 &lt;"),
        ("a<b & c", "a&lt;b &amp; c"),
        (
            "&lt;b&gt; &amp;amp; &quot;&#65;&#x42;&#10;&#0;&bogus;",
            "&lt;b&gt; &amp;amp; \"AB&amp;#10;&amp;#0;&amp;bogus;",
        ),
        ("가\n<font></font>\n나  ", "가\n나"),
        ("<b\n>가</b>", "<b>가</b>"),
    ] {
        assert_eq!(words(raw), clean, "{raw}");
    }
    // Nothing of the words can end the cue or begin another.
    assert_eq!(words("가 &#45;-&gt; 나"), "가 --&gt; 나");
}

#[test]
fn what_was_written_reads_the_same_again() {
    for file in [
        VTT,
        &vtt(SRT),
        &vtt("00:01 --> 00:02\n<v 나>1 < 2 &amp; <b>가\n\n00:01 --> 00:03\n&nbsp;가"),
    ] {
        assert_eq!(vtt(file), file);
    }
}

#[test]
fn of_whatever_pieces_a_file_is_made_what_is_written_is_clean_and_reads_the_same_again() {
    let pieces = [
        "WEBVTT",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\r",
        " ",
        "1",
        "00:01.000",
        "00:02,000",
        "00:00:01,5",
        "-->",
        " --> ",
        "00:01 --> 00:02\n",
        "00:01 --> 00:03 line:1 align:end\n",
        "NOTE",
        "STYLE",
        "<",
        ">",
        "<b>",
        "</b>",
        "<i.x>",
        "<v &nbsp;>",
        "<v 나 & 너>",
        "<lang ko>",
        "<ruby>",
        "<rt>",
        "</ruby>",
        "<font>",
        "{\\a}",
        "&amp;",
        "&lt;",
        "&#10;",
        "&#x2d;",
        "&",
        "가",
        "a",
        "\u{85}",
        "\u{a0}",
        "\x0c",
        "\t",
    ];
    let (mut seed, mut taken) = (1_u64, 0);
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let mut file = ["", "WEBVTT\n\n", "00:01 --> 00:02\n"][next(3)].to_owned();
        for _ in 0..next(14) {
            file.push_str(pieces[next(pieces.len())]);
        }
        let Ok(first) = read(file.as_bytes()) else {
            continue;
        };
        taken += 1;
        let second = read(first.vtt.as_bytes()).map(|second| (second.vtt, second.cues));
        assert_eq!(second, Ok((first.vtt.clone(), first.cues)), "{file:?}");
        assert_eq!(first.vtt.matches("-->").count(), first.cues, "{file:?}");
    }
    assert!(taken > 1000, "{taken}");
}

#[test]
fn hostile_files_of_the_largest_size_are_read_in_one_go() {
    let most = LIMIT as usize - 64;
    for part in [
        "<", "<a", "<b>", "{\\", "&", "&amp", "</b>", "<v ", "가", "<v &",
    ] {
        let file = format!("00:01 --> 00:02\n말{}", part.repeat(most / part.len()));
        // Each is one cue; a reader that looks at the rest for each of its letters would not come to an end.
        assert_eq!(read(file.as_bytes()).unwrap().cues, 1, "{part}");
    }
    let file = "00:01-->00:02\n.\n\n".repeat(most / 18);
    assert_eq!(read(file.as_bytes()).unwrap().cues, most / 18);
    let file = "00:01-->00:02\n.\n".repeat(most / 17);
    assert_eq!(read(file.as_bytes()).unwrap().cues, most / 17);
    assert_eq!(
        read("-->\n".repeat(most / 4).as_bytes()),
        Err(Fault::BadTime(1))
    );
}

#[test]
fn a_name_or_the_letters_tell_the_language() {
    for (name, language) in [
        ("강의.ko.srt", Some("ko")),
        ("film.en-US.vtt", Some("en")),
        ("film.EN.forced.srt", Some("en")),
        ("film_kor.srt", Some("ko")),
        ("film.zh_TW.srt", Some("zh-Hant")),
        ("film.zh.srt", Some("zh-Hans")),
        ("film (한국어).srt", Some("ko")),
        ("영상 자막.jpn.srt", Some("ja")),
        ("film.srt", None),
        ("it.srt", None),
        ("my film.srt", None),
        ("e-book.srt", None),
        ("srt", None),
        ("", None),
    ] {
        assert_eq!(proposed(name), language, "{name}");
    }
    let told = |words: &str| {
        let file = format!("00:01 --> 00:02\n{words}\n");
        read(file.as_bytes()).unwrap().language
    };
    assert_eq!(told("안녕하세요 world"), Some("ko"));
    assert_eq!(told("こんにちは世界"), Some("ja"));
    assert_eq!(told("Hello"), None);
    assert_eq!(told("♪"), None);
}

#[test]
fn every_language_has_a_name() {
    for lang in [crate::words::Lang::Ko, crate::words::Lang::En] {
        for tag in LANGUAGES {
            assert_ne!(lang.words().captions.name(tag), tag);
            assert_eq!(known(&tag.to_uppercase()), Some(tag));
        }
    }
    assert!(
        super::language::OTHERS
            .iter()
            .all(|(_, tag)| known(tag).is_some())
    );
}
