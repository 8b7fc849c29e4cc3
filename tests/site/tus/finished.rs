//! From the last byte to the video.

use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use madang::{db::Time, storage::Key, words::Lang};

use super::{begin, form, head, is_at, newest, partials, rows, send, tus};
use crate::{
    house::{House, Part, Person, fixture},
    uploads::{ADD, change, count},
};

const LIST: &str = "/admin/videos/video/";

/// A film that has arrived in one piece; its address.
async fn sent(owner: &Person, film: &[u8]) -> String {
    let path = begin(owner, film.len()).await;
    send(owner, &path, 0, film.to_vec()).await;
    path
}

#[tokio::test]
async fn pieces_become_a_video_byte_for_byte() {
    let house = House::open().await;
    let owner = house.staff().await;
    for (name, kind, steps) in [
        ("short.mp4", "video/mp4", 1),
        ("short.webm", "video/webm", 7001),
        ("long.mp4", "video/mp4", 30_000),
    ] {
        let film = fixture(name);
        let path = begin(&owner, film.len()).await;
        let steps = if steps == 1 { film.len() } else { steps };
        let mut offset = 0;
        for piece in film.chunks(steps) {
            let answer = send(&owner, &path, offset, piece.to_vec()).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
            offset += piece.len();
        }
        assert_eq!(rows(&house).await, (0, 1));
        let answer = owner.post_parts(ADD, &form(&path)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(newest(&house).await, film, "{name}");
        let sql = "SELECT file_name, content_type, size FROM videos ORDER BY id DESC LIMIT 1";
        let known: (String, String, i64) = house.app.db.one(sql, ()).await.expect("a video");
        let size = i64::try_from(film.len()).expect("a size");
        assert_eq!(known, ("film.mp4".to_owned(), kind.to_owned(), size));
        // It has found its row: its address is nothing's any more.
        assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
    assert_eq!(house.files().len(), 3);
}

#[tokio::test]
async fn finishing_twice_is_harmless() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = sent(&owner, &film).await;
    for _ in 0..2 {
        let answer = head(&owner, &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        is_at(&answer, film.len());
        assert_eq!(answer.header("upload-length"), film.len().to_string());
        assert_eq!(answer.header("upload-metadata"), "filename ZmlsbS5tcDQ=");
        let answer = send(&owner, &path, film.len(), "").await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        is_at(&answer, film.len());
        let answer = send(&owner, &path, 0, film.clone()).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
    }
    let answer = owner.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    // The answer is lost on its way, and the form is sent again.
    let answer = owner.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), LIST);
    owner.get(LIST).await.says("이미 추가되었습니다");
    assert_eq!(count(&house).await, 1);

    // What was typed since is not saved, and that is said where it can be.
    let [_, visibility, upload] = form(&path);
    let retitled = [Part::Text("title", "고친 제목"), visibility, upload];
    let answer = owner.post_parts(ADD, &retitled).await;
    let id: i64 = house
        .app
        .db
        .get("SELECT id FROM videos", ())
        .await
        .expect("it");
    assert_eq!(answer.location(), change(id));
    owner.get(&change(id)).await.says("저장하지 않았습니다");
    assert_eq!(count(&house).await, 1);

    // To anybody else it is nothing, and to its sender once the video is gone.
    let other = house.somebody("민서", true, true).await;
    let answer = other.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(Lang::Ko.words().admin.kept_gone);
    house
        .app
        .db
        .run("DELETE FROM videos", ())
        .await
        .expect("gone");
    let answer = owner.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(Lang::Ko.words().admin.kept_gone);
}

#[tokio::test]
async fn a_change_that_is_sent_again_is_saved_once() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let mut paths = Vec::new();
    for _ in 0..2 {
        let path = sent(&owner, &film).await;
        paths.push(path);
    }
    owner.post_parts(ADD, &form(&paths[0])).await;
    let id: i64 = house
        .app
        .db
        .get("SELECT id FROM videos", ())
        .await
        .expect("it");
    for _ in 0..2 {
        let answer = owner.post_parts(&change(id), &form(&paths[1])).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }
    assert_eq!(house.files().len(), 1);
}

