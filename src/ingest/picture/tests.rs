//! Pictures that are drawn here, cut, turned, damaged and built to hurt.

use std::path::PathBuf;

use image::{
    ExtendedColorType, ImageEncoder, Rgba, RgbaImage,
    codecs::{png::PngEncoder, webp::WebPEncoder},
};
use moxcms::ColorProfile;

use super::*;

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 30];
const BLUE: [u8; 3] = [30, 30, 220];
const BLACK: [u8; 3] = [0, 0, 0];
const WHITE: [u8; 3] = [255, 255, 255];

fn fixture(name: &str) -> Vec<u8> {
    let media = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/media");
    fs::read(media.join(name)).unwrap()
}

/// Red, green; blue, black.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => BLACK,
        })
    })
}

/// What a camera writes of how it was held (TIFF 6.0, tag 274), and words of its own.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"taken at home");
    exif
}

fn written(mut encoder: impl ImageEncoder, picture: &RgbImage, exif: Vec<u8>) {
    encoder.set_exif_metadata(exif).unwrap();
    let (width, height) = picture.dimensions();
    encoder
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
}

fn jpeg(picture: &RgbImage, exif: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    written(encoder, picture, exif);
    bytes
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    written(PngEncoder::new(&mut bytes), picture, exif(1));
    bytes
}

