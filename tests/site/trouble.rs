//! The database in trouble: what only reads is shown all the same, and readiness tells.

use axum::http::StatusCode;
use sqlx::AssertSqlSafe;

use crate::{
    house::{House, Person},
    videos::Row,
};

const LIST: &str = "/admin/videos/video/";

/// Makes every write of a session fail, as a full or locked database does.
async fn break_sessions(house: &House) {
    let db = &house.app.db;
    if house.on_postgres() {
        let sql = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
                   $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$";
        db.run(sql, ()).await.expect("a function");
        let sql = "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON sessions \
                   FOR EACH ROW EXECUTE FUNCTION full_disk()";
        db.run(sql, ()).await.expect("a trigger");
        return;
    }
    for verb in ["INSERT", "UPDATE", "DELETE"] {
        let sql = format!(
            "CREATE TRIGGER full_disk_{verb} BEFORE {verb} ON sessions \
             BEGIN SELECT RAISE(ABORT, 'no space'); END"
        );
        db.run(AssertSqlSafe(sql), ()).await.expect("a trigger");
    }
}

async fn mend_sessions(house: &House) {
    let db = &house.app.db;
    if house.on_postgres() {
        let sql = "DROP TRIGGER full_disk ON sessions";
        db.run(sql, ()).await.expect("the end of the trigger");
        return;
    }
    for verb in ["INSERT", "UPDATE", "DELETE"] {
        let sql = format!("DROP TRIGGER full_disk_{verb}");
        let dropped = db.run(AssertSqlSafe(sql), ()).await;
        dropped.expect("the end of a trigger");
    }
}

/// A house with a message waiting for its owner.
async fn with_a_message() -> (House, Person) {
    let house = House::open().await;
    let staff = house.staff().await;
    let id = Row::new("강의").add(&house).await.to_string();
    let form = [("action", "set_private"), ("_selected_action", &*id)];
    let answer = staff.post(LIST, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    (house, staff)
}

const MESSAGE: &str = "1개를 ‘비공개’로 바꾸었습니다.";

#[tokio::test]
async fn a_message_that_cannot_be_taken_waits_and_the_page_is_shown() {
    let (house, staff) = with_a_message().await;
    break_sessions(&house).await;
    for path in [LIST, "/", "/admin/"] {
        let page = staff.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
    }
    mend_sessions(&house).await;
    staff.get(LIST).await.says(MESSAGE);
    staff.get(LIST).await.keeps_quiet_about(MESSAGE);
}

#[tokio::test]
async fn an_address_that_means_nothing_leads_on_without_its_message() {
    let (house, staff) = with_a_message().await;
    break_sessions(&house).await;
    for path in [format!("{LIST}?o=99"), format!("{LIST}4242/change/")] {
        let answer = staff.get(&path).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path}");
        assert_eq!(answer.location(), LIST, "{path}");
    }
}

#[tokio::test]
async fn an_ended_session_shows_the_page_of_a_visitor() {
    let (house, staff) = with_a_message().await;
    let sql = "UPDATE users SET is_active = FALSE WHERE id = $1";
    house.app.db.run(sql, (staff.id,)).await.expect("an end");
    break_sessions(&house).await;
    let page = staff.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    page.says("/login/").keeps_quiet_about(MESSAGE);
}

#[tokio::test]
async fn a_login_that_cannot_be_kept_is_not_confirmed() {
    let (house, _) = with_a_message().await;
    house.member("지민").await;
    break_sessions(&house).await;
    let form = [("username", "지민"), ("password", crate::house::PASSWORD)];
    let answer = house.visitor().post("/login/", &form).await;
    assert!(answer.status.is_server_error(), "{}", answer.status);
}

#[tokio::test]
async fn a_database_file_that_was_deleted_or_replaced_is_not_ready() {
    let house = House::open().await;
    if house.on_postgres() {
        return;
    }
    let visitor = house.visitor();
    let ready = async || visitor.get("/readyz").await.status;
    assert_eq!(ready().await, StatusCode::OK);
    let file = house.folder.path().join("site.sqlite3");
    let away = house.folder.path().join("away.sqlite3");
    std::fs::rename(&file, &away).expect("a rename");
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::copy(&away, &file).expect("a copy");
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::rename(&away, &file).expect("a rename");
    assert_eq!(ready().await, StatusCode::OK);
    std::fs::remove_file(&file).expect("a deletion");
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_statement_that_fails_at_its_very_end_is_told() {
    let house = House::open().await;
    let db = &house.app.db;
    for sql in [
        "CREATE TABLE parents (id BIGINT PRIMARY KEY)",
        "CREATE TABLE children (id BIGINT PRIMARY KEY, parent BIGINT \
         REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
    ] {
        db.run(sql, ()).await.expect("a table");
    }
    let sql = "INSERT INTO children (id, parent) VALUES ($1, 7) RETURNING id";
    let told = db.get::<i64>(sql, (1i64,)).await.expect_err("no parent");
    let told = told.as_database_error().expect("the database's own words");
    assert!(told.is_foreign_key_violation(), "{told}");
    let there: i64 = db
        .get("SELECT COUNT(*) FROM children", ())
        .await
        .expect("a count");
    assert_eq!(there, 0);
}
