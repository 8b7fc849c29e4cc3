//! The room on a disk.
use std::path::Path;

/// Bytes of a disk.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    /// That this program may still write.
    pub free: u64,
    /// In all.
    pub total: u64,
}

/// The disk of a folder; `None` where the system does not tell. Blocking.
#[cfg(unix)]
pub fn space(folder: &Path) -> Option<Space> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(Space {
        free: disk.f_bavail.saturating_mul(disk.f_frsize),
        total: disk.f_blocks.saturating_mul(disk.f_frsize),
    })
}

/// The disk of a folder; `None` where the system does not tell.
#[cfg(not(unix))]
pub fn space(_: &Path) -> Option<Space> {
    None
}
