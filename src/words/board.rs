//! Words of the board.

super::words! {
    title = "게시판", "Board";
    results_for = "‘{0}’ 검색 결과", "Results for “{0}”";
    count = "글 {0}개", "{0} posts";
    one_post = "글 {0}개", "{0} post";
    comments = "댓글 {0}개", "{0} comments";
    one_comment = "댓글 {0}개", "{0} comment";

    number = "번호", "No.";
    post_title = "제목", "Title";
    writer = "글쓴이", "Writer";
    date = "날짜", "Date";
    views = "조회", "Views";
    notice = "공지", "Notice";
    new = "새 글", "New";
    attached = "첨부 파일 있음", "Has attachments";

    search = "게시판 검색", "Search the board";
    search_in = "검색할 곳", "Search in";
    in_both = "제목+내용", "Title and text";
    in_title = "제목", "Title";
    in_body = "내용", "Text";
    write = "글쓰기", "Write";

    empty = "아직 글이 없습니다.", "There are no posts yet.";
    empty_hint = "첫 글을 남겨 보십시오.", "Be the first to write one.";
    no_results = "‘{0}’에 맞는 글이 없습니다.", "No posts match “{0}”.";
    no_results_hint = "낱말의 수를 줄이거나 검색할 곳을 바꿔 보십시오. 모든 낱말이 들어 있는 글을 찾습니다.", "Try fewer words, or search in another place. Every word has to appear.";
    all_posts = "모든 글 보기", "See all posts";

    edited = "수정됨", "Edited";
    edited_at = "{0}에 수정됨", "Edited {0}";
    hidden = "신고가 접수되어 검토하는 동안 다른 사람에게 보이지 않는 글입니다.", "This post was reported. Others cannot see it until it has been reviewed.";
    attachments = "첨부 파일", "Attachments";
    pictures = "첨부한 그림", "Attached pictures";
    edit = "수정", "Edit";
    delete = "삭제", "Delete";
    beside = "이전 글과 다음 글", "Previous and next post";
    newer = "다음 글", "Next post";
    older = "이전 글", "Previous post";
    to_list = "목록", "Back to the list";

    delete_title = "글 삭제", "Delete post";
    delete_question = "‘{0}’{을/를} 삭제하겠습니까?", "Delete “{0}”?";
    delete_what = "다음이 모두 지워집니다. 되돌릴 수 없습니다.", "All of this goes. It cannot be undone.";
    delete_post = "글의 제목과 내용", "The post’s title and text";
    delete_file = "첨부 파일 {0} ({1})", "The attachment {0} ({1})";
    delete_yes = "삭제", "Delete";
    delete_no = "취소", "Cancel";
    deleted = "‘{0}’{을/를} 삭제했습니다.", "“{0}” was deleted.";

    feed = "새 글 피드", "Feed of new posts";
    video_feed = "새 동영상 피드", "Feed of new videos";
}
