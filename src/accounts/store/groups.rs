//! Groups: permissions given to many at once. Changed in a transaction of
//! [`administer`](super::administration::administer) only.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AssertSqlSafe;

use crate::db::{Ask, Result, Time, Tx, id_list};

/// A group.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Group {
    /// `groups.id`.
    pub id: i64,
    /// Its name, unique ignoring case.
    pub name: String,
    /// When it was last saved.
    pub updated_at: Time,
}

/// The group with this id.
pub async fn find(on: &mut impl Ask, id: i64) -> Result<Option<Group>> {
    let sql = "SELECT id, name, updated_at FROM groups WHERE id = $1";
    Ok(on.every(sql, (id,)).await?.pop())
}

/// The groups with these ids, by name.
pub async fn some(on: &mut impl Ask, ids: &[i64]) -> Result<Vec<Group>> {
    let sql = format!(
        "SELECT id, name, updated_at FROM groups WHERE id IN {} ORDER BY name_key",
        id_list(ids)
    );
    on.every(AssertSqlSafe(sql), ()).await
}

/// Every group, by name.
pub async fn all(on: &mut impl Ask) -> Result<Vec<Group>> {
    let sql = "SELECT id, name, updated_at FROM groups ORDER BY name_key";
    on.every(sql, ()).await
}

/// The codes of every group, by the group's id.
pub async fn all_permissions(on: &mut impl Ask) -> Result<BTreeMap<i64, BTreeSet<String>>> {
    let sql = "SELECT group_id, permission FROM group_permissions";
    let rows: Vec<(i64, String)> = on.every(sql, ()).await?;
    let mut all: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (group, code) in rows {
        all.entry(group).or_default().insert(code);
    }
    Ok(all)
}

/// The codes that any of these groups carries.
pub async fn permissions_of(on: &mut impl Ask, ids: &[i64]) -> Result<BTreeSet<String>> {
    let sql = format!(
        "SELECT DISTINCT permission FROM group_permissions WHERE group_id IN {}",
        id_list(ids)
    );
    let rows: Vec<(String,)> = on.every(AssertSqlSafe(sql), ()).await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// The first members of these groups by name, at most `limit`: id and name.
pub async fn members(on: &mut impl Ask, ids: &[i64], limit: i64) -> Result<Vec<(i64, String)>> {
    let sql = format!(
        "SELECT id, username FROM users WHERE id IN (SELECT user_id FROM user_groups \
         WHERE group_id IN {}) ORDER BY username_key LIMIT {limit}",
        id_list(ids)
    );
    on.every(AssertSqlSafe(sql), ()).await
}

/// How many users are in any of these groups.
pub async fn count_members(on: &mut impl Ask, ids: &[i64]) -> Result<i64> {
    let sql = format!(
        "SELECT COUNT(DISTINCT user_id) FROM user_groups WHERE group_id IN {}",
        id_list(ids)
    );
    let row: Option<(i64,)> = on.every(AssertSqlSafe(sql), ()).await?.pop();
    Ok(row.map_or(0, |(count,)| count))
}

/// Whether another group than `id` has this name in any case.
pub async fn is_taken(tx: &mut Tx, key: &str, id: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM groups WHERE name_key = $1 AND id <> $2)";
    tx.get(sql, (key.to_owned(), id)).await
}

/// Makes a group; its id. A taken name is a unique violation.
pub async fn add(tx: &mut Tx, name: &str, key: &str) -> Result<i64> {
    let sql = "INSERT INTO groups (name, name_key, updated_at) VALUES ($1, $2, $3) RETURNING id";
    tx.get(sql, (name.to_owned(), key.to_owned(), Time::now()))
        .await
}

/// Renames a group. A taken name is a unique violation.
pub async fn rename(tx: &mut Tx, id: i64, name: &str, key: &str) -> Result<()> {
    let sql = "UPDATE groups SET name = $2, name_key = $3 WHERE id = $1";
    tx.run(sql, (id, name.to_owned(), key.to_owned())).await?;
    Ok(())
}

/// Notes that a group was saved; after its entry in the log.
pub async fn touch(tx: &mut Tx, id: i64) -> Result<()> {
    let sql = "UPDATE groups SET updated_at = $2 WHERE id = $1";
    tx.run(sql, (id, Time::now())).await?;
    Ok(())
}

/// Gives a group these codes and no others.
pub async fn set_permissions(tx: &mut Tx, id: i64, codes: &BTreeSet<String>) -> Result<()> {
    let sql = "DELETE FROM group_permissions WHERE group_id = $1";
    tx.run(sql, (id,)).await?;
    for code in codes {
        let sql = "INSERT INTO group_permissions (group_id, permission) VALUES ($1, $2)";
        tx.run(sql, (id, code.clone())).await?;
    }
    Ok(())
}

/// Deletes a group with its memberships.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run("DELETE FROM groups WHERE id = $1", (id,)).await?;
    Ok(())
}
