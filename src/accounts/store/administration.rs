//! Users as the admin site keeps them: their rights, their groups, their end. Everything that
//! changes here does so in a transaction of [`administer`].

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use crate::{
    accounts::{User, names::Username},
    db::{Ask, Db, Result, Time, Tx, id_list},
};

/// The lock of [`administer`]; any number that no other lock of this program has.
const ADMINISTRATION: i64 = 0x6d61_6461_6e67;

/// A user, with what only the admin site asks for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Administered {
    /// The user.
    #[sqlx(flatten)]
    pub user: User,
    /// The stored hash; never shown.
    pub password: String,
    /// When the account was last saved in the admin site; zero when it never was.
    pub updated_at: Time,
}

/// A user by name, and whether they may do everything.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// `users.id`.
    pub id: i64,
    /// The name as its owner writes it.
    pub username: String,
    /// May do everything in the admin site.
    pub is_superuser: bool,
    /// Whether the account may be used at all.
    pub is_active: bool,
}

/// What the form of a user sets.
pub struct Details<'a> {
    /// Its name.
    pub username: &'a Username,
    /// May be empty.
    pub email: &'a str,
    /// Whether the account may be used at all.
    pub is_active: bool,
    /// May enter the admin site.
    pub is_staff: bool,
    /// May do everything there.
    pub is_superuser: bool,
}

/// A transaction in which accounts, groups and permissions change, one after another: what it reads
/// (who is a superuser, who may what) stays true until it commits.
pub async fn administer(db: &Db) -> Result<Tx> {
    let mut tx = db.begin().await?;
    tx.alone(ADMINISTRATION).await?;
    Ok(tx)
}

/// Whether the site would be left without an active superuser who may enter the admin site (which
/// takes `is_staff` too) if none of `ids` were one any more:
/// asked in a transaction of [`administer`] before any of them is deleted, demoted or deactivated.
pub async fn are_last_superusers(on: &mut impl Ask, ids: &[i64]) -> Result<bool> {
    let sql = "SELECT id FROM users WHERE is_superuser AND is_active AND is_staff";
    let all: Vec<(i64,)> = on.every(sql, ()).await?;
    Ok(!all.is_empty() && all.iter().all(|(id,)| ids.contains(id)))
}

/// The user with this id.
pub async fn administered(on: &mut impl Ask, id: i64) -> Result<Option<Administered>> {
    let sql = "SELECT id, username, email, is_active, is_staff, is_superuser, date_joined, \
               last_login, password_version, password, updated_at FROM users WHERE id = $1";
    Ok(on.every(sql, (id,)).await?.pop())
}

/// The users with these ids, by name.
pub async fn named(on: &mut impl Ask, ids: &[i64]) -> Result<Vec<Named>> {
    let sql = format!(
        "SELECT id, username, is_superuser, is_active FROM users WHERE id IN {} \
         ORDER BY username_key",
        id_list(ids)
    );
    on.every(AssertSqlSafe(sql), ()).await
}

/// The groups a user is in.
pub async fn groups_of(on: &mut impl Ask, id: i64) -> Result<BTreeSet<i64>> {
    let sql = "SELECT group_id FROM user_groups WHERE user_id = $1";
    let rows: Vec<(i64,)> = on.every(sql, (id,)).await?;
    Ok(rows.into_iter().map(|(group,)| group).collect())
}

/// The codes that were granted to a user directly.
pub async fn permissions_of(on: &mut impl Ask, id: i64) -> Result<BTreeSet<String>> {
    let sql = "SELECT permission FROM user_permissions WHERE user_id = $1";
    let rows: Vec<(String,)> = on.every(sql, (id,)).await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// The codes that any of these users has, directly or by a group.
pub async fn powers_of(on: &mut impl Ask, ids: &[i64]) -> Result<BTreeSet<String>> {
    let ids = id_list(ids);
    let sql = format!(
        "SELECT permission FROM user_permissions WHERE user_id IN {ids} UNION \
         SELECT permission FROM group_permissions JOIN user_groups \
         ON user_groups.group_id = group_permissions.group_id WHERE user_id IN {ids}"
    );
    let rows: Vec<(String,)> = on.every(AssertSqlSafe(sql), ()).await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// How many sessions these users have, and how often they are in a group.
pub async fn belongings(on: &mut impl Ask, ids: &[i64]) -> Result<(i64, i64)> {
    let ids = id_list(ids);
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM sessions WHERE user_id IN {ids}), \
         (SELECT COUNT(*) FROM user_groups WHERE user_id IN {ids})"
    );
    let row = on.every(AssertSqlSafe(sql), ()).await?.pop();
    row.ok_or(sqlx::Error::RowNotFound)
}

