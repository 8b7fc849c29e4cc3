//! The change list: search, order, filters, dates and pages, with scripts and without.

use crate::admin_desk::VIDEOS;
use crate::chromium::{Chromium, Window};
use crate::hands::owner;
use crate::house::House;

/// The owner before a list of four videos, newest first: 라, 다, 나, 가.
pub async fn four(window: Window) -> (House, Chromium) {
    let house = House::open().await;
    house.video("가 첫 강의", "public", 30, "2024-03-01").await;
    house
        .video("나 둘째 강의", "private", 10, "2025-05-02")
        .await;
    house.video("다 첫 모임", "public", 10, "2025-05-09").await;
    house.video("라 소풍", "draft", 20, "2025-06-04").await;
    let page = owner(&house, window).await;
    page.visit(VIDEOS).await;
    (house, page)
}

#[tokio::test]
async fn a_search_finds_every_word_and_phrase_and_is_cleared() {
    let (house, page) = four(Window::Desk).await;
    page.fill("q", "강의 첫\u{e007}").await;
    page.until(
        "the results",
        "return location.search !== '' && document.readyState === 'complete'",
    )
    .await;
    assert_eq!(page.names().await, ["가 첫 강의"]);
    assert!(
        page.words(".table-search p")
            .await
            .contains("1개 (전체 4개)")
    );

    page.fill("q", "\"첫 모임\"\u{e007}").await;
    page.until("the phrase", "return document.querySelector('[name=q]').value === '\"첫 모임\"' && document.querySelector('tbody th')?.innerText === '다 첫 모임'").await;
    assert_eq!(page.names().await, ["다 첫 모임"]);
    page.turn(".table-search p a").await;
    assert_eq!(page.path().await, VIDEOS);
    assert_eq!(page.names().await.len(), 4);

    page.fill("q", "없는 것\u{e007}").await;
    page.see(".table-empty").await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn headers_sort_by_two_columns_flip_and_let_go() {
    let (house, page) = four(Window::Desk).await;
    assert_eq!(page.names().await[0], "라 소풍");
    let title = "thead th:nth-child(3) div > a:first-child";
    let views = "thead th:nth-child(7) div > a:first-child";
    page.turn(title).await;
    page.turn(views).await;
    assert_eq!(
        page.names().await,
        ["나 둘째 강의", "다 첫 모임", "라 소풍", "가 첫 강의"]
    );
    assert_eq!(page.words("thead th:nth-child(7) .sort-place").await, "1");
    assert_eq!(page.words("thead th:nth-child(3) .sort-place").await, "2");

    page.turn(title).await;
    assert_eq!(
        page.names().await,
        ["다 첫 모임", "나 둘째 강의", "라 소풍", "가 첫 강의"]
    );
    page.turn(views).await;
    assert_eq!(
        page.names().await,
        ["가 첫 강의", "라 소풍", "다 첫 모임", "나 둘째 강의"]
    );
    page.turn("thead th:nth-child(7) .sort-remove").await;
    page.turn("thead th:nth-child(8) .sort-remove").await;
    assert_eq!(page.path().await, "/admin/videos/video/?o=-2");
    assert_eq!(
        page.names().await,
        ["라 소풍", "다 첫 모임", "나 둘째 강의", "가 첫 강의"]
    );
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn filters_narrow_the_list_with_counts_and_are_cleared() {
    let (house, page) = four(Window::Desk).await;
    assert_eq!(
        page.words(".filters [href*='visibility=public'] .facet")
            .await,
        "2"
    );
    page.turn(".filters [href*='visibility=public']").await;
    assert_eq!(page.names().await, ["다 첫 모임", "가 첫 강의"]);
    page.fill("q", "강의\u{e007}").await;
    page.until("both narrow", "return document.querySelectorAll('tbody tr').length === 1 && document.readyState === 'complete'").await;
    assert!(page.path().await.contains("visibility=public"));
    // The filters survive the way into a video and out again.
    page.turn("tbody th a").await;
    page.turn("button[name=_save]").await;
    assert_eq!(page.names().await, ["가 첫 강의"]);
    assert!(page.path().await.contains("visibility=public"));

    page.turn(".filters-clear").await;
    assert_eq!(page.names().await.len(), 2);
    page.turn(".filters [href*='visibility=draft']").await;
    page.see(".table-empty").await;
    page.turn(".chosen-filters .chip").await;
    assert_eq!(page.names().await.len(), 2);

    page.visit("/admin/videos/video/?visibility=nonsense").await;
    assert!(page.told().await.contains("전체 목록"));
    assert_eq!(page.names().await.len(), 4);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn dates_lead_from_the_year_to_the_day_and_back() {
    let (house, page) = four(Window::Desk).await;
    page.turn(".drill a[href='?year=2025'], .drill a[href$='year=2025']")
        .await;
    assert_eq!(page.names().await.len(), 3);
    page.turn(".drill a[href*='month=5']").await;
    assert_eq!(page.names().await, ["다 첫 모임", "나 둘째 강의"]);
    page.turn(".drill a[href*='day=9']").await;
    assert_eq!(page.names().await, ["다 첫 모임"]);
    for rows in [2, 3, 4] {
        page.turn(".drill a:first-child").await;
        assert_eq!(page.names().await.len(), rows);
    }
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn without_scripts_the_list_is_searched_filtered_changed_and_acted_on() {
    let (house, page) = four(Window::DeskWithoutScripts).await;
    page.turn_at(".filters [href*='visibility=public']").await;
    assert_eq!(page.names().await, ["다 첫 모임", "가 첫 강의"]);
    page.turn("thead th:nth-child(3) div > a:first-child").await;
    assert_eq!(page.names().await, ["가 첫 강의", "다 첫 모임"]);
    page.tick(1).await;
    page.act("set_private").await;
    assert!(page.told().await.contains("1개를 ‘비공개’로"));
    assert_eq!(page.names().await, ["다 첫 모임"]);

    page.turn_at(".filters-clear").await;
    page.act("set_private").await;
    assert!(page.told().await.contains("선택한 항목이 없어"));
    page.choose("tbody tr:nth-child(1) [data-edit]", "unlisted")
        .await;
    page.turn("[data-save]").await;
    assert!(page.told().await.contains("1개를 변경했습니다"));

    page.tick(2).await;
    page.act("delete_selected").await;
    page.turn("main button.danger").await;
    assert!(page.told().await.contains("1개를 삭제했습니다"));
    page.fill("q", "강의\u{e007}").await;
    page.see(".table-search p").await;
    page.see(".table").await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn pages_are_numbered_and_all_rows_can_be_shown() {
    let house = House::open().await;
    house.lectures(130).await;
    let page = owner(&house, Window::Desk).await;
    page.visit("/admin/videos/video/?o=2").await;
    page.turn(".paging a[rel=next]").await;
    assert_eq!(page.names().await.len(), 30);
    assert_eq!(page.names().await[29], "강의 130");
    page.turn(".table-count a").await;
    assert_eq!(page.names().await.len(), 130);
    for wrong in ["?p=99999", "?p=x", "?o=77", "?what=1"] {
        page.visit(&format!("{VIDEOS}{wrong}")).await;
        assert_eq!(page.names().await.len(), 100, "{wrong}");
        assert!(
            page.path().await == VIDEOS,
            "{wrong}: {}",
            page.path().await
        );
        page.told().await;
    }
    page.close().await;
    house.close().await;
}
