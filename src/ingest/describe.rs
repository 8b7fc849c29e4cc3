//! From what was found out about a file to what the database keeps of it.
use super::{Probe, VideoKind};
use crate::{
    storage::Key,
    videos::store::{Facts, File},
};

impl Probe {
    /// What the database keeps of a probed file.
    pub fn described(self, kind: VideoKind, key: Key, file_name: String, size: i64) -> File {
        let languages = self.audio.iter().map(|tag| tag.as_deref().unwrap_or("und"));
        File {
            duration: self.duration_ms,
            width: self.width,
            height: self.height,
            facts: Facts {
                container: Some(kind.name().to_owned()),
                rotation: self.rotation,
                frame_rate: self.frame_rate,
                audio_languages: Some(languages.collect::<Vec<_>>().join(",")),
                starts_fast: self.starts_fast,
            },
            codecs: self.codecs,
            ..File::plain(key, file_name, kind.content_type(), size)
        }
    }
}