/// Whether another user than `id` has this name in any case.
pub async fn is_taken(tx: &mut Tx, username: &Username, id: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE username_key = $1 AND id <> $2)";
    tx.get(sql, (username.key(), id)).await
}

/// Makes an account without rights; `None` when the name is taken.
pub async fn add(tx: &mut Tx, username: &Username, hash: String, now: Time) -> Result<Option<i64>> {
    let sql = "INSERT INTO users (username, username_key, password, date_joined) \
               VALUES ($1, $2, $3, $4) \
               ON CONFLICT (username_key) DO NOTHING RETURNING id";
    let values = (username.as_str().to_owned(), username.key(), hash, now);
    let made: Option<(i64,)> = tx.opt(sql, values).await?;
    Ok(made.map(|(id,)| id))
}

/// Stores what the form of a user set. A taken name is a unique violation.
pub async fn change(tx: &mut Tx, id: i64, details: &Details<'_>) -> Result<()> {
    let sql = "UPDATE users SET username = $2, username_key = $3, email = $4, is_active = $5, \
               is_staff = $6, is_superuser = $7 WHERE id = $1";
    let values = (
        id,
        details.username.as_str().to_owned(),
        details.username.key(),
        details.email.to_owned(),
        details.is_active,
        details.is_staff,
        details.is_superuser,
    );
    tx.run(sql, values).await?;
    Ok(())
}

/// Notes that an account was saved in the admin site; after its entry in the log, so that the entry
/// is not news to whoever opens the form next.
pub async fn touch(tx: &mut Tx, id: i64) -> Result<()> {
    let sql = "UPDATE users SET updated_at = $2 WHERE id = $1";
    tx.run(sql, (id, Time::now())).await?;
    Ok(())
}

/// Puts a user in these groups and no others.
pub async fn set_groups(tx: &mut Tx, id: i64, groups: &BTreeSet<i64>) -> Result<()> {
    let sql = "DELETE FROM user_groups WHERE user_id = $1";
    tx.run(sql, (id,)).await?;
    for group in groups {
        let sql = "INSERT INTO user_groups (user_id, group_id) VALUES ($1, $2)";
        tx.run(sql, (id, *group)).await?;
    }
    Ok(())
}

/// Grants a user these codes directly and no others.
pub async fn set_permissions(tx: &mut Tx, id: i64, codes: &BTreeSet<String>) -> Result<()> {
    let sql = "DELETE FROM user_permissions WHERE user_id = $1";
    tx.run(sql, (id,)).await?;
    for code in codes {
        let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
        tx.run(sql, (id, code.clone())).await?;
    }
    Ok(())
}

/// Stores the hash of a changed password; the version it has. Every session that began before has
/// ended then.
pub async fn set_password(tx: &mut Tx, id: i64, hash: String) -> Result<i64> {
    let sql = "UPDATE users SET password = $2, password_version = password_version + 1 \
               WHERE id = $1 RETURNING password_version";
    let row: Option<(i64,)> = tx.opt(sql, (id, hash)).await?;
    row.map(|(version,)| version)
        .ok_or(sqlx::Error::RowNotFound)
}

/// Activates or deactivates an account. Its sessions are ended by the caller.
pub async fn set_active(tx: &mut Tx, id: i64, active: bool) -> Result<()> {
    let sql = "UPDATE users SET is_active = $2 WHERE id = $1";
    tx.run(sql, (id, active)).await?;
    Ok(())
}

/// Keeps these accounts as they are until the transaction ends: nobody writes anything new in their
/// names.
pub async fn hold(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    let held = tx.dialect("", "FOR UPDATE");
    let ids = id_list(ids);
    let sql = format!("SELECT id FROM users WHERE id IN {ids} ORDER BY id {held}");
    tx.all::<(i64,)>(AssertSqlSafe(sql), ()).await?;
    Ok(())
}

/// Deletes an account with its sessions and memberships.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run("DELETE FROM users WHERE id = $1", (id,)).await?;
    Ok(())
}
