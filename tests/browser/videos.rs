//! From the owner's file to a picture that moves.

use crate::chromium::Window;
use crate::hands::owner;
use crate::house::House;

#[tokio::test]
async fn an_uploaded_video_is_listed_plays_and_plays_on_in_its_last_third() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.upload("첫 강의", "public", "long.mp4").await;
    assert!(
        page.sent("POST", "/admin/videos/video/add/")
            .await
            .contains(&"Fetch".to_owned())
    );
    page.log_out().await;

    page.visit("/").await;
    assert!(page.words("main").await.contains("첫 강의"));
    assert!(page.words("main").await.contains("0:36"));
    page.turn("main a[href^='/video/']").await;
    assert_eq!(page.words("main h1").await, "첫 강의");

    page.run("document.querySelector('video').play()").await;
    page.until_video("video.currentTime > 0.5 && !video.paused")
        .await;
    assert!((page.number("video.duration").await - 36.0).abs() < 0.5);
    page.run("document.querySelector('video').currentTime = 26")
        .await;
    page.until_video("video.currentTime > 26.5 && !video.seeking && !video.error")
        .await;
    assert_eq!(page.number("video.videoWidth").await, 320.0);
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn without_scripts_a_video_is_uploaded_and_watched_all_the_same() {
    let house = House::open().await;
    let page = owner(&house, Window::DeskWithoutScripts).await;
    page.upload("스크립트 없이", "public", "short.mp4").await;
    assert_eq!(
        page.sent("POST", "/admin/videos/video/add/").await,
        ["Document"]
    );

    page.visit("/").await;
    assert!(page.words("main").await.contains("스크립트 없이"));
    page.turn("main a[href^='/video/']").await;
    page.see("video[controls]").await;
    page.until_video("video.readyState >= 1 && !video.error")
        .await;
    page.log_out().await;
    page.see("a[href^='/login/']").await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn other_formats_play_too() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    for file in [
        "short.webm",
        "short.mov",
        "short.m4v",
        "tail.mp4",
        "fragmented.mp4",
    ] {
        page.upload(file, "public", file).await;
        page.visit("/").await;
        page.turn("main a[href^='/video/']").await;
        assert_eq!(page.words("main h1").await, file);
        page.run("document.querySelector('video').play()").await;
        page.until_video("video.currentTime > 0.2 && !video.error")
            .await;
    }
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_deleted_video_is_gone_from_the_listing() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    page.upload("지울 것", "public", "short.mp4").await;
    page.turn("main tbody th a").await;
    page.turn("main a[href$='/delete/']").await;
    page.turn("main form button").await;
    assert_eq!(page.path().await, "/admin/videos/video/");
    page.visit("/").await;
    assert!(!page.words("main").await.contains("지울 것"));
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn what_this_browser_does_not_play_is_said_with_a_way_out() {
    let house = House::open().await;
    let page = owner(&house, Window::Desk).await;
    // Chromium shows Matroska.
    page.upload("마트료시카", "public", "video.mkv").await;
    page.visit("/video/1/").await;
    page.until_video("video.readyState >= 2 && video.videoWidth === 320 && !video.error")
        .await;

    // Where it has no decoder, Dolby's sound is missed and said so, and the picture moves.
    page.upload("돌비", "public", "dolby.mp4").await;
    page.visit("/video/2/").await;
    page.until_video("video.readyState >= 2 && video.videoWidth === 320 && !video.error")
        .await;
    let is_said = page
        .run("return !document.querySelector('[data-silent]').hidden")
        .await;
    let is_missed = page
        .run("return document.querySelector('video').canPlayType('video/mp4; codecs=\"ac-3\"') === ''")
        .await;
    assert_eq!(is_said, is_missed);
    assert_eq!(
        page.run("return document.querySelector('.broken').hidden")
            .await,
        true
    );

    // A picture it cannot decode is no black box under a sound.
    page.upload("테오라", "public", "short.ogv").await;
    page.visit("/video/3/").await;
    page.see(".broken a[download]").await;
    assert!(page.words(".broken").await.contains("읽지 못하는 형식"));

    // Nor where the server does not know the codecs, and the browser must find out.
    page.run(
        "document.querySelector('.broken').hidden = true;
         document.querySelector('source').type = 'video/ogg';
         document.querySelector('video').load()",
    )
    .await;
    page.until_video("video.readyState >= 2 && video.videoWidth === 0")
        .await;
    page.see(".broken a[download]").await;
    page.close().await;
    house.close().await;
}
