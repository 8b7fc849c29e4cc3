//! Films that are not understood, that lie and that are damaged: all of them stay as they are, soon.
use super::*;
use film::boxed_64;

type Tracks = [Vec<u64>; 2];

/// A film whose index has something more at its end.
fn with(more: &[u8]) -> Vec<u8> {
    film("ftyp mdat 0 1 moov", |tracks| {
        [narrow(tracks), more.to_vec()].concat()
    })
}

/// A film with something more beside the first track's table.
fn beside(more: &[u8]) -> Vec<u8> {
    film("ftyp mdat 0 1 moov", |tracks| {
        track(&[table(&tracks[0], false), more.to_vec()].concat())
    })
}

fn places() -> Vec<u8> {
    boxed(b"iloc", &[0; 8])
}

#[test]
fn what_may_hold_other_places_of_the_file_stays() {
    let full = |body: &[u8]| boxed(b"meta", &[&[0; 4], body].concat());
    for (what, old) in [
        ("nothing", with(b"")),
        ("text", with(&full(&boxed(b"ilst", b"")))),
        ("other encryption data", beside(&boxed(b"saiz", &[0; 9]))),
    ] {
        assert!(fast(&old).is_some(), "{what} is moved");
    }
    let elsewhere = b"\0\0\0\0\0\0\0\x01\0\0\0\x10url \0\0\0\0a:b\0";
    let elsewhere = boxed(b"dinf", &boxed(b"dref", elsewhere));
    let elsewhere = boxed(b"trak", &boxed(b"mdia", &boxed(b"minf", &elsewhere)));
    let unsaid = boxed(b"dinf", &boxed(b"dref", b"\0\0\0\0\0\0\0\x01"));
    let unsaid = boxed(b"trak", &boxed(b"mdia", &boxed(b"minf", &unsaid)));
    let whole = with(b"");
    for (what, old) in [
        ("a compressed index", with(&boxed(b"cmov", b""))),
        ("films elsewhere", with(&boxed(b"rmra", b""))),
        ("fragments", with(&boxed(b"mvex", b""))),
        ("encryption data", beside(&boxed(b"saio", &[0; 8]))),
        ("items", with(&full(&places()))),
        ("items as in QuickTime", with(&boxed(b"meta", &places()))),
        ("items of a track", with(&boxed(b"trak", &full(&places())))),
        ("items of the user", with(&boxed(b"udta", &full(&places())))),
        (
            "items of the file",
            [whole.clone(), full(&places())].concat(),
        ),
        ("a film in another file", with(&elsewhere)),
        ("a film nobody knows where", with(&unsaid)),
        ("a fragment", [whole.clone(), boxed(b"moof", b"")].concat()),
        (
            "an index of fragments",
            [whole.clone(), boxed(b"mfra", b"")].concat(),
        ),
        ("two indexes", film("ftyp mdat 0 1 moov moov", narrow)),
        ("two beginnings", film("ftyp ftyp mdat 0 1 moov", narrow)),
        ("a late beginning", film("mdat 0 1 ftyp moov", narrow)),
    ] {
        assert!(fast(&old).is_none(), "{what}");
    }
}

#[test]
fn a_place_without_a_name_is_this_file() {
    let here = b"\0\0\0\0\0\0\0\x02\0\0\0\x0calis\0\0\0\x01\0\0\0\x0curl \0\0\0\0";
    let here = boxed(b"dinf", &boxed(b"dref", here));
    let here = boxed(b"trak", &boxed(b"mdia", &boxed(b"minf", &here)));
    assert!(fast(&with(&here)).is_some());
}

