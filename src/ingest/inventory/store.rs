//! Every column that names stored files, and the SQL that asks them. A new one belongs into
//! [`COLUMNS`]: what does not stand there is removed as nobody's by `madang media --clean`.

use sqlx::AssertSqlSafe;

use crate::{
    db::{Db, Result},
    storage::Key,
};

/// A column whose values are keys.
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whose files they are; `None` where a file may be missing.
    pub owner: Option<Owner>,
}

/// What a report says of the rows of a column.
pub struct Owner {
    /// What the files are.
    pub what: What,
    from: &'static str,
    id: &'static str,
    title: &'static str,
}

/// What a file is to the row that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A video's own file; id and title are the video's.
    Video,
    /// A video's picture; id and title are the video's.
    Thumbnail,
    /// Captions; id and title are the video's.
    Captions,
    /// A file of a post; id and title are the post's.
    Attachment,
    /// Kept for a form that is not finished; the id is its sender's, the title the file's name.
    Kept,
}

const fn of_video(name: &'static str, what: What) -> Column {
    Column {
        table: "videos",
        name,
        owner: Some(Owner {
            what,
            from: "videos",
            id: "videos.id",
            title: "videos.title",
        }),
    }
}

const fn of_form(name: &'static str) -> Column {
    Column {
        table: "uploads",
        name,
        owner: Some(Owner {
            what: What::Kept,
            from: "uploads",
            id: "uploads.user_id",
            title: "uploads.file_name",
        }),
    }
}

/// All of them.
pub const COLUMNS: [Column; 9] = [
    of_video("file", What::Video),
    of_video("thumbnail", What::Thumbnail),
    of_video("thumbnail_small", What::Thumbnail),
    Column {
        table: "attachments",
        name: "file",
        owner: Some(Owner {
            what: What::Attachment,
            from: "attachments JOIN posts ON posts.id = attachments.post_id",
            id: "posts.id",
            title: "posts.title",
        }),
    },
    Column {
        table: "captions",
        name: "file",
        owner: Some(Owner {
            what: What::Captions,
            from: "captions JOIN videos ON videos.id = captions.video_id",
            id: "videos.id",
            title: "videos.title",
        }),
    },
    of_form("file"),
    of_form("small"),
    // The key it will get, when it has arrived whole.
    Column {
        table: "unfinished_uploads",
        name: "file",
        owner: None,
    },
    // About to come, or to go: `keep` sees to them.
    Column {
        table: "file_removals",
        name: "file",
        owner: None,
    },
];

/// Which of these keys any row names, all columns at one moment: a key that goes from one to another
/// is never between them. At most some thousand at a time.
pub async fn named(db: &Db, keys: &[Key]) -> Result<Vec<(Key,)>> {
    let places: Vec<String> = (1..=keys.len()).map(|place| format!("${place}")).collect();
    let places = places.join(", ");
    let parts = COLUMNS.iter().map(|column| {
        let Column { table, name, .. } = column;
        format!("SELECT {name} FROM {table} WHERE {name} IN ({places})")
    });
    let sql = parts.collect::<Vec<_>>().join(" UNION ALL ");
    db.all(AssertSqlSafe(sql), keys.to_vec()).await
}

/// A row that names a file.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// As [`What`] says.
    pub id: i64,
    /// As [`What`] says.
    pub title: String,
    /// The file.
    pub file: Key,
}

/// The rows of a column that name files behind `after` in their order, at most `most`.
pub async fn after(
    db: &Db,
    column: &Column,
    owner: &Owner,
    after: &str,
    most: usize,
) -> Result<Vec<Named>> {
    let sql = rows(column, owner, ">", most);
    db.all(AssertSqlSafe(sql), (after.to_owned(),)).await
}

/// Whether a row of the column still names the file.
pub async fn still(db: &Db, column: &Column, owner: &Owner, file: &Key) -> Result<bool> {
    let sql = rows(column, owner, "=", 1);
    let found: Option<Named> = db.opt(AssertSqlSafe(sql), (file.clone(),)).await?;
    Ok(found.is_some())
}

fn rows(column: &Column, owner: &Owner, compared: &str, most: usize) -> String {
    let Column { table, name, .. } = column;
    let Owner {
        from, id, title, ..
    } = owner;
    format!(
        "SELECT {id} AS id, {title} AS title, {table}.{name} AS file FROM {from} \
         WHERE {table}.{name} {compared} $1 ORDER BY {table}.{name} LIMIT {most}"
    )
}
