//! What stands in the folder, a batch at a time: there may be more files than fit into memory.
use super::{Key, Storage, incoming::blocking};
use std::{fs, io, sync::Arc, time::SystemTime};

/// Something in the folder that is not a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, with signs of doubt where it is no Unicode.
    pub name: String,
    /// The same as a key; `None` for anything that [`Storage::file`] would not open.
    pub key: Option<Key>,
    /// In bytes.
    pub len: u64,
    /// When its last byte was written.
    pub modified: SystemTime,
}

/// A walk through the folder. What comes or goes meanwhile may be met or not.
pub struct Listing(Option<fs::ReadDir>);

impl Storage {
    /// Begins a walk through the folder; the folders in it, Madang's own among them, are left out.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn list(&self) -> io::Result<Listing> {
        let root = Arc::clone(&self.root);
        blocking(move || Ok(Listing(Some(fs::read_dir(root)?)))).await
    }
}

impl Listing {
    /// At most `most` more; none at the end, and after an error.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn next(&mut self, most: usize) -> io::Result<Vec<Entry>> {
        let Some(mut folder) = self.0.take() else {
            return Ok(Vec::new());
        };
        let (folder, found) = blocking(move || {
            let mut found = Vec::new();
            while found.len() < most {
                let Some(entry) = folder.next() else {
                    return Ok((None, found));
                };
                found.extend(read(&entry?)?);
            }
            Ok((Some(folder), found))
        })
        .await?;
        self.0 = folder;
        Ok(found)
    }
}

/// `None` for a folder, and for what is gone since it was met.
fn read(entry: &fs::DirEntry) -> io::Result<Option<Entry>> {
    let metadata = match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => return Ok(None),
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let name = entry.file_name();
    let key = name.to_str().and_then(Key::parse);
    Ok(Some(Entry {
        key: key.filter(|_| metadata.is_file()),
        name: name.to_string_lossy().into_owned(),
        len: metadata.len(),
        modified: metadata.modified()?,
    }))
}
