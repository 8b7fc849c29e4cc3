//! The secret key: taken from the settings, or made once and kept beside the database.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::Database;

/// Shorter keys are guessable; a generated one has 64 characters.
const LEAST: usize = 32;

pub(super) fn key(
    faults: &mut Vec<String>,
    written: Option<String>,
    database: &Database,
    may_make: bool,
) -> Vec<u8> {
    let written = written
        .map(|key| key.trim().to_owned())
        .filter(|key| !key.is_empty());
    match written {
        Some(key) if key.len() >= LEAST => return key.into_bytes(),
        Some(key) => faults.push(format!(
            "SECRET_KEY has {} characters, which can be guessed; write at least {LEAST} random ones, \
             as `openssl rand -hex 32` prints them",
            key.len()
        )),
        None if !may_make => faults.push(
            "SECRET_KEY is missing; a site that others can reach needs one: at least 32 random \
             characters, as `openssl rand -hex 32` prints them"
                .to_owned(),
        ),
        // A start that fails anyway leaves nothing behind.
        None if !faults.is_empty() => {}
        None => match made_once(&place(database)) {
            Ok(key) => return key,
            Err(error) => faults.push(format!(
                "SECRET_KEY is missing and could not be kept in {}: {error}; set SECRET_KEY, or make \
                 that folder writable",
                place(database).display()
            )),
        },
    }
    Vec::new()
}

fn place(database: &Database) -> PathBuf {
    match database {
        Database::Sqlite(path) => {
            let mut name = path.clone().into_os_string();
            name.push(".secret_key");
            name.into()
        }
        Database::Postgres(_) => "madang.secret_key".into(),
    }
}

/// Reads the kept key, or keeps a new one. Two starts at once end with the same key: each writes a
/// file of its own, and only the first can link it to the common name.
fn made_once(path: &Path) -> io::Result<Vec<u8>> {
    if let Some(key) = kept(path)? {
        return Ok(key);
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut own = path.as_os_str().to_owned();
    own.push(format!(".{}", &key[..8]));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&own).and_then(|mut file| {
        file.write_all(key.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| fs::hard_link(&own, path));
    let _ = fs::remove_file(&own);
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => kept(path)?.ok_or_else(|| io::Error::other("it is empty")),
    }
}

fn kept(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(key) if key.len() >= LEAST => Ok(Some(key)),
        Ok(_) => Err(io::Error::other("it is too short; delete it")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_key_is_found_again_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("folder");
        let database = Database::Sqlite(folder.path().join("site.db"));
        let mut faults = Vec::new();
        let first = key(&mut faults, None, &database, true);
        assert_eq!(key(&mut faults, None, &database, true), first);
        assert_eq!((first.len(), faults), (64, Vec::<String>::new()));
        let names: Vec<_> = fs::read_dir(folder.path())
            .expect("list")
            .flatten()
            .collect();
        assert_eq!(names.len(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                names[0].metadata().expect("metadata").permissions().mode() & 0o777,
                0o600
            );
        }
    }
}
