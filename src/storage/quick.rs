//! Opening a file on an async worker: where its name stands in the system's memory, nothing waits for
//! a disk, and the trip to a thread that may wait would cost many times what opening does.

use std::{fs::File, path::Path};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2, statfs};

use super::{StoredFile, regular};

/// The numbers of ext4 (and its elders), XFS, Btrfs, F2FS, ZFS, bcachefs, tmpfs and overlayfs (a
/// container's), from the systems' headers.
const LOCAL: [u64; 8] = [
    0xEF53,
    0x5846_5342,
    0x9123_683E,
    0xF2F5_2010,
    0x2FC1_2FC1,
    0xCA45_1A4E,
    0x0102_1994,
    0x794C_7630,
];

/// Whether the folder's file system asks nobody over a network, and no other program, before it opens a
/// file whose name it has in memory.
pub(super) fn is_local(folder: &Path) -> bool {
    statfs(folder).is_ok_and(|found| LOCAL.contains(&(found.f_type as u64)))
}

/// Opens a regular file if that can be done without waiting (Linux 5.12 and later). `None` says no more
/// than that it could not.
pub(super) fn open(path: &Path) -> Option<StoredFile> {
    // Neither a link nor, by waiting for its other end, a named pipe.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::CACHED).ok()?;
    regular(File::from(opened)).ok()?
}
