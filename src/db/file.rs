//! Which file a path leads to: the same path may lead to another file later, or to none.

use std::{fs::Metadata, io, path::Path};

/// A file, whatever it is called; where the system has no numbers for files, every file is alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    /// The file at a path.
    ///
    /// # Errors
    /// There is none, or it cannot be reached.
    pub async fn of(path: &Path) -> io::Result<FileId> {
        Ok(id(&tokio::fs::metadata(path).await?))
    }
}

#[cfg(unix)]
fn id(metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId {
        device: metadata.dev(),
        number: metadata.ino(),
    }
}

#[cfg(not(unix))]
fn id(_: &Metadata) -> FileId {
    FileId {
        device: 0,
        number: 0,
    }
}