fn read(jpeg: &[u8]) -> RgbImage {
    assert_eq!(sniff::sniff_image(jpeg), Some(ImageKind::Jpeg));
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

#[track_caller]
fn close(found: [u8; 3], meant: [u8; 3]) {
    let far = found.iter().zip(meant).any(|(a, b)| a.abs_diff(b) > 12);
    assert!(!far, "{found:?} is not {meant:?}");
}

#[track_caller]
fn has_corners(picture: &RgbImage, corners: [[u8; 3]; 4]) {
    let (width, height) = picture.dimensions();
    let (left, right) = (width / 4, width - width / 4);
    let (top, bottom) = (height / 4, height - height / 4);
    let places = [(left, top), (right, top), (left, bottom), (right, bottom)];
    for ((x, y), meant) in places.into_iter().zip(corners) {
        close(picture.get_pixel(x, y).0, meant);
    }
}

/// A file that is refused; which way is the caller's.
#[track_caller]
fn fault(bytes: &[u8]) -> PictureError {
    of_bytes(bytes).err().expect("refused")
}

#[test]
fn all_eight_ways_to_hold_a_camera_come_out_upright() {
    let (a, b, c, d) = (RED, GREEN, BLUE, BLACK);
    for (orientation, corners) in [
        (1, [a, b, c, d]),
        (2, [b, a, d, c]),
        (3, [d, c, b, a]),
        (4, [c, d, a, b]),
        (5, [a, c, b, d]),
        (6, [c, a, d, b]),
        (7, [d, b, c, a]),
        (8, [b, d, a, c]),
    ] {
        let scaled = of_bytes(&jpeg(&quarters(480, 240), exif(orientation))).unwrap();
        let size = if orientation < 5 {
            (480, 240)
        } else {
            (240, 480)
        };
        assert_eq!((scaled.width, scaled.height), size, "{orientation}");
        let large = read(&scaled.large);
        assert_eq!(large.dimensions(), size);
        has_corners(&large, corners);
        if let Some(small) = scaled.small {
            has_corners(&read(&small), corners);
        }
    }
    // It is 1280 across once it is upright.
    let scaled = of_bytes(&jpeg(&quarters(2000, 1400), exif(6))).unwrap();
    assert_eq!((scaled.width, scaled.height), (1280, 1829));
    has_corners(&read(&scaled.large), [BLUE, RED, BLACK, GREEN]);
}

#[test]
fn a_png_and_a_webp_are_turned_too() {
    let picture = quarters(80, 40);
    let (mut png, mut webp) = (Vec::new(), Vec::new());
    written(PngEncoder::new(&mut png), &picture, exif(6));
    written(WebPEncoder::new_lossless(&mut webp), &picture, exif(6));
    for bytes in [png, webp] {
        let scaled = of_bytes(&bytes).unwrap();
        assert_eq!((scaled.width, scaled.height), (40, 80));
        has_corners(&read(&scaled.large), [BLUE, RED, BLACK, GREEN]);
    }
}

#[test]
fn a_picture_is_made_smaller_and_never_larger() {
    for (width, height, large, small) in [
        (2560, 1440, (1280, 720), Some((320, 180))),
        (1281, 721, (1280, 721), Some((320, 181))),
        (1280, 720, (1280, 720), Some((320, 180))),
        (640, 360, (640, 360), Some((320, 180))),
        (321, 200, (321, 200), Some((320, 200))),
        (320, 180, (320, 180), None),
        (1, 1, (1, 1), None),
        (1080, 1920, (1080, 1920), Some((320, 569))),
    ] {
        let scaled = of_bytes(&png(&quarters(width, height))).unwrap();
        assert_eq!(read(&scaled.large).dimensions(), large);
        assert_eq!((scaled.width, scaled.height), large);
        let found = scaled.small.map(|small| read(&small).dimensions());
        assert_eq!(found, small, "{width} × {height}");
    }
}

#[test]
fn of_a_very_long_picture_the_middle_stays() {
    for (width, height, size) in [
        (4000, 100, (400, 100)),
        (100, 4000, (100, 200)),
        (30_000, 1, (4, 1)),
        (1, 30_000, (1, 2)),
    ] {
        let scaled = of_bytes(&png(&quarters(width, height))).unwrap();
        assert_eq!((scaled.width, scaled.height), size);
    }
    let scaled = of_bytes(&jpeg(&quarters(4000, 100), exif(6))).unwrap();
    assert_eq!((scaled.width, scaled.height), (100, 200));
    has_corners(&read(&scaled.large), [BLUE, RED, BLACK, GREEN]);
}

#[test]
fn what_shines_through_is_white() {
    let picture = RgbaImage::from_fn(800, 400, |x, _| match x * 4 / 800 {
        // What is not seen has a colour too, which must not shine out at an edge.
        0 => Rgba([255, 0, 0, 0]),
        1 => Rgba([0, 0, 0, 128]),
        2 => Rgba([0, 0, 0, 255]),
        _ => Rgba([0, 0, 0, 0]),
    });
    let mut png = Vec::new();
    let encoder = PngEncoder::new(&mut png);
    encoder
        .write_image(&picture, 800, 400, ExtendedColorType::Rgba8)
        .unwrap();
    let scaled = of_bytes(&png).unwrap();
    for bytes in [&scaled.large, &scaled.small.expect("a small one")] {
        let read = read(bytes);
        let eighth = read.width() / 8;
        let at = |eighths| read.get_pixel(eighths * eighth, read.height() / 2).0;
        close(at(1), WHITE);
        close(at(3), [127, 127, 127]);
        close(at(5), BLACK);
        close(at(7), WHITE);
        let reddest = read.pixels().map(|pixel| pixel[0].saturating_sub(pixel[1]));
        assert!(reddest.max() < Some(12), "red that nobody saw");
    }
}

#[test]
fn sixteen_bits_and_grey_are_read() {
    let deep = image::ImageBuffer::from_pixel(8, 8, image::Rgba([65_535_u16, 32_768, 0, 65_535]));
    let mut png = Vec::new();
    let bytes: Vec<u8> = deep.iter().flat_map(|value| value.to_ne_bytes()).collect();
    PngEncoder::new(&mut png)
        .write_image(&bytes, 8, 8, ExtendedColorType::Rgba16)
        .unwrap();
    let read_back = read(&of_bytes(&png).unwrap().large);
    close(read_back.get_pixel(4, 4).0, [255, 128, 0]);
    let mut grey = Vec::new();
    PngEncoder::new(&mut grey)
        .write_image(&[90; 64], 8, 8, ExtendedColorType::L8)
        .unwrap();
    let read_back = read(&of_bytes(&grey).unwrap().large);
    close(read_back.get_pixel(4, 4).0, [90, 90, 90]);
}

#[test]
fn inks_become_colours() {
    // One block of 8 × 8 in four inks as Adobe writes them, upside down: no cyan, all magenta, all yellow, no black.
    let mut bytes = b"\xff\xd8\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0".to_vec();
    bytes.extend(b"\xff\xdb\0\x43\0\x08");
    bytes.extend([1; 63]);
    bytes.extend(b"\xff\xc0\0\x14\x08\0\x08\0\x08\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0");
    bytes.extend(b"\xff\xc4\0\x15\0\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x07");
    bytes.extend(b"\xff\xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes.extend(b"\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0");
    bytes.extend(b"\xbf\xa0\x08\x02\xfe\xff\xd9");
    let read = read(&of_bytes(&bytes).unwrap().large);
    close(read.get_pixel(4, 4).0, [254, 1, 1]);
}

#[test]
fn of_an_animation_the_first_picture_counts() {
    let scaled = of_bytes(&fixture("animated.webp")).unwrap();
    let large = read(&scaled.large);
    assert_eq!(large.dimensions(), (64, 36));
    close(large.get_pixel(32, 18).0, [254, 0, 0]);
}

#[test]
fn a_telephones_colours_are_turned_into_the_webs() {
    let mut encoded = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut encoded, 95);
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    encoder.set_icc_profile(profile).unwrap();
    let picture = RgbImage::from_pixel(32, 32, image::Rgb([180, 90, 60]));
    encoder.encode_image(&picture).unwrap();
    // P3 reaches further than sRGB: the same red is a larger number there.
    let found = read(&of_bytes(&encoded).unwrap().large).get_pixel(16, 16).0;
    close(found, [192, 87, 52]);
    assert!(found[0] > 184, "{found:?}");
}

#[test]
fn what_the_camera_wrote_is_not_kept() {
    let bytes = jpeg(&quarters(640, 360), exif(1));
    let has = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    assert!(has(&bytes, b"taken at home"));
    let scaled = of_bytes(&bytes).unwrap();
    for kept in [&scaled.large, &scaled.small.expect("a small one")] {
        assert!(!has(kept, b"taken at home"));
        assert!(!has(kept, b"Exif"));
    }
}

/// A PNG of a few bytes that says it is this large.
fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        let crc = body.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ ((crc & 1) * 0xedb8_8320)
            })
        });
        let length = (data.len() as u32).to_be_bytes();
        [&length, &body[..], &(!crc).to_be_bytes()].concat()
    };
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[&size[..], &[8, 2, 0, 0, 0]].concat()),
        chunk(b"IDAT", b"\x78\x01\x01\0\0\xff\xff\0\0\0\x01"),
        chunk(b"IEND", b""),
    ]
    .concat()
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    for (width, height) in [(65_535, 65_535), (2_000_000_000, 1), (7100, 7100)] {
        let fault = fault(&png_bomb(width, height));
        assert!(
            matches!(fault, PictureError::TooLarge(w, h, PIXELS) if (w, h) == (width, height)),
            "{fault}"
        );
    }
    let mut jpeg = jpeg(&quarters(16, 16), exif(1));
    let header = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]);
    let header = header.expect("a frame header");
    jpeg[header + 5..header + 9].fill(0xff);
    assert!(matches!(
        fault(&jpeg),
        PictureError::TooLarge(65_535, 65_535, _)
    ));
    // A progressive one takes three times as much.
    jpeg[header + 5..header + 9].copy_from_slice(&[6000_u16.to_be_bytes(); 2].concat());
    jpeg[header + 1] = 0xc2;
    assert!(matches!(
        fault(&jpeg),
        PictureError::TooLarge(6000, 6000, 25_000_000..=30_000_000)
    ));
    let mut webp = fixture("picture.webp");
    webp[26..30].fill(0xff);
    assert!(matches!(
        fault(&webp),
        PictureError::TooLarge(16_383, 16_383, _)
    ));
}

