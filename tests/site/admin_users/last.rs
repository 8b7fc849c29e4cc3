//! The last active superuser stays, whoever asks and however.

use axum::http::StatusCode;
use madang::words::fill;

use super::*;

#[tokio::test]
async fn the_last_active_superuser_stays() {
    let house = House::open().await;
    let owner = house.staff().await;
    let sleeping = house.somebody("쉬는이", true, true).await;
    let sql = "UPDATE users SET is_active = $2 WHERE id = $1";
    let done = house.app.db.run(sql, (sleeping.id, false)).await;
    done.expect("update");
    let path = user(owner.id, "change");
    let demoted = [
        ("username", "주인"),
        ("is_active", "on"),
        ("is_staff", "on"),
    ];
    let asleep = [
        ("username", "주인"),
        ("is_staff", "on"),
        ("is_superuser", "on"),
    ];
    // Without is_staff nobody would be left who may enter.
    let shut_out = [
        ("username", "주인"),
        ("is_active", "on"),
        ("is_superuser", "on"),
    ];
    for form in [demoted, asleep, shut_out] {
        let answer = save(&owner, &path, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says(words().last_superuser);
    }
    let path = user(owner.id, "delete");
    owner.get(&path).await.says(words().last_superuser);
    let answer = owner.post(&path, &[("post", "yes")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says(words().last_superuser);
    let id = owner.id.to_string();
    for action in ["delete_selected", "deactivate"] {
        let form = [
            ("action", action),
            ("_selected_action", id.as_str()),
            ("post", "yes"),
        ];
        assert_eq!(owner.post(USERS, &form).await.status, 303);
        let page = owner.get(USERS).await;
        page.says(words().last_superuser)
            .keeps_quiet_about(&fill(words().deactivated_many, &[&0]));
    }
    assert_eq!(flags(&house, owner.id).await, (true, true, true));
    // With a second one awake the first may go.
    house
        .app
        .db
        .run(sql, (sleeping.id, true))
        .await
        .expect("update");
    assert_eq!(
        save(&owner, &user(owner.id, "change"), &demoted)
            .await
            .status,
        303
    );
    assert_eq!(flags(&house, owner.id).await, (true, true, false));
}

#[tokio::test]
async fn of_two_superusers_who_demote_each_other_at_once_one_remains() {
    for _ in 0..5 {
        let house = House::open().await;
        let one = house.staff().await;
        let two = house.somebody("둘째", true, true).await;
        let (to_one, to_two) = (user(one.id, "change"), user(two.id, "change"));
        let (of_one, of_two) = (
            version(&two.get(&to_one).await),
            version(&one.get(&to_two).await),
        );
        let form = |name, version| {
            [
                ("username", name),
                ("is_active", "on"),
                ("is_staff", "on"),
                ("version", version),
            ]
        };
        let (first, second) = (form("둘째", &of_two), form("주인", &of_one));
        let (one_says, two_says) =
            tokio::join!(one.post(&to_two, &first), two.post(&to_one, &second));
        let statuses = [one_says.status.as_u16(), two_says.status.as_u16()];
        assert!(
            statuses == [303, 403] || statuses == [403, 303],
            "{statuses:?}"
        );
        let left = flags(&house, one.id).await.2 as i64 + flags(&house, two.id).await.2 as i64;
        assert_eq!(left, 1, "{statuses:?}");
    }
}
