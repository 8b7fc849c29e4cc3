//! Every SQL statement for the tables of users and groups.

pub mod administration;
pub mod groups;

use super::{User, names::Username};
use crate::{
    db::{Db, Result, Time},
    web::sessions::Owner,
};

macro_rules! user_sql {
    ($rest:literal) => {
        user_sql!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, username, email, is_active, is_staff, is_superuser, date_joined, \
             last_login, password_version",
            $more,
            " FROM users ",
            $rest
        )
    };
}

/// A user beside the stored hash, for login alone.
#[derive(sqlx::FromRow)]
pub struct Credentials {
    /// Whose it is.
    #[sqlx(flatten)]
    pub user: User,
    /// `users.password`.
    pub password: String,
}

/// An account to be made.
pub struct NewUser<'a> {
    /// Its name.
    pub username: &'a Username,
    /// The hash of its password.
    pub password: String,
    /// Whether it may do everything (and enter the admin site).
    pub superuser: bool,
}

/// The user with this id.
pub async fn by_id(db: &Db, id: i64) -> Result<Option<User>> {
    db.opt(user_sql!("WHERE id = $1"), (id,)).await
}

/// What a session of this user has to be judged by.
pub async fn owner(db: &Db, id: i64) -> Result<Option<Owner>> {
    let sql = "SELECT id, username, is_staff, is_superuser, is_active, password_version \
               FROM users WHERE id = $1";
    db.opt(sql, (id,)).await
}

/// The user of this name in any case.
pub async fn by_name(db: &Db, name: &Username) -> Result<Option<User>> {
    db.opt(user_sql!("WHERE username_key = $1"), (name.key(),))
        .await
}

/// The user of this name in any case, with the stored hash.
pub async fn credentials(db: &Db, name: &Username) -> Result<Option<Credentials>> {
    db.opt(
        user_sql!(", password", "WHERE username_key = $1"),
        (name.key(),),
    )
    .await
}

/// The stored hash of a user.
pub async fn password(db: &Db, id: i64) -> Result<Option<String>> {
    let found: Option<(String,)> = db
        .opt("SELECT password FROM users WHERE id = $1", (id,))
        .await?;
    Ok(found.map(|(password,)| password))
}

/// Makes an account; `None` when the name is taken.
pub async fn create(db: &Db, new: NewUser<'_>, now: Time) -> Result<Option<i64>> {
    let made: Option<(i64,)> = db
        .opt(
            "INSERT INTO users (username, username_key, password, is_staff, is_superuser, \
             date_joined) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (username_key) DO NOTHING RETURNING id",
            (
                new.username.as_str().to_owned(),
                new.username.key(),
                new.password,
                new.superuser,
                new.superuser,
                now,
            ),
        )
        .await?;
    Ok(made.map(|(id,)| id))
}

/// Stores the hash of another password; every session that began before has ended then.
pub async fn set_password(db: &Db, id: i64, hash: String) -> Result<()> {
    let sql = "UPDATE users SET password = $2, password_version = password_version + 1 \
               WHERE id = $1";
    db.run(sql, (id, hash)).await?;
    Ok(())
}

/// As [`set_password`], in the place of the one that was proved when `user` was read; the version
/// of the new one. `None` when that is not the password any more.
pub async fn change_password(db: &Db, user: &User, hash: String) -> Result<Option<i64>> {
    let sql = "UPDATE users SET password = $3, password_version = password_version + 1 \
               WHERE id = $1 AND password_version = $2 RETURNING password_version";
    let values = (user.id, user.password_version, hash);
    let row: Option<(i64,)> = db.opt(sql, values).await?;
    Ok(row.map(|(version,)| version))
}

/// Stores a newer hash of the same password, unless it was changed meanwhile.
pub async fn renew_hash(db: &Db, id: i64, old: String, new: String) -> Result<()> {
    db.run(
        "UPDATE users SET password = $1 WHERE id = $2 AND password = $3",
        (new, id, old),
    )
    .await?;
    Ok(())
}

/// Notes a login.
pub async fn note_login(db: &Db, id: i64, now: Time) -> Result<()> {
    db.run("UPDATE users SET last_login = $1 WHERE id = $2", (now, id))
        .await?;
    Ok(())
}

/// Whether there is a superuser, active or not.
pub async fn has_superuser(db: &Db) -> Result<bool> {
    db.get("SELECT EXISTS (SELECT 1 FROM users WHERE is_superuser)", ())
        .await
}

/// The superuser of longest standing who may still log in.
pub async fn first_superuser(db: &Db) -> Result<Option<User>> {
    let sql = user_sql!("WHERE is_superuser AND is_staff AND is_active ORDER BY id LIMIT 1");
    db.opt(sql, ()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Database;

    async fn fresh() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().expect("folder");
        let database = Database::Sqlite(folder.path().join("site.db"));
        let db = Db::open(&database).await.expect("database");
        db.migrate(&database).await.expect("migrations");
        (folder, db)
    }

    fn name(typed: &str) -> Username {
        Username::read(typed).expect("a username")
    }

    async fn add(db: &Db, typed: &str) -> Option<i64> {
        let username = name(typed);
        let new = NewUser {
            username: &username,
            password: "hash".into(),
            superuser: false,
        };
        create(db, new, Time(7)).await.expect("insert")
    }

    #[tokio::test]
    async fn a_name_is_taken_in_every_case() {
        let (_folder, db) = fresh().await;
        let id = add(&db, "Ada").await.expect("made");
        assert_eq!(add(&db, "aDA").await, None);
        let user = by_name(&db, &name("ADA")).await.expect("query");
        let user = user.expect("found");
        assert_eq!((user.id, user.username.as_str()), (id, "Ada"));
        assert_eq!((user.is_active, user.is_staff), (true, false));
        assert_eq!(by_id(&db, id).await.expect("query"), Some(user));
    }

    #[tokio::test]
    async fn of_two_changes_of_one_password_one_takes() {
        let (_folder, db) = fresh().await;
        let id = add(&db, "ada").await.expect("made");
        let proven = by_id(&db, id).await.expect("query").expect("found");
        let first = change_password(&db, &proven, "first".into()).await;
        assert_eq!(first.expect("update"), Some(1));
        let second = change_password(&db, &proven, "second".into()).await;
        assert_eq!(second.expect("update"), None);
        let stored = password(&db, id).await.expect("query");
        assert_eq!(stored.as_deref(), Some("first"));
    }

    #[tokio::test]
    async fn a_newer_hash_does_not_undo_a_changed_password() {
        let (_folder, db) = fresh().await;
        let id = add(&db, "ada").await.expect("made");
        set_password(&db, id, "changed".into())
            .await
            .expect("update");
        renew_hash(&db, id, "hash".into(), "newer".into())
            .await
            .expect("update");
        let stored = password(&db, id).await.expect("query");
        assert_eq!(stored.as_deref(), Some("changed"));
        let owner = owner(&db, id).await.expect("query").expect("found");
        assert_eq!(owner.clone().account_for(0), None);
        assert!(owner.account_for(1).is_some());
    }
}
