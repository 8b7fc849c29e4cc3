//! Words of the admin's pages for posts, comments and their reports.

super::words! {
    post = "글", "post";
    posts = "글", "Posts";
    comment = "댓글", "comment";
    comments = "댓글", "Comments";

    title_column = "제목", "Title";
    words_column = "내용", "Text";
    writer_column = "글쓴이", "Writer";
    under_column = "어디에", "Under";
    state_column = "상태", "State";
    notice_column = "공지", "Notice";
    comments_column = "댓글", "Comments";
    files_column = "첨부", "Files";
    views_column = "조회수", "Views";
    reports_column = "신고", "Reports";
    reported_filter = "신고됨", "Reported";
    hidden_column = "가림", "Hidden";
    date_column = "쓴 때", "Written";
    under_post = "글 ‘{0}’", "Post “{0}”";
    under_video = "동영상 ‘{0}’", "Video “{0}”";

    make_notice = "선택한 글을 공지로 올리기", "Make selected notices";
    no_notice = "선택한 글을 공지에서 내리기", "Make selected no notices";
    show = "선택한 항목 보이기 (신고도 처리)", "Show selected (settles reports)";
    hide = "선택한 항목 가리기 (신고도 처리)", "Hide selected (settles reports)";
    noticed_one = "글 {0}개를 공지로 올렸습니다.", "{0} post was made a notice.";
    noticed_many = "글 {0}개를 공지로 올렸습니다.", "{0} posts were made notices.";
    unnoticed_one = "글 {0}개를 공지에서 내렸습니다.", "{0} post is no notice any more.";
    unnoticed_many = "글 {0}개를 공지에서 내렸습니다.", "{0} posts are no notices any more.";
    shown_one = "{1} {0}개를 보이게 하고 신고를 처리했습니다.", "{0} {1} is in sight and its reports are settled.";
    shown_many = "{1} {0}개를 보이게 하고 신고를 처리했습니다.", "{0} {1} are in sight and their reports are settled.";
    hidden_one = "{1} {0}개를 가리고 신고를 처리했습니다.", "{0} {1} is hidden and its reports are settled.";
    hidden_many = "{1} {0}개를 가리고 신고를 처리했습니다.", "{0} {1} are hidden and their reports are settled.";
    settled_before = "다른 사람이 이미 처리한 신고입니다.", "Somebody else has settled these reports already.";

    doomed_post = "글 {0}", "Post: {0}";
    doomed_comment = "댓글 {0}", "Comment: {0}";
    doomed_posts = "쓴 글 {0}개", "Posts: {0}";
    doomed_under = "그 글에 달린 댓글 {0}개", "Comments under them: {0}";
    doomed_comments = "댓글 {0}개", "Comments: {0}";
    doomed_elsewhere = "다른 글과 동영상에 쓴 댓글 {0}개. 답글이 있는 자리에는 ‘삭제된 댓글’이 남습니다.", "Comments under other posts and videos: {0}. Where somebody replied, “Deleted comment” stays.";
    doomed_files = "첨부 파일 {0}개 ({1})", "Files: {0} ({1})";
    doomed_file = "첨부 파일 {0} ({1})", "File {0} ({1})";
    doomed_words = "제목과 내용, 조회수", "Its title, text and view count";
    doomed_body = "댓글의 내용", "The comment’s text";
    doomed_keeps_place = "답글이 있어 자리에는 ‘삭제된 댓글’이 남습니다.", "It has replies, so “Deleted comment” stays in its place.";

    title_field = "제목", "Title";
    body_field = "내용", "Text";
    body_help = "마크다운으로 씁니다. 바꾸면 사이트에 ‘수정됨’으로 표시됩니다.", "In Markdown. After a change the site marks it as edited.";
    body_missing = "내용을 입력하십시오.", "Write something.";
    notice_field = "공지", "Notice";
    notice_help = "게시판 목록의 맨 위에 고정합니다.", "Pinned to the top of the board.";
    hidden_field = "가림", "Hidden";
    hidden_help = "글쓴이와 관리자에게만 보입니다. 바꾸면 들어온 신고도 처리됩니다.", "Only its writer and staff can see it. Changing this settles the reports.";
    edited_fact = "고친 때", "Edited";
    files_heading = "첨부 파일", "Files";
    reports_heading = "신고 {0}건", "Reports: {0}";
    reports_some = "가장 새로운 신고 {0}건을 보여 드립니다.", "The newest {0} are shown.";
    no_reason = "이유를 적지 않았습니다.", "No reason was given.";
    settle_help = "어느 쪽을 고르든 신고는 처리된 것으로 하고 지웁니다.", "Either way the reports are settled and removed.";
    settle_show = "문제없음, 보이기", "Nothing wrong, show it";
    settle_hide = "가리기", "Hide it";

    waiting = "처리할 신고", "Reports to settle";
    waiting_posts = "신고된 글 {0}건", "Reported posts: {0}";
    waiting_comments = "신고된 댓글 {0}건", "Reported comments: {0}";
}
