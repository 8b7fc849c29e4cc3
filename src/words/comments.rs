//! Words of comments and reports.

super::words! {
    count = "댓글 {0}개", "{0} comments";
    one_comment = "댓글 {0}개", "{0} comment";
    none_yet = "아직 댓글이 없습니다.", "There are no comments yet.";

    comment = "댓글", "Comment";
    write = "댓글 쓰기", "Write a comment";
    send = "댓글 남기기", "Post the comment";
    help = "{0}자까지 쓸 수 있습니다. 링크와 Markdown 서식을 쓸 수 있습니다.", "Up to {0} characters, with links and Markdown.";
    help_video = "{0}자까지 쓸 수 있습니다. 1:30처럼 시각을 적으면 그 장면으로 가는 링크가 됩니다.", "Up to {0} characters. A time such as 1:30 becomes a link to that moment.";
    sign_in_to_write = "로그인하면 댓글을 쓸 수 있습니다.", "Log in to write a comment.";

    reply = "답글", "Reply";
    reply_to = "{0} 님에게 답글 쓰기", "Reply to {0}";
    send_reply = "답글 남기기", "Post the reply";
    answers = "@{0}", "@{0}";
    answers_deleted = "@삭제된 댓글", "@deleted comment";

    menu = "{0} 님의 댓글 메뉴", "Menu of {0}’s comment";
    edit = "수정", "Edit";
    delete = "삭제", "Delete";
    report = "신고", "Report";
    edited = "수정됨", "edited";
    edited_at = "{0}에 수정함", "Edited {0}";
    deleted = "삭제된 댓글", "Deleted comment";
    hidden = "신고되어 관리자가 확인할 때까지 가려진 댓글입니다.", "This comment was reported and is hidden until it has been reviewed.";
    hidden_badge = "가려짐", "Hidden";
    hidden_to_others = "신고되어 관리자가 확인할 때까지 다른 사람에게는 보이지 않습니다.", "It was reported: nobody else sees it until it has been reviewed.";

    edit_title = "댓글 수정", "Edit the comment";
    save = "저장", "Save";
    cancel = "취소", "Cancel";
    back_to = "‘{0}’{으로/로} 돌아가기", "Back to “{0}”";
    answered = "답글을 달 댓글", "The comment you answer";
    stands_now = "지금 저장되어 있는 댓글", "The comment as it stands now";

    delete_title = "댓글을 삭제하시겠습니까?", "Delete this comment?";
    delete_explained = "삭제한 댓글은 되돌릴 수 없습니다.", "A deleted comment cannot be brought back.";
    delete_keeps_place = "삭제한 댓글은 되돌릴 수 없습니다. 이 댓글에 달린 답글은 남고, 댓글이 있던 자리에는 ‘삭제된 댓글’이 남습니다.", "A deleted comment cannot be brought back. Its replies stay, and “Deleted comment” stands in its place.";
    delete_yes = "댓글 삭제", "Delete the comment";
    delete_no = "삭제하지 않기", "Keep it";
    was_deleted = "댓글을 삭제했습니다.", "The comment was deleted.";

    check_body = "댓글을 확인해 주십시오.", "Please check the comment.";
    body_missing = "댓글 내용을 입력해 주십시오.", "Write something first.";
    body_long = "댓글은 {0}자까지 쓸 수 있습니다. 지금은 {1}자입니다.", "A comment has at most {0} characters. This one has {1}.";
    later = "짧은 시간에 댓글을 많이 썼습니다. {0}초 뒤에 다시 시도해 주십시오. 쓴 내용은 그대로 있습니다.", "That was a lot of comments in a short time. Try again in {0} s. What you wrote is still here.";
    changed_meanwhile = "수정하는 동안 이 댓글이 다른 곳에서 바뀌었습니다. 쓴 내용은 그대로 있습니다. 지금 저장되어 있는 댓글과 비교한 뒤 저장하십시오.", "The comment was changed elsewhere while you were editing. What you wrote is still here: compare it with the comment as it stands now, then save.";

    report_comment = "댓글 신고", "Report a comment";
    report_post = "게시글 신고", "Report a post";
    report_explained = "신고하면 관리자가 확인합니다. 누가 신고했는지는 관리자에게만 보입니다.", "Somebody of the staff will look at it. Only staff see who reported it.";
    reason = "이유", "Reason";
    optional = "선택", "optional";
    reason_help = "{0}자까지 쓸 수 있습니다. 비워 두어도 됩니다.", "Up to {0} characters. It may stay empty.";
    reason_long = "이유는 {0}자까지 쓸 수 있습니다. 지금은 {1}자입니다.", "A reason has at most {0} characters. This one has {1}.";
    report_yes = "신고하기", "Report";
    check_reason = "이유를 확인해 주십시오.", "Please check the reason.";
    was_reported = "신고했습니다. 관리자가 확인할 것입니다.", "Reported. Somebody of the staff will look at it.";
    reported_before = "이미 신고한 글입니다. 관리자가 확인할 것입니다.", "You have reported this before. Somebody of the staff will look at it.";
}
