//! The five verbs (all, opt, one, get, run), on a pool or in a transaction, with tuple parameters.

use futures_util::future::BoxFuture;
use sqlx::{
    Arguments, Encode, FromRow, Postgres, SqlSafeStr, Sqlite, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{Db, Result, Tx, readers::Lite};

/// A row both databases can give.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// The values of `$1`, `$2` …: a tuple, `()` for none.
pub trait Params: Send + Sized {
    /// Puts them behind those for SQLite that are there; an error when one cannot be encoded.
    fn add_sqlite(self, to: &mut SqliteArguments) -> Result<()>;
    /// The same for PostgreSQL.
    fn add_postgres(self, to: &mut PgArguments) -> Result<()>;

    /// The values for SQLite; an error when one cannot be encoded.
    fn sqlite(self) -> Result<SqliteArguments> {
        let mut arguments = SqliteArguments::default();
        self.add_sqlite(&mut arguments)?;
        Ok(arguments)
    }
    /// The values for PostgreSQL; an error when one cannot be encoded.
    fn postgres(self) -> Result<PgArguments> {
        let mut arguments = PgArguments::default();
        self.add_postgres(&mut arguments)?;
        Ok(arguments)
    }
}

impl Params for () {
    fn add_sqlite(self, _: &mut SqliteArguments) -> Result<()> {
        Ok(())
    }
    fn add_postgres(self, _: &mut PgArguments) -> Result<()> {
        Ok(())
    }
}

/// Some values, and others behind them.
pub struct Then<A, B>(pub A, pub B);

impl<A: Params, B: Params> Params for Then<A, B> {
    fn add_sqlite(self, to: &mut SqliteArguments) -> Result<()> {
        self.0.add_sqlite(to)?;
        self.1.add_sqlite(to)
    }
    fn add_postgres(self, to: &mut PgArguments) -> Result<()> {
        self.0.add_postgres(to)?;
        self.1.add_postgres(to)
    }
}

/// A value both databases can take.
pub trait Value:
    Send + Type<Sqlite> + Type<Postgres> + for<'q> Encode<'q, Sqlite> + for<'q> Encode<'q, Postgres>
{
}

impl<T> Value for T where
    T: Send
        + Type<Sqlite>
        + Type<Postgres>
        + for<'q> Encode<'q, Sqlite>
        + for<'q> Encode<'q, Postgres>
{
}

/// As many values as a query was built for.
impl<T: Value> Params for Vec<T> {
    fn add_sqlite(self, to: &mut SqliteArguments) -> Result<()> {
        for value in self {
            to.add(value).map_err(sqlx::Error::Encode)?;
        }
        Ok(())
    }
    fn add_postgres(self, to: &mut PgArguments) -> Result<()> {
        for value in self {
            to.add(value).map_err(sqlx::Error::Encode)?;
        }
        Ok(())
    }
}

macro_rules! params {
    ($($letter:ident)+) => {
        impl<$($letter: Value),+> Params for ($($letter,)+) {
            #[allow(non_snake_case)]
            fn add_sqlite(self, to: &mut SqliteArguments) -> Result<()> {
                let ($($letter,)+) = self;
                $(to.add($letter).map_err(sqlx::Error::Encode)?;)+
                Ok(())
            }
            #[allow(non_snake_case)]
            fn add_postgres(self, to: &mut PgArguments) -> Result<()> {
                let ($($letter,)+) = self;
                $(to.add($letter).map_err(sqlx::Error::Encode)?;)+
                Ok(())
            }
        }
    };
}
params!(A);
params!(A B);
params!(A B C);
params!(A B C D);
params!(A B C D E);
params!(A B C D E F);
params!(A B C D E F G);
params!(A B C D E F G H);
params!(A B C D E F G H I);
params!(A B C D E F G H I J);
params!(A B C D E F G H I J K);
params!(A B C D E F G H I J K L);
params!(A B C D E F G H I J K L M);

/// Sent to a connection that only reads, where a write fails loudly. No statement of ours writes behind WITH.
fn is_read(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or_default();
    first.eq_ignore_ascii_case("SELECT") || first.eq_ignore_ascii_case("WITH")
}

macro_rules! verbs {
    ($on:ty, [$($receiver:tt)+], $sql:ident, $lite:pat => $lite_on:expr, $pg:pat => $pg_on:expr) => {
        impl $on {
            /// Every row.
            pub async fn all<T: Row>($($receiver)+ self, $sql: impl SqlSafeStr, params: impl Params) -> Result<Vec<T>> {
                let $sql = $sql.into_sql_str();
                match self {
                    $lite => {
                        let mut on: Lite<'_> = $lite_on;
                        let answer = sqlx::query_as_with($sql, params.sqlite()?).fetch_all(&mut *on).await;
                        on.after(answer)
                    }
                    $pg => sqlx::query_as_with($sql, params.postgres()?).fetch_all($pg_on).await,
                }
            }
            /// The first row, if there is one.
            pub async fn opt<T: Row>($($receiver)+ self, $sql: impl SqlSafeStr, params: impl Params) -> Result<Option<T>> {
                let $sql = $sql.into_sql_str();
                match self {
                    $lite => {
                        // The driver drops a statement after the first row it wants, and with it what
                        // its end would say: a full disk, a broken constraint.
                        let reads = is_read($sql.as_str());
                        let mut on: Lite<'_> = $lite_on;
                        let query = sqlx::query_as_with($sql, params.sqlite()?);
                        let answer = if reads {
                            query.fetch_optional(&mut *on).await
                        } else {
                            let rows = query.fetch_all(&mut *on).await;
                            rows.map(|rows| rows.into_iter().next())
                        };
                        on.after(answer)
                    }
                    $pg => sqlx::query_as_with($sql, params.postgres()?).fetch_optional($pg_on).await,
                }
            }
            /// The first row; [`sqlx::Error::RowNotFound`] when there is none.
            pub async fn one<T: Row>($($receiver)+ self, sql: impl SqlSafeStr, params: impl Params) -> Result<T> {
                self.opt(sql, params).await?.ok_or(sqlx::Error::RowNotFound)
            }
            /// The first column of the first row; [`sqlx::Error::RowNotFound`] when there is none.
            pub async fn get<T>($($receiver)+ self, sql: impl SqlSafeStr, params: impl Params) -> Result<T>
            where
                (T,): Row,
            {
                Ok(self.one::<(T,)>(sql, params).await?.0)
            }
            /// Runs a statement; how many rows it changed.
            pub async fn run($($receiver)+ self, $sql: impl SqlSafeStr, params: impl Params) -> Result<u64> {
                let $sql = $sql.into_sql_str();
                match self {
                    $lite => {
                        let mut on: Lite<'_> = $lite_on;
                        let answer = sqlx::query_with($sql, params.sqlite()?).execute(&mut *on).await;
                        Ok(on.after(answer)?.rows_affected())
                    }
                    $pg => Ok(sqlx::query_with($sql, params.postgres()?).execute($pg_on).await?.rows_affected()),
                }
            }
        }
    };
}
verbs!(Db, [&], sql,
    Db::Sqlite { read, write, .. } => if is_read(sql.as_str()) {
        Lite::Reader(read.get().await?)
    } else {
        Lite::Writer(write.acquire().await?)
    },
    Db::Postgres(pool) => pool);
verbs!(Tx, [&mut], sql,
    Tx::Sqlite(transaction) => Lite::Transaction(&mut *transaction),
    Tx::Postgres(transaction) => &mut **transaction);

/// A pool or a transaction, for questions that are asked on both: `&Db` or [`Tx`].
pub trait Ask: Send {
    /// Every row.
    fn every<'a, T: Row + 'a, P: Params + 'a>(
        &'a mut self,
        sql: impl SqlSafeStr,
        params: P,
    ) -> BoxFuture<'a, Result<Vec<T>>>;
}

impl Ask for &Db {
    fn every<'a, T: Row + 'a, P: Params + 'a>(
        &'a mut self,
        sql: impl SqlSafeStr,
        params: P,
    ) -> BoxFuture<'a, Result<Vec<T>>> {
        let sql = sql.into_sql_str();
        Box::pin(async move { self.all(sql, params).await })
    }
}

impl Ask for Tx {
    fn every<'a, T: Row + 'a, P: Params + 'a>(
        &'a mut self,
        sql: impl SqlSafeStr,
        params: P,
    ) -> BoxFuture<'a, Result<Vec<T>>> {
        let sql = sql.into_sql_str();
        Box::pin(async move { self.all(sql, params).await })
    }
}