#[test]
fn a_webp_whose_frame_is_larger_than_itself_is_refused() {
    let mut animated = fixture("animated.webp");
    let frame = animated.windows(3).position(|at| at == [0x9d, 0x01, 0x2a]);
    let frame = frame.expect("a frame");
    animated[frame + 3..frame + 7].fill(0xff);
    assert!(matches!(
        fault(&animated),
        PictureError::TooLarge(16_383, 16_383, _)
    ));
}

#[test]
fn a_jpeg_of_endless_scans_is_refused() {
    let mut bytes = jpeg(&quarters(16, 16), exif(1));
    let scan = bytes.windows(2).position(|pair| pair == [0xff, 0xda]);
    let scan = bytes[scan.expect("a scan")..bytes.len() - 2].to_vec();
    let end = bytes.split_off(bytes.len() - 2);
    for _ in 0..SCANS {
        bytes.extend(&scan);
    }
    bytes.extend(end);
    assert!(matches!(fault(&bytes), PictureError::Damaged));
}

#[test]
fn a_picture_cut_anywhere_is_refused() {
    for name in ["picture.jpg", "picture.png", "picture.webp"] {
        let whole = fixture(name);
        for end in (0..whole.len() - 16).step_by(whole.len() / 40) {
            assert!(of_bytes(&whole[..end]).is_err(), "{name} up to {end}");
        }
    }
    assert!(matches!(fault(b""), PictureError::NotAPicture));
    assert!(matches!(
        fault(&fixture("short.mp4")),
        PictureError::NotAPicture
    ));
}

#[test]
fn damage_anywhere_ends_well() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    for name in ["picture.jpg", "picture.png", "animated.webp"] {
        let whole = fixture(name);
        for _ in 0..120 {
            let mut bytes = whole.clone();
            for _ in 0..1 + next() % 4 {
                let at = next() % bytes.len();
                bytes[at] = next() as u8;
            }
            // Whether it is still a picture is not the question.
            let _ = of_bytes(&bytes);
        }
    }
}

#[tokio::test]
async fn a_file_is_scaled_and_a_missing_one_is_no_fault_of_its_own() {
    let media = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/media");
    let scaled = scaled(&media.join("picture.png")).await.unwrap();
    assert_eq!((scaled.width, scaled.height), (320, 180));
    let missing = super::scaled(&media.join("missing.png")).await;
    assert!(matches!(missing, Err(PictureError::Io(_))));
}
