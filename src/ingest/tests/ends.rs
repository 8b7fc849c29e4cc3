//! Where a film must end: boxes that say "to the end of the file" do not tell that it was longer.
use super::*;

#[track_caller]
fn is_cut(film: &[u8], what: &str) {
    let found = look(film, VideoKind::Mp4);
    assert!(
        matches!(found, Err(ProbeError::CutShort)),
        "{what}: {found:?}"
    );
}

#[track_caller]
fn is_whole(film: &[u8], what: &str) {
    let found = look(film, VideoKind::Mp4);
    assert!(found.is_ok(), "{what}: {found:?}");
}

/// Where every box of this kind has its body.
fn bodies<'a>(bytes: &'a [u8], kind: &'a [u8; 4]) -> impl Iterator<Item = usize> + 'a {
    let fours = bytes.windows(4).enumerate();
    fours
        .filter(move |(_, four)| four == kind)
        .map(|(at, _)| at + 4)
}

#[test]
fn a_film_cut_behind_its_index_is_cut_short_whatever_its_boxes_say() {
    for name in ["short.mp4", "long.mp4", "short.mov"] {
        let whole = bytes(name);
        let mdat = find(&whole, b"mdat") - 4;
        let size = u32::from_be_bytes(whole[mdat..mdat + 4].try_into().unwrap());
        let film_end = mdat + size as usize;
        let mut open = whole[..film_end].to_vec();
        open[mdat..mdat + 4].fill(0);
        is_whole(&open, name);
        for end in [mdat + 8, (mdat + film_end) / 2, film_end - 1] {
            let said = format!("{name} cut at {end}");
            is_cut(&open[..end], &said);
            // As a tool that mends sizes leaves it.
            let mut mended = whole[..end].to_vec();
            let left = u32::try_from(end - mdat).unwrap();
            mended[mdat..mdat + 4].copy_from_slice(&left.to_be_bytes());
            is_cut(&mended, &said);
        }
    }
}

#[test]
fn a_chunk_behind_the_end_is_cut_short_in_any_track_that_is_played() {
    let whole = bytes("short.mp4");
    let tables: Vec<usize> = bodies(&whole, b"stco").collect();
    assert_eq!(tables.len(), 2);
    for table in tables {
        let mut lies = whole.clone();
        lies[table + 8..table + 12].fill(0xff);
        is_cut(&lies, "an offset of all ones");
    }
}

#[test]
fn the_last_fragment_says_where_it_ends() {
    let whole = bytes("fragmented.mp4");
    let mdat = bodies(&whole, b"mdat").last().unwrap() - 8;
    let size = u32::from_be_bytes(whole[mdat..mdat + 4].try_into().unwrap());
    let end = mdat + size as usize;
    let mut open = whole[..end].to_vec();
    open[mdat..mdat + 4].fill(0);
    is_whole(&open, "to the end of the file");
    for end in [mdat + 8, (mdat + end) / 2, end - 1] {
        is_cut(&open[..end], &format!("cut at {end}"));
    }
}

/// A track's tables: its handler, samples a chunk from which chunk on, sizes (or one for all), offsets.
struct Track<'a> {
    handler: &'a [u8; 4],
    runs: &'a [(u32, u32)],
    sizes: Result<&'a [u32], (u32, u32)>,
    offsets: &'a [u64],
    is_wide: bool,
    places: Option<&'a [u8]>,
}

const PICTURE: Track<'static> = Track {
    handler: b"vide",
    runs: &[(1, 2), (3, 1)],
    sizes: Ok(&[10, 20, 30, 40, 50]),
    offsets: &[8, 38, 108],
    is_wide: false,
    places: None,
};

/// Where the last of [`PICTURE`]'s samples ends.
const END: usize = 158;