#[test]
fn offsets_to_anything_but_the_film_stay() {
    let old = with(b"");
    let all = film::boxes(&old, 0..old.len());
    let (ftyp, moov) = (&all[0].1, &all[2].1);
    for (offset, is_moved) in [
        (0, false),
        (ftyp.end as u64 - 1, false),
        (ftyp.end as u64, true),
        (moov.start as u64 - 8, true),
        (moov.start as u64 - 7, false),
        (moov.end as u64 - 1, false),
        (moov.end as u64, true),
        (moov.end as u64 + 1, false),
        (u32::MAX.into(), false),
    ] {
        let index = |tracks: &Tracks| narrow(&[tracks[0].clone(), vec![offset]]);
        let old = film("ftyp mdat 0 1 moov", index);
        assert_eq!(fast(&old).is_some(), is_moved, "{offset}");
    }
    let index = |tracks: &Tracks| track(&table(&[tracks[0][0], u64::MAX], true));
    assert!(fast(&film("ftyp mdat 0 1 moov", index)).is_none());
}

#[test]
fn sizes_and_counts_that_lie_stay() {
    let mut lies = Vec::new();
    for count in [3u32, 5, 1 << 29, 1 << 30, u32::MAX] {
        let mut narrow = table(&[24, 24], false);
        narrow[12..16].copy_from_slice(&count.to_be_bytes());
        let mut wide = table(&[24, 24], true);
        wide[12..16].copy_from_slice(&count.to_be_bytes());
        lies.extend([track(&narrow), track(&wide)]);
    }
    for short in [&b""[..], b"\0\0\0\0", b"\0\0\0\0\0\0\0"] {
        lies.extend([track(&boxed(b"stco", short)), track(&boxed(b"co64", short))]);
    }
    for size in [1u32, 2, 7, 2000, u32::MAX] {
        lies.push([&size.to_be_bytes()[..], b"trak", &[0; 24]].concat());
        lies.push(track(
            &[&size.to_be_bytes()[..], b"stco", &[0; 24]].concat(),
        ));
    }
    for size in [0, 15, 1 << 20, u64::MAX - 100, u64::MAX] {
        let mut lie = boxed_64(b"mdia", &[0; 24]);
        lie[8..16].copy_from_slice(&size.to_be_bytes());
        lies.extend([lie.clone(), boxed(b"trak", &lie)]);
    }
    for lie in lies {
        assert!(fast(&with(&lie)).is_none(), "{lie:?}");
    }
}

#[test]
fn boxes_in_boxes_and_crumbs_end() {
    let mut deep = boxed(b"free", b"");
    for _ in 0..20_000 {
        deep = boxed(b"moov", &deep);
    }
    assert!(fast(&with(&deep)).is_some(), "nobody goes there");
    let crumbs = boxed(b"free", b"").repeat(400_000);
    assert!(fast(&with(&crumbs)).is_none());
    assert!(fast(&[with(b""), crumbs.clone()].concat()).is_none());
    assert!(fast(&with(&boxed(b"udta", &crumbs))).is_none());
    assert!(fast(&with(&boxed(b"meta", &crumbs))).is_none());
    let tables = table(&[], false).repeat(4097);
    assert!(fast(&with(&track(&tables))).is_none());
}

/// xorshift64: the same bytes in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

#[test]
fn damaged_bytes_never_panic_and_are_never_lost() {
    let tail = fs::read(fixture("tail.mp4")).unwrap();
    let find = |bytes: &[u8], kind: &[u8]| bytes.windows(4).position(|four| four == kind);
    let moov = find(&tail, b"moov").unwrap() - 4;
    let mut dice = Dice(0x6d61_6461_6e67);
    let mut moved = 0;
    for _ in 0..3000 {
        let mut damaged = tail.clone();
        for _ in 0..1 + dice.below(3) {
            let at = match dice.below(8) {
                0 => dice.below(48),
                _ => moov + dice.below(tail.len() - moov),
            };
            damaged[at] = match dice.below(3) {
                0 => 0,
                1 => 0xff,
                _ => damaged[at] ^ 1 << dice.below(8),
            };
        }
        if dice.below(8) == 0 {
            damaged.truncate(dice.below(damaged.len()));
        }
        if let Some(new) = fast(&damaged) {
            moved += 1;
            assert_eq!(new.len(), damaged.len(), "no table was widened");
            assert!(find(&new, b"moov") < find(&new, b"mdat"));
        }
    }
    assert!(moved > 0, "the damage is too great to reach anything");
}
