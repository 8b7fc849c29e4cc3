//! Saving the column that is edited in the list: all of it or nothing, and nothing chosen is lost.

use madang::words::{Lang, admin::Words, fill};

use super::*;

fn words() -> &'static Words {
    Lang::Ko.words().admin
}

/// A row's fields in the form: the choice, and what it was made from.
fn field(id: i64) -> (String, String) {
    (format!("visibility-{id}"), format!("shown-visibility-{id}"))
}

async fn visibility(house: &House, id: i64) -> String {
    let sql = "SELECT visibility FROM videos WHERE id = $1";
    house.app.db.get(sql, (id,)).await.expect("a visibility")
}

/// A row of the table: from its tick to the next row's.
fn row(answer: &Answer, id: i64) -> String {
    let text = answer.text();
    let sign = format!("name=\"_selected_action\" value=\"{id}\"");
    let start = text.find(&sign).expect("the row");
    let end = text[start..].find("</tr>").expect("its end");
    text[start..start + end].to_owned()
}

/// Asserts what stands in a row that comes back: the choice, and what it says it was made from.
#[track_caller]
fn stands(answer: &Answer, id: i64, chosen: &str, shown: &str) {
    let row = row(answer, id);
    let selected = format!("<option value=\"{chosen}\" selected>");
    assert!(row.contains(&selected), "{chosen} is not chosen in {row}");
    let shown = format!("name=\"shown-visibility-{id}\" value=\"{shown}\"");
    assert!(row.contains(&shown), "{shown} is missing in {row}");
}

#[tokio::test]
async fn visibilities_are_saved_in_the_list_all_or_none() {
    let (house, staff, ids) = with(&[("하나", Public), ("둘", Public), ("셋", Public)]).await;
    let [(one, shown), (two, shown_two), (three, _)] = [ids[0], ids[1], ids[2]].map(field);
    let form = [
        ("_save", "1"),
        (&one, "draft"),
        (&shown, "public"),
        (&two, "nonsense"),
        (&shown_two, "public"),
        (&three, "private"),
        ("_selected_action", &ids[2].to_string()),
        ("action", "set_draft"),
    ];
    let path = format!("{LIST}?q=&o=2");
    let answer = staff.post(&path, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer
        .says(words().list_wrong)
        .says("<option value=\"set_draft\" selected>")
        .keeps_quiet_about("nonsense");
    assert_eq!(titles(&answer), ["둘", "셋", "하나"]);
    assert_eq!(answer.text().matches("aria-invalid=\"true\"").count(), 1);
    let bad = row(&answer, ids[1]);
    assert!(bad.contains("aria-invalid=\"true\"") && bad.contains(words().choose_visibility));
    stands(&answer, ids[0], "draft", "public");
    stands(&answer, ids[1], "public", "public");
    stands(&answer, ids[2], "private", "public");
    assert!(row(&answer, ids[2]).contains("aria-label=\"셋\" checked"));
    for id in &ids {
        assert_eq!(visibility(&house, *id).await, "public");
    }
    // A number that is none is no field of the list.
    let form = [
        ("_save", "1"),
        (&one, "draft"),
        (&two, "public"),
        ("visibility-x", "draft"),
    ];
    assert_eq!(staff.post(LIST, &form).await.location(), LIST);
    staff.get(LIST).await.says("동영상 1개를 변경했습니다.");
    assert_eq!(visibility(&house, ids[0]).await, "draft");
}

#[tokio::test]
async fn two_values_for_one_row_are_refused_in_words() {
    let (house, staff, ids) = with(&[("하나", Public), ("둘", Public)]).await;
    let [(one, shown_one), (two, shown_two)] = [ids[0], ids[1]].map(field);
    let form = [
        ("_save", "1"),
        (&one, "draft"),
        (&shown_one, "public"),
        (&one, "private"),
        (&two, "unlisted"),
        (&shown_two, "public"),
    ];
    let answer = staff.post(LIST, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(words().list_twice);
    assert!(row(&answer, ids[0]).contains(words().list_twice_mark));
    assert!(!row(&answer, ids[1]).contains(words().list_twice_mark));
    stands(&answer, ids[1], "unlisted", "public");
    for id in ids {
        assert_eq!(visibility(&house, id).await, "public");
    }
}

#[tokio::test]
async fn a_choice_in_a_row_that_is_not_shown_any_more_is_sent_along() {
    let (house, staff, ids) = with(&[("하나", Public), ("둘", Public)]).await;
    let [(one, shown_one), (two, shown_two)] = [ids[0], ids[1]].map(field);
    // Somebody else has changed the title meanwhile, so that the search finds it no more.
    let form = [
        ("_save", "1"),
        (&one, "draft"),
        (&shown_one, "public"),
        (&two, "nonsense"),
        (&shown_two, "public"),
    ];
    let found = serde_html_form::to_string([("q", "둘")]).expect("a query");
    let answer = staff.post(&format!("{LIST}?{found}"), &form).await;
    assert_eq!(titles(&answer), ["둘"]);
    answer
        .says(&format!("type=\"hidden\" name=\"{one}\" value=\"draft\""))
        .says(&format!("name=\"{shown_one}\" value=\"public\""));
    assert_eq!(visibility(&house, ids[0]).await, "public");
}

#[tokio::test]
async fn saving_the_list_leaves_alone_what_was_not_changed_there() {
    let (house, staff, ids) = with(&[("하나", Public), ("둘", Public)]).await;
    let [(one, shown_one), (two, shown_two)] = [ids[0], ids[1]].map(field);
    staff
        .get(LIST)
        .await
        .says(&format!("name=\"{shown_one}\" value=\"public\""));
    let sql = "UPDATE videos SET visibility = 'private' WHERE id = $1";
    let done = house.app.db.run(sql, (ids[0],)).await;
    done.expect("somebody else's change");
    let form = [
        ("_save", "1"),
        (&one, "public"),
        (&shown_one, "public"),
        (&two, "draft"),
        (&shown_two, "public"),
    ];
    staff.post(LIST, &form).await;
    assert_eq!(visibility(&house, ids[0]).await, "private");
    assert_eq!(visibility(&house, ids[1]).await, "draft");
}

#[tokio::test]
async fn a_row_that_somebody_else_has_changed_is_told_and_nothing_chosen_is_lost() {
    let (house, staff, ids) = with(&[("하나", Private), ("둘", Draft)]).await;
    let [(one, shown_one), (two, shown_two)] = [ids[0], ids[1]].map(field);
    let form = [
        ("_save", "1"),
        (&one, "unlisted"),
        (&shown_one, "public"),
        (&two, "public"),
        (&shown_two, "draft"),
    ];
    let answer = staff.post(LIST, &form).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("‘하나’를 그동안 다른 사람이 바꾸어서 아무것도 저장하지 않았습니다.");
    let told = fill(words().list_theirs, &[&Private.word(Lang::Ko)]);
    assert!(row(&answer, ids[0]).contains(&told));
    stands(&answer, ids[0], "unlisted", "private");
    stands(&answer, ids[1], "public", "draft");
    assert_eq!(visibility(&house, ids[0]).await, "private");
    assert_eq!(visibility(&house, ids[1]).await, "draft");
    // Sent again it is saved: it knows of the other's change now.
    let mut again = form;
    again[2].1 = "private";
    assert_eq!(staff.post(LIST, &again).await.location(), LIST);
    assert_eq!(visibility(&house, ids[0]).await, "unlisted");
    assert_eq!(visibility(&house, ids[1]).await, "public");
}
