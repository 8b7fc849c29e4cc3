//! Words of the listing and the watch page.

super::words! {
    videos = "동영상", "Videos";
    heading_page = "{0} ({1}쪽)", "{0} (page {1})";
    results_for = "‘{0}’ 검색 결과", "Results for “{0}”";
    count = "동영상 {0}개", "{0} videos";
    one_video = "동영상 {0}개", "{0} video";
    order = "정렬", "Sort by";
    sort_latest = "최신순", "Newest";
    sort_views = "조회수순", "Most viewed";
    sort_title = "제목순", "Title";

    empty = "아직 동영상이 없습니다.", "There are no videos yet.";
    empty_hint = "동영상이 올라오면 여기에 나타납니다.", "They will appear here once they are uploaded.";
    empty_hint_staff = "첫 동영상을 올리면 여기에 나타납니다.", "Your first upload will appear here.";
    upload_first = "첫 동영상 올리기", "Upload the first video";
    no_results = "‘{0}’에 맞는 동영상이 없습니다.", "No videos match “{0}”.";
    no_results_hint = "낱말의 수를 줄이거나 다른 낱말로 검색해 보십시오. 제목과 설명에서 모든 낱말을 찾습니다.", "Try fewer or different words. Every word has to appear in the title or the description.";
    all_videos = "모든 동영상 보기", "See all videos";

    duration = "길이", "Duration";
    description = "설명", "Description";
    no_description = "설명이 없습니다.", "No description.";
    show_more = "더보기", "Show more";
    show_less = "간략히", "Show less";
    up_next = "다음 동영상", "Up next";
    edit = "수정", "Edit";
    theatre = "극장 모드", "Theatre mode";
    shortcuts = "단축키", "Shortcuts";

    player = "동영상 재생기", "Video player";
    resume = "이어 보기 {0}", "Resume at {0}";
    no_video_element = "이 브라우저는 동영상을 재생하지 못합니다. 파일을 내려받아 다른 프로그램으로 볼 수 있습니다.", "This browser cannot play video. You can download the file and watch it in another program.";
    may_not_play = "일부 브라우저에서 재생되지 않는 형식입니다. 재생되지 않으면 파일을 내려받아 다른 프로그램으로 볼 수 있습니다.", "Some browsers do not play this format. If it does not play here, you can download the file and watch it in another program.";
    no_sound = "이 브라우저에서는 이 동영상의 소리({0})가 나지 않습니다. 파일을 내려받아 다른 프로그램으로 들을 수 있습니다.", "This browser does not play the sound of this video ({0}). You can download the file and hear it in another program.";
    cannot_play = "동영상을 재생할 수 없습니다", "This video cannot be played";
    cannot_play_format = "이 브라우저가 읽지 못하는 형식입니다. 파일을 내려받아 다른 프로그램으로 볼 수 있습니다.", "This browser does not read its format. You can download the file and watch it in another program.";
    cannot_play_network = "동영상을 받는 중에 연결이 끊겼습니다. 보던 위치는 이 브라우저에 남아 있습니다. 인터넷 연결을 확인하고 다시 시도하십시오.", "The connection was lost while the video was loading. Your position is kept in this browser. Check your connection and try again.";
    cannot_play_refused = "서버가 동영상 파일을 보내지 않았습니다. 로그인이 만료되었거나 파일이 옮겨졌을 수 있습니다. 보던 위치는 이 브라우저에 남아 있습니다. 다시 시도하십시오.", "The server did not send the video. Your login may have expired, or the file may have moved. Your position is kept in this browser. Try again.";
    try_again = "다시 시도", "Try again";
    download = "파일 내려받기", "Download the file";

    keys_title = "재생 단축키", "Player shortcuts";
    keys_play = "재생·일시정지", "Play or pause";
    keys_ten_seconds = "10초 뒤로·앞으로", "Back or forward 10 seconds";
    keys_five_seconds = "5초 뒤로·앞으로", "Back or forward 5 seconds";
    keys_volume = "소리 크게·작게", "Volume up or down";
    keys_mute = "음소거", "Mute";
    keys_fullscreen = "전체 화면", "Full screen";
    keys_tenths = "전체의 0–90% 위치로", "Jump to 0–90% of the video";
    keys_ends = "처음·끝으로", "Jump to the start or the end";
    keys_speed = "느리게·빠르게", "Slower or faster";
    keys_captions = "자막", "Captions";
    keys_search = "검색", "Search";
    keys_list = "이 목록", "This list";
    key_space = "스페이스", "Space";

    said_volume = "소리 {0}%", "Volume {0}%";
    said_muted = "음소거", "Muted";
    said_unmuted = "음소거 해제", "Unmuted";
    said_speed = "속도 {0}배", "Speed {0}×";
    said_forward = "+{0}초", "+{0} s";
    said_back = "−{0}초", "−{0} s";
    said_theatre_on = "극장 모드 켬", "Theatre mode on";
    said_theatre_off = "극장 모드 끔", "Theatre mode off";
    said_play = "재생", "Play";
    said_pause = "일시정지", "Pause";
}
