//! Every column that names a file is known to the comparison, on both databases.

use std::collections::BTreeSet;

use madang::ingest::inventory::COLUMNS;

use crate::house::House;

/// Columns of text that never hold a key. A new column of text belongs here or, when it names stored
/// files, into `ingest/inventory/store.rs`: else its files would be removed as nobody's.
const OTHERS: [&str; 60] = [
    "admin_log.action",
    "admin_log.changes",
    "admin_log.model",
    "admin_log.object_text",
    "admin_log.search_key",
    "admin_log.username",
    "attachments.content_type",
    "attachments.file_name",
    "captions.file_name",
    "captions.language",
    "comments.body",
    "comments.search_key",
    "group_permissions.permission",
    "groups.name",
    "groups.name_key",
    "jobs.fault",
    "jobs.kind",
    "jobs.said",
    "jobs.sent_name",
    "jobs.state",
    "jobs.worker",
    "post_texts.body",
    "post_texts.body_key",
    "post_texts.title_key",
    "post_viewers.viewer",
    "posts.title",
    "posts.title_key",
    "reports.reason",
    "sessions.address",
    "sessions.agent",
    "sessions.data",
    "sessions.key",
    "unfinished_uploads.file_name",
    "unfinished_uploads.id",
    "unfinished_uploads.metadata",
    "uploads.audio_languages",
    "uploads.codecs",
    "uploads.container",
    "uploads.content_type",
    "uploads.field",
    "uploads.file_name",
    "uploads.id",
    "uploads.metadata",
    "used_uploads.id",
    "user_permissions.permission",
    "users.email",
    "users.password",
    "users.username",
    "users.username_key",
    "video_viewers.viewer",
    "videos.audio_languages",
    "videos.codecs",
    "videos.container",
    "videos.content_type",
    "videos.description",
    "videos.file_name",
    "videos.search_key",
    "videos.title",
    "videos.title_key",
    "videos.visibility",
];

async fn texts(house: &House) -> BTreeSet<String> {
    let sql = house.app.db.dialect(
        "SELECT tables.name || '.' || columns.name \
         FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
         WHERE tables.type = 'table' AND columns.type NOT IN ('BIGINT', 'INTEGER', 'BOOLEAN') \
         AND tables.name NOT LIKE 'post_grams%' AND tables.name NOT LIKE 'sqlite_%' \
         AND tables.name <> '_sqlx_migrations'",
        "SELECT table_name::text || '.' || column_name::text FROM information_schema.columns \
         WHERE table_schema = current_schema() \
         AND data_type NOT IN ('bigint', 'integer', 'boolean') \
         AND table_name NOT LIKE 'post_grams%' AND table_name <> '_sqlx_migrations'",
    );
    let found: Vec<(String,)> = house.app.db.all(sql, ()).await.expect("the schema");
    found.into_iter().map(|(name,)| name).collect()
}

#[tokio::test]
async fn every_column_that_can_name_a_file_is_known_to_the_comparison() {
    let house = House::open().await;
    let named = COLUMNS.map(|column| format!("{}.{}", column.table, column.name));
    let others = OTHERS.map(str::to_owned);
    let known: BTreeSet<String> = named.into_iter().chain(others).collect();
    let found = texts(&house).await;
    assert!(found.contains("videos.file"), "{found:?}");
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "columns of which nobody said whether they name files: {unknown:?}"
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "columns that are not there: {gone:?}");
}