#[tokio::test]
async fn a_form_takes_a_token_a_path_or_an_address() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let mut id = 0;
    for write in [
        |path: &str| path.to_owned(),
        |path: &str| format!("https://madang.test{path}"),
        |path: &str| path["/admin/uploads/".len()..].replace('/', ""),
    ] {
        let path = sent(&owner, &film).await;
        let written = write(&path);
        let page = if id == 0 { ADD.to_owned() } else { change(id) };
        let answer = owner.post_parts(&page, &form(&written)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{written}");
        let sql = "SELECT id FROM videos";
        id = house.app.db.get(sql, ()).await.expect("the video");
    }
    assert_eq!(house.files().len(), 1);
}

#[tokio::test]
async fn a_form_that_is_saved_too_early_comes_back_with_everything_typed() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..40_000].to_vec()).await;
    let answer = owner.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(Lang::Ko.words().uploads.not_finished)
        .says("조각으로 온 강의");
    assert_eq!(count(&house).await, 0);
    send(&owner, &path, 40_000, film[40_000..].to_vec()).await;
    assert_eq!(owner.post_parts(ADD, &form(&path)).await.status, 303);
    assert_eq!(newest(&house).await, film);
}

#[tokio::test]
async fn a_form_may_throw_an_upload_away_or_send_another_file() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.webm");
    for sent in [10_000, film.len()] {
        let path = begin(&owner, film.len()).await;
        send(&owner, &path, 0, film[..sent].to_vec()).await;
        let [title, visibility, upload] = form(&path);
        let other = fixture("short.mp4");
        let parts = [
            title,
            visibility,
            upload,
            Part::Text("upload-clear", "1"),
            Part::File("video_file", "a.mp4", &other),
        ];
        let answer = owner.post_parts(ADD, &parts).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(newest(&house).await, other);
        assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
    }
}

#[tokio::test]
async fn somebody_elses_upload_is_in_no_form() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른주인", true, true).await;
    let film = fixture("short.mp4");
    for sent in [10_000, film.len()] {
        let path = begin(&owner, film.len()).await;
        send(&owner, &path, 0, film[..sent].to_vec()).await;
        let answer = other.post_parts(ADD, &form(&path)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says(Lang::Ko.words().admin.kept_gone);
        is_at(&head(&owner, &path).await, sent);
    }
    assert_eq!(count(&house).await, 0);
}

