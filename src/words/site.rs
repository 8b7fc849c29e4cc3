//! Words of the frame around every page: navigation, paging, times, visibility.

super::words! {
    site_name = "마당", "Madang";
    skip_to_content = "본문으로 건너뛰기", "Skip to content";

    search = "검색", "Search";
    search_videos = "동영상 검색", "Search videos";
    close = "닫기", "Close";
    home = "홈", "Home";
    board = "게시판", "Board";
    back_home = "홈으로 가기", "Go to the home page";

    sign_in = "로그인", "Log in";
    sign_up = "회원 가입", "Sign up";
    log_out = "로그아웃", "Log out";
    account_menu = "{0} 계정 메뉴", "{0}’s account menu";
    change_password = "비밀번호 변경", "Change password";
    administration = "사이트 관리", "Site administration";

    language = "언어", "Language";
    korean = "한국어", "한국어";
    english = "English", "English";
    theme = "화면", "Appearance";
    theme_auto = "자동", "Auto";
    theme_dark = "어둡게", "Dark";
    theme_light = "밝게", "Light";

    pages = "쪽 번호", "Pages";
    page = "{0}쪽", "Page {0}";
    previous_page = "이전 쪽", "Previous page";
    next_page = "다음 쪽", "Next page";

    visibility = "공개 범위", "Visibility";
    visibility_public = "공개", "Public";
    visibility_unlisted = "일부 공개", "Unlisted";
    visibility_private = "비공개", "Private";
    visibility_draft = "초안", "Draft";
    audience_public = "누구나 볼 수 있고 목록과 검색에 나옵니다.", "Anyone can watch; it is listed and found by search.";
    audience_unlisted = "링크를 아는 사람만 볼 수 있습니다.", "Only people with the link can watch.";
    audience_private = "로그인한 사용자만 볼 수 있습니다.", "Only signed-in members can watch.";
    audience_draft = "관리자만 볼 수 있습니다.", "Only staff can watch.";

    request_id = "요청 번호", "Request ID";

    views = "조회수 {0}회", "{0} views";
    one_view = "조회수 {0}회", "{0} view";
    just_now = "방금 전", "just now";
    one_minute_ago = "{0}분 전", "{0} minute ago";
    minutes_ago = "{0}분 전", "{0} minutes ago";
    one_hour_ago = "{0}시간 전", "{0} hour ago";
    hours_ago = "{0}시간 전", "{0} hours ago";
    yesterday = "어제", "yesterday";
    days_ago = "{0}일 전", "{0} days ago";
}
