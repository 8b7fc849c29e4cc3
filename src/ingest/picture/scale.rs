//! A decoded picture made smaller, upright, on white and in sRGB.

use image::{
    DynamicImage, GenericImageView, Rgb, RgbImage, Rgba,
    imageops::{self, FilterType},
    metadata::Orientation,
};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::LARGE;

/// How much taller than wide, and how much wider than tall, a picture stays; of a longer one the middle is kept.
const TALLEST: u32 = 2;
const WIDEST: u32 = 4;

/// The picture at most [`LARGE`] pixels across. What was decoded goes as soon as it is not needed.
pub(super) fn upright(
    decoded: DynamicImage,
    orientation: Orientation,
    profile: Option<&[u8]>,
) -> RgbImage {
    let turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let middle = OnWhite::middle_of(&decoded, turned);
    let (width, height) = fitted(middle.width, middle.height, turned);
    let near = middle.reduced(2 * width, 2 * height);
    drop(decoded);
    let mut large = DynamicImage::ImageRgb8(resized(&near, width, height));
    drop(near);
    large.apply_orientation(orientation);
    let mut large = large.into_rgb8();
    if let Some(profile) = profile {
        in_srgb(&mut large, profile);
    }
    large
}

/// The middle of a picture as it looks on white, without a copy of its pixels.
struct OnWhite<'a> {
    picture: &'a DynamicImage,
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl OnWhite<'_> {
    /// All of a common picture; of a very tall or wide one as much as is shown. `turned` when it lies on its side.
    fn middle_of(picture: &DynamicImage, turned: bool) -> OnWhite<'_> {
        let (wide, tall) = picture.dimensions();
        let (most_wide, most_tall) = if turned {
            (TALLEST, WIDEST)
        } else {
            (WIDEST, TALLEST)
        };
        let width = wide.min(tall.saturating_mul(most_wide));
        let height = tall.min(wide.saturating_mul(most_tall));
        OnWhite {
            picture,
            left: (wide - width) / 2,
            top: (tall - height) / 2,
            width,
            height,
        }
    }

    /// A copy of no more than this size: quick, for a finer step after it.
    fn reduced(&self, width: u32, height: u32) -> RgbImage {
        if self.width > width {
            imageops::thumbnail(self, width, height)
        } else {
            RgbImage::from_fn(self.width, self.height, |x, y| self.get_pixel(x, y))
        }
    }
}

impl GenericImageView for OnWhite<'_> {
    type Pixel = Rgb<u8>;

    fn dimensions(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn get_pixel(&self, x: u32, y: u32) -> Rgb<u8> {
        let Rgba([red, green, blue, alpha]) = self.picture.get_pixel(self.left + x, self.top + y);
        let alpha = u16::from(alpha);
        let over = |colour: u8| {
            let mixed = u16::from(colour) * alpha + 255 * (255 - alpha);
            // A mean of two bytes is a byte.
            ((mixed + 127) / 255) as u8
        };
        Rgb([over(red), over(green), over(blue)])
    }
}

/// The size at which a picture is [`LARGE`] across once it is upright, or its own size when it is smaller.
fn fitted(width: u32, height: u32, turned: bool) -> (u32, u32) {
    let across = if turned { height } else { width };
    if across <= LARGE {
        return (width, height);
    }
    // At most 50 million pixels times 1280 fits into 64 bits, and the result is smaller than what it is made of.
    let scale = |side: u32| (u64::from(side) * u64::from(LARGE)).div_ceil(u64::from(across)) as u32;
    (scale(width), scale(height))
}

/// Of another size, by a filter that keeps edges.
pub(super) fn resized(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    if picture.dimensions() == (width, height) {
        return picture.clone();
    }
    imageops::resize(picture, width, height, FilterType::CatmullRom)
}

/// Colours that were meant in another space, such as a telephone's, as the web means them. A profile that cannot be
/// used changes nothing.
fn in_srgb(picture: &mut RgbImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options)
    else {
        return;
    };
    let mut colours = vec![0; picture.len()];
    if transform.transform(picture.as_raw(), &mut colours).is_ok() {
        picture.copy_from_slice(&colours);
    }
}