#[tokio::test]
async fn what_is_no_video_is_refused_long_before_its_end() {
    let house = House::open().await;
    let owner = house.staff().await;
    let path = begin(&owner, 1 << 30).await;
    let answer = send(&owner, &path, 0, vec![b'a'; 70 << 10]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(Lang::Ko.words().admin.file_not_a_video);
    assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
    // In small pieces, the first of which says nothing yet.
    let path = begin(&owner, 1 << 30).await;
    assert_eq!(send(&owner, &path, 0, vec![b'a'; 1000]).await.status, 204);
    let answer = send(&owner, &path, 1000, vec![b'a'; 70 << 10]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
}

#[tokio::test]
async fn a_file_that_cannot_be_shown_is_refused_at_its_end_in_the_senders_words() {
    let house = House::open().await;
    let owner = house.staff().await;
    let short = fixture("short.mp4")[..70_000].to_vec();
    for (lang, name, bytes, sentence) in [
        (
            "ko",
            "cut short",
            short.clone(),
            Lang::Ko.words().admin.file_cut_short,
        ),
        (
            "en",
            "cut short",
            short,
            Lang::En.words().admin.file_cut_short,
        ),
        (
            "ko",
            "sound",
            fixture("audio.m4a"),
            Lang::Ko.words().admin.file_not_a_video,
        ),
    ] {
        let path = begin(&owner, bytes.len()).await;
        let lang = [("accept-language", lang)];
        let answer = super::send_with(&owner, &path, 0, &lang, bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        answer.says(sentence);
        assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
        assert_eq!(head(&owner, &path).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(house.files(), [] as [String; 0]);
}

/// Puts an upload into the state in which a process died that was about to end it.
async fn died_while_ending(house: &House, path: &str, film: &[u8], in_place: bool) {
    let token = path["/admin/uploads/".len()..]
        .trim_end_matches('/')
        .to_owned();
    let root = house.app.storage.root();
    let partial = root.join(".uploads").join(&token);
    std::fs::write(&partial, film).expect("every byte");
    let key = Key::random("mp4").expect("a key");
    let db = &house.app.db;
    let sql = "INSERT INTO file_removals (file, since) VALUES ($1, $2)";
    let since = Time::now().plus_seconds(22 * 3600);
    db.run(sql, (key.clone(), since)).await.expect("a note");
    let sql = "UPDATE unfinished_uploads SET file = $2 WHERE id = $1";
    db.run(sql, (token, key.clone())).await.expect("a note");
    if in_place {
        std::fs::rename(partial, root.join(key.as_str())).expect("in place");
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_repeated_by_whoever_asks_next() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    for in_place in [false, true] {
        for ask in ["HEAD", "PATCH", "form"] {
            let path = begin(&owner, film.len()).await;
            send(&owner, &path, 0, film[..100].to_vec()).await;
            died_while_ending(&house, &path, &film, in_place).await;
            if ask == "HEAD" {
                is_at(&head(&owner, &path).await, film.len());
            } else if ask == "PATCH" {
                let answer = send(&owner, &path, film.len(), "").await;
                assert_eq!(answer.status, StatusCode::NO_CONTENT, "{in_place}");
            }
            let answer = owner.post_parts(ADD, &form(&path)).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{ask} {in_place}");
            assert_eq!(newest(&house).await, film);
            assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
        }
    }
    let sql = "SELECT COUNT(*) FROM file_removals";
    assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("none"), 0);
    assert_eq!(house.files().len(), 6);
    // The same with its file gone: there is nothing to go on with, unless it comes back.
    let path = begin(&owner, film.len()).await;
    died_while_ending(&house, &path, &film, false).await;
    let token = path["/admin/uploads/".len()..].trim_end_matches('/');
    let partial = house.app.storage.root().join(".uploads").join(token);
    std::fs::remove_file(partial).expect("gone");
    let answer = tus(&owner, Method::HEAD, &path, &[], "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(rows(&house).await, (1, 0));
    let answer = tus(&owner, Method::DELETE, &path, &[], "").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(rows(&house).await, (0, 0));
}

#[tokio::test]
async fn an_index_at_the_end_is_put_in_front_whoever_ends_the_upload() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("tail.mp4");
    let path = sent(&owner, &film).await;
    is_at(&head(&owner, &path).await, film.len());
    let answer = owner.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let fast = newest(&house).await;
    assert_eq!(fast.len(), film.len());
    let place = |kind: &[u8]| fast.windows(4).position(|four| four == kind);
    assert!(place(b"moov") < place(b"mdat"));
    // A process died that had put it in place and not yet removed what was sent.
    let path = begin(&owner, film.len()).await;
    send(&owner, &path, 0, film[..100].to_vec()).await;
    died_while_ending(&house, &path, &film, false).await;
    let sql = "SELECT file FROM unfinished_uploads";
    let (key,): (String,) = house.app.db.one(sql, ()).await.expect("the upload");
    std::fs::write(house.app.storage.root().join(key), &fast).expect("in place");
    is_at(&head(&owner, &path).await, film.len());
    let answer = owner.post_parts(ADD, &form(&path)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(newest(&house).await, fast);

    let sql = "SELECT COUNT(*) FROM videos WHERE starts_fast = TRUE";
    assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("both"), 2);
    let sql = "SELECT COUNT(*) FROM file_removals";
    assert_eq!(house.app.db.get::<i64>(sql, ()).await.expect("none"), 0);
    assert_eq!((rows(&house).await, partials(&house)), ((0, 0), 0));
    assert_eq!(house.files().len(), 2);
}

#[tokio::test]
async fn an_empty_piece_at_the_end_is_fine_however_it_tells_its_length() {
    let house = House::open().await;
    let owner = house.staff().await;
    let film = fixture("short.mp4");
    let path = sent(&owner, &film).await;
    let untold = |bytes: &'static [u8]| {
        let piece = Ok::<_, std::io::Error>(Bytes::from_static(bytes));
        Body::from_stream(futures_util::stream::iter([piece]))
    };
    for (body, status) in [
        (Body::empty(), 204),
        (untold(b""), 204),
        (untold(b"more"), 413),
    ] {
        let answer = send(&owner, &path, film.len(), body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
}