impl Track<'_> {
    fn boxed(&self) -> Vec<u8> {
        let table = |kind, head: &[u32], rows: Vec<u8>| {
            let head: Vec<u8> = head.iter().copied().flat_map(u32::to_be_bytes).collect();
            boxed(kind, &[&[0; 4][..], &head, &rows].concat())
        };
        let count = |len: usize| u32::try_from(len).unwrap();
        let runs = self.runs.iter().flat_map(|&(chunk, each)| [chunk, each, 1]);
        let sizes = match self.sizes {
            Ok(sizes) => table(
                b"stsz",
                &[0, count(sizes.len())],
                sizes.iter().copied().flat_map(u32::to_be_bytes).collect(),
            ),
            Err((all, many)) => table(b"stsz", &[all, many], Vec::new()),
        };
        let offsets = self.offsets.iter();
        let chunks = [count(self.offsets.len())];
        let offsets = if self.is_wide {
            let rows = offsets.flat_map(|offset| offset.to_be_bytes());
            table(b"co64", &chunks, rows.collect())
        } else {
            let rows = offsets.flat_map(|&offset| (offset as u32).to_be_bytes());
            table(b"stco", &chunks, rows.collect())
        };
        let runs = table(
            b"stsc",
            &[count(self.runs.len())],
            runs.flat_map(u32::to_be_bytes).collect(),
        );
        // Whatever order they come in, the handler may stand behind them.
        let tables = boxed(b"stbl", &[offsets, sizes, runs].concat());
        let places = self
            .places
            .map(|entry| boxed(b"dinf", &table(b"dref", &[1], boxed(b"url ", entry))));
        let media = boxed(b"minf", &[tables, places.unwrap_or_default()].concat());
        let handler = boxed(b"hdlr", &[&[0; 8][..], self.handler].concat());
        boxed(b"trak", &boxed(b"mdia", &[media, handler].concat()))
    }

    /// A film of this track beside a whole one, cut at `end`, behind which its index stands.
    fn film(&self, end: usize) -> Vec<u8> {
        let film = boxed(b"mdat", &vec![7; end - 8]);
        let other = boxed(b"hdlr", &[&[0; 8][..], b"vide"].concat());
        let other = boxed(b"trak", &boxed(b"mdia", &other));
        // In front, the index would move what it points at.
        let index = boxed(b"moov", &[other, self.boxed()].concat());
        [film, index].concat()
    }

    /// How far behind the end of the whole file the film's samples go, if it is refused for that.
    fn reaches(&self, beyond: i64) -> bool {
        let len = self.film(END).len() as i64;
        let shift = u64::try_from(len - END as i64 + beyond).unwrap();
        let offsets: Vec<u64> = self.offsets.iter().map(|offset| offset + shift).collect();
        let moved = Track {
            offsets: &offsets,
            ..*self
        };
        match look(&moved.film(END), VideoKind::Mp4) {
            Ok(_) => false,
            Err(ProbeError::CutShort) => true,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn samples_are_counted_to_their_last_byte() {
    let one_size = Track {
        sizes: Err((50, 5)),
        ..PICTURE
    };
    let wide = Track {
        is_wide: true,
        ..PICTURE
    };
    // The last chunk of the table is not the last of the file.
    let turned = Track {
        offsets: &[88, 8, 38],
        runs: &[(1, 2), (3, 1)],
        sizes: Ok(&[30, 40, 10, 20, 50]),
        ..PICTURE
    };
    let sound = Track {
        handler: b"soun",
        ..PICTURE
    };
    for (what, track) in [
        ("narrow", PICTURE),
        ("wide", wide),
        ("one size", one_size),
        ("turned", turned),
        ("sound", sound),
    ] {
        assert!(!track.reaches(0), "{what}");
        assert!(track.reaches(1), "{what}");
    }
}

#[test]
fn what_is_not_played_or_not_here_may_point_anywhere() {
    const FAR: [u64; 3] = [8, 38, u32::MAX as u64];
    let far = Track {
        offsets: &FAR,
        ..PICTURE
    };
    is_cut(&far.film(END), "pictures");
    for handler in [b"tmcd", b"meta", b"text", b"hint"] {
        let other = Track { handler, ..far };
        is_whole(&other.film(END), "no picture");
    }
    let none = Track {
        sizes: Ok(&[]),
        ..far
    };
    is_whole(&none.film(END), "no samples");
    // All five samples are in the first two chunks.
    let left_over = Track {
        runs: &[(1, 3)],
        ..far
    };
    is_whole(&left_over.film(END), "a chunk that nobody reads");
    for (entry, is_here) in [
        (&b"\0\0\0\x01"[..], true),
        (b"\0\0\0\0", true),
        (b"\0\0\0\0film.mov\0", false),
    ] {
        let elsewhere = Track {
            places: Some(entry),
            ..far
        };
        let found = look(&elsewhere.film(END), VideoKind::Mp4);
        assert_eq!(found.is_err(), is_here, "{entry:?}");
    }
    // QuickTime's old sounds: one size for all, which is none.
    let old = Track {
        handler: b"soun",
        sizes: Err((u32::MAX, 5)),
        ..PICTURE
    };
    is_whole(&old.film(END), "an old sound");
}

#[test]
fn tables_that_count_beyond_all_numbers_end() {
    for runs in [
        &[(1, u32::MAX), (u32::MAX, u32::MAX)][..],
        &[(0, 0)],
        &[(u32::MAX, 1), (1, u32::MAX)],
        &[(3, 1), (2, 1), (1, 0)],
        &[],
    ] {
        for sizes in [
            Ok(&[u32::MAX; 5][..]),
            Err((u32::MAX, u32::MAX)),
            Err((1, u32::MAX)),
        ] {
            for offsets in [&[u64::MAX, 0, u64::MAX - 1][..], &[u64::MAX], &[]] {
                let track = Track {
                    runs,
                    sizes,
                    offsets,
                    is_wide: true,
                    ..PICTURE
                };
                let _ = look(&track.film(END), VideoKind::Mp4);
                let sound = Track {
                    handler: b"soun",
                    ..track
                };
                let _ = look(&sound.film(END), VideoKind::Mp4);
            }
        }
    }
}
