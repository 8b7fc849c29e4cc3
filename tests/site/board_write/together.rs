//! Two at once: two people who change one post, and one form that is sent twice.

use axum::http::StatusCode;

use super::{NEW, count, edit, id_of, stored, value, write};
use crate::house::{House, Part, fixture};

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_loses_nothing() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let staff = house.staff().await;
    let id = write(&writer, "처음 제목", "처음 내용").await;
    let version = value(&writer.get(&edit(id)).await, "version");
    let theirs = [
        ("title", "먼저 고친 제목"),
        ("body", "먼저 고친 내용"),
        ("version", &version),
    ];
    assert_eq!(
        staff.post(&edit(id), &theirs).await.status,
        StatusCode::SEE_OTHER
    );
    let picture = fixture("picture.png");
    let mine = [
        Part::Text("title", "나중 제목"),
        Part::Text("body", "나중 내용"),
        Part::Text("version", &version),
        Part::File("files", "사진.png", &picture),
    ];
    let told = writer.post_parts(&edit(id), &mine).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    told.says("그 사이에 글이 바뀌었습니다")
        .says("먼저 고친 제목")
        .says("먼저 고친 내용</textarea>")
        .says("value=\"나중 제목\"")
        .says("나중 내용</textarea>")
        .says("사진.png");
    assert_eq!(
        stored(&house, id).await.0,
        "먼저 고친 제목",
        "nothing is written over"
    );
    // Sent once more, it is saved with its file.
    let (version, token) = (value(&told, "version"), value(&told, "kept"));
    let again = [
        ("title", "나중 제목"),
        ("body", "둘을 합친 내용"),
        ("version", &version),
        ("kept", &token),
    ];
    let saved = writer.post(&edit(id), &again).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(stored(&house, id).await.1, "둘을 합친 내용");
    assert_eq!(count(&house, "attachments").await, 1);
    // A third version in between is told too.
    let stale = [
        ("title", "또"),
        ("body", "또"),
        ("version", version.as_str()),
    ];
    let told = staff.post(&edit(id), &stale).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for strange in ["", "-1", "x", "99999999999999999999"] {
        let form = [("title", "또"), ("body", "또"), ("version", strange)];
        let told = staff.post(&edit(id), &form).await;
        assert_eq!(told.status, StatusCode::CONFLICT, "{strange:?}");
    }
}

#[tokio::test]
async fn two_who_save_at_the_same_time_are_not_both_right() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let staff = house.staff().await;
    let id = write(&writer, "제목", "내용").await;
    let version = value(&writer.get(&edit(id)).await, "version");
    let (address, version) = (edit(id), version.as_str());
    let mine = [
        ("title", "지민의 제목"),
        ("body", "내용"),
        ("version", version),
    ];
    let theirs = [
        ("title", "주인의 제목"),
        ("body", "내용"),
        ("version", version),
    ];
    let (one, two) = tokio::join!(writer.post(&address, &mine), staff.post(&address, &theirs));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort();
    assert_eq!(statuses, [303, 409]);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_post() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let picture = fixture("picture.png");
    let parts = [
        Part::Text("title", "제목"),
        Part::Text("body", "내용"),
        Part::File("files", "사진.png", &picture),
    ];
    let (one, two) = tokio::join!(
        writer.post_parts(NEW, &parts),
        writer.post_parts(NEW, &parts)
    );
    assert_eq!(id_of(one.location()), id_of(two.location()));
    assert_eq!(count(&house, "posts").await, 1);
    assert_eq!(
        (house.files().len(), count(&house, "uploads").await),
        (1, 0)
    );
    // The same words of somebody else, or later, are another post.
    write(&house.member("하늘").await, "제목", "내용").await;
    let sql = "UPDATE posts SET created_at = created_at - 60000000";
    house.app.db.run(sql, ()).await.expect("aged");
    write(&writer, "제목", "내용").await;
    assert_eq!(count(&house, "posts").await, 3);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_with_a_kept_file_makes_one_post_too() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let file = [Part::File("file", "쪽지.txt", b"one")];
    let kept = writer.post_parts("/board/files/", &file).await.text();
    let token = kept.split("\"token\":\"").nth(1).expect("a token");
    let token = token.split('"').next().expect("its end");
    let form = [("title", "제목"), ("body", "내용"), ("kept", token)];
    let (one, two) = (writer.post(NEW, &form).await, writer.post(NEW, &form).await);
    assert_eq!(two.status, StatusCode::SEE_OTHER, "{}", two.text());
    assert_eq!(id_of(one.location()), id_of(two.location()));
    // With other words the file is missed.
    let other = [("title", "제목"), ("body", "다른 내용"), ("kept", token)];
    let told = writer.post(NEW, &other).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&house, "posts").await, 1);
}

#[tokio::test]
async fn the_same_words_with_another_file_are_another_post() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    for (name, posts) in [("1.txt", 1), ("2.txt", 2), ("2.txt", 2)] {
        let parts = [
            Part::Text("title", "사진"),
            Part::Text("body", "오늘"),
            Part::File("files", name, b"a"),
        ];
        let answer = writer.post_parts(NEW, &parts).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(count(&house, "posts").await, posts, "{name}");
    }
    assert_eq!(
        (count(&house, "attachments").await, house.files().len()),
        (2, 2)
    );
}

#[tokio::test]
async fn posts_sent_at_the_same_time_do_not_pass_the_limit() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let forms: Vec<_> = (0..8).map(|number| format!("글 {number}")).collect();
    let sent = forms.iter().map(|title| {
        let writer = writer.clone();
        async move {
            writer
                .post(NEW, &[("title", title), ("body", "내용")])
                .await
                .status
        }
    });
    let statuses = futures_util::future::join_all(sent).await;
    let saved = statuses
        .iter()
        .filter(|status| **status == StatusCode::SEE_OTHER);
    assert_eq!(saved.count(), 5, "{statuses:?}");
    assert_eq!(count(&house, "posts").await, 5);
}

#[tokio::test]
async fn an_account_that_was_switched_off_meanwhile_writes_nothing() {
    let house = House::open().await;
    let writer = house.member("지민").await;
    let id = write(&writer, "제목", "내용").await;
    let mut tx = house.app.db.begin().await.expect("a transaction");
    assert!(
        madang::board::store::hold_writer(&mut tx, writer.id)
            .await
            .expect("held")
    );
    let sql = "UPDATE users SET is_active = FALSE WHERE id = $1";
    tx.run(sql, (writer.id,)).await.expect("off");
    assert!(
        !madang::board::store::hold_writer(&mut tx, writer.id)
            .await
            .expect("held")
    );
    tx.commit().await.expect("commit");
    let form = [("title", "또"), ("body", "또")];
    for path in [NEW, &edit(id)] {
        let answer = writer.post(path, &form).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path}");
    }
    assert_eq!(count(&house, "posts").await, 1);
}
