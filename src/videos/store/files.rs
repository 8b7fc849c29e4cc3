//! The columns of a video's files.

use crate::{db::Params, storage::Key};

/// A video's thumbnail. One from before there were two sizes is the large one alone, as it was sent.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Thumbnail {
    /// At most 1280 pixels across; `None` when the video has no thumbnail.
    #[sqlx(rename = "thumbnail")]
    pub large: Option<Key>,
    /// 320 pixels across; `None` when the large one is not larger.
    #[sqlx(rename = "thumbnail_small")]
    pub small: Option<Key>,
    /// Pixels across the large one, when known.
    #[sqlx(rename = "thumbnail_width")]
    pub width: Option<i64>,
}

impl Thumbnail {
    /// Its files.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        [&self.large, &self.small].into_iter().flatten()
    }
}

/// A video's bytes and what is known of them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct File {
    /// Where they are.
    #[sqlx(rename = "file")]
    pub key: Key,
    /// The name it was uploaded under.
    pub file_name: String,
    /// The type it is served as.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// Milliseconds, when known.
    pub duration: Option<i64>,
    /// Pixels, when known.
    pub width: Option<i64>,
    /// Pixels, when known.
    pub height: Option<i64>,
    /// RFC 6381, when known.
    pub codecs: Option<String>,
    /// What else is known.
    #[sqlx(flatten)]
    pub facts: Facts,
}

/// What a video file says of itself beside its length and size; nothing of files that came before it
/// was read. `ingest` finds it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Facts {
    /// `mp4`, `m4v`, `mov`, `webm`, `mkv` or `ogg`.
    pub container: Option<String>,
    /// Degrees by which the picture is turned clockwise to be shown: 0, 90, 180 or 270.
    pub rotation: Option<i64>,
    /// Pictures in 1000 seconds.
    pub frame_rate: Option<i64>,
    /// A language's tag for each sound track, `und` where it does not say: `kor,und`; empty without
    /// any sound.
    pub audio_languages: Option<String>,
    /// Whether what a browser needs to begin and to jump about stands in front of the media.
    pub starts_fast: Option<bool>,
}

impl File {
    /// A file of which nothing else is to be known: no length, no dimensions.
    pub fn plain(key: Key, file_name: String, content_type: &str, size: i64) -> File {
        File {
            key,
            file_name,
            content_type: content_type.to_owned(),
            size,
            duration: None,
            width: None,
            height: None,
            codecs: None,
            facts: Facts::default(),
        }
    }

    /// What its columns hold, from `file` to `starts_fast` in the order of these fields.
    pub fn values(&self) -> impl Params + use<> {
        let File {
            key,
            file_name,
            content_type,
            size,
            duration,
            width,
            height,
            codecs,
            facts,
        } = self.clone();
        (
            key,
            file_name,
            content_type,
            size,
            duration,
            width,
            height,
            codecs,
            facts.container,
            facts.rotation,
            facts.frame_rate,
            facts.audio_languages,
            facts.starts_fast,
        )
    }

    /// Bits a second of the whole file, sound and all, when its length is known.
    pub fn bit_rate(&self) -> Option<i64> {
        let duration = self.duration.filter(|&duration| duration > 0)?;
        i64::try_from(i128::from(self.size) * 8000 / i128::from(duration)).ok()
    }
}
