//! Words of the editor: writing and changing a post, its files, its draft.

super::words! {
    new_title = "글쓰기", "New post";
    edit_title = "글 수정", "Edit post";
    title = "제목", "Title";
    body = "내용", "Text";
    body_help = "마크다운을 쓸 수 있습니다. 사진은 붙여 넣거나 끌어다 놓아도 됩니다.", "Markdown works here. Pictures can be pasted or dropped, too.";
    body_help_plain = "마크다운을 쓸 수 있습니다. 이 사이트의 동영상 주소만 한 줄에 쓰면 동영상 카드가 됩니다.", "Markdown works here. The address of a video of this site on a line of its own becomes a card.";
    notice = "공지", "Notice";
    notice_help = "목록의 맨 위에 고정됩니다.", "Pinned to the top of the list.";
    files = "첨부 파일", "Files";
    files_help = "{0}개까지, 하나에 {1}까지 올릴 수 있습니다. 본문의 사진도 셉니다.", "Up to {0} files of {1} each. Pictures in the text count.";
    optional = "선택", "optional";
    post = "올리기", "Post";
    save = "저장", "Save";
    preview = "미리보기", "Preview";
    write = "쓰기", "Write";
    cancel = "취소", "Cancel";
    preview_empty = "쓴 내용이 여기에 보입니다.", "What you write is shown here.";
    preview_failed = "미리보기를 만들지 못했습니다. 쓴 내용은 그대로 있습니다.", "The preview could not be made. Your text is safe.";
    preview_paused = "미리보기가 너무 잦아 잠시 쉽니다. 쓴 내용은 그대로 있습니다.", "The preview rests for a moment. Your text is safe.";

    toolbar = "서식", "Formatting";
    bold = "굵게", "Bold";
    italic = "기울임", "Italic";
    heading = "소제목", "Heading";
    quote = "인용", "Quote";
    list = "목록", "List";
    numbers = "번호 목록", "Numbered list";
    code = "코드", "Code";
    link = "링크", "Link";
    picture = "사진", "Picture";
    sample_text = "글", "text";
    characters = "{0} / {1}자", "{0} / {1} characters";

    check_fields = "아래에 표시된 곳을 고쳐 주십시오. 쓴 내용은 그대로 있습니다.", "Please correct what is marked below. Nothing you wrote is lost.";
    title_missing = "제목을 입력하십시오.", "Enter a title.";
    body_missing = "내용을 입력하십시오.", "Write something.";
    too_long = "{0}자까지 쓸 수 있습니다. 지금은 {1}자입니다.", "The limit is {0} characters. There are {1}.";
    too_many_posts = "짧은 시간에 글을 여러 번 올렸습니다. {0} 뒤에 다시 올려 주십시오. 쓴 내용은 그대로 있습니다.", "You posted several times in a short while. Try again in {0}. Your text is safe.";
    seconds = "{0}초", "{0} s";
    minutes = "{0}분", "{0} min";

    file_too_large = "‘{0}’ 파일은 {1}보다 커서 올리지 않았습니다.", "“{0}” is larger than {1} and was not uploaded.";
    file_empty = "‘{0}’ 파일은 비어 있어서 올리지 않았습니다.", "“{0}” is empty and was not uploaded.";
    file_not_a_picture = "‘{0}’ 파일은 이름과 달리 사진이 아니어서 올리지 않았습니다.", "“{0}” is not the picture its name says it is, and was not uploaded.";
    files_too_many = "파일은 {0}개까지 올릴 수 있습니다. {1}개를 줄여 주십시오.", "A post can have {0} files. Remove {1}.";
    files_left_out = "파일은 {0}개까지여서 다음 파일은 올리지 않았습니다: {1}", "A post can have {0} files, so these were not uploaded: {1}";
    files_gone = "받아 둔 파일 {0}개가 더는 없습니다. 하루가 지났거나 다른 곳에서 쓰였습니다. 다시 골라 주십시오.", "{0} of the files received before are gone: a day has passed, or they were used elsewhere. Choose them again.";
    file_remove = "지우기", "Remove";
    file_remove_named = "‘{0}’ 지우기", "Remove “{0}”";
    file_insert = "본문에 넣기", "Put into the text";
    file_insert_named = "‘{0}’ 본문에 넣기", "Put “{0}” into the text";
    files_too_often = "짧은 시간에 파일을 너무 많이 올렸습니다. {0} 뒤에 다시 올려 주십시오.", "You uploaded too many files in a short while. Try again in {0}.";
    file_uploading = "‘{0}’ 올리는 중…", "Uploading “{0}”…";
    file_uploaded = "‘{0}’ 파일을 올렸습니다.", "“{0}” was uploaded.";
    file_failed = "‘{0}’ 파일을 올리지 못했습니다. 인터넷 연결을 확인하고 다시 시도하십시오.", "“{0}” could not be uploaded. Check your connection and try again.";
    files_wait = "파일을 올리는 중입니다. 끝나면 다시 눌러 주십시오.", "Files are still being uploaded. Press again when they are done.";

    conflict_title = "그 사이에 글이 바뀌었습니다", "The post was changed meanwhile";
    conflict = "이 화면을 연 뒤에 누군가 이 글을 고쳤습니다. 쓴 내용은 아래에 그대로 있습니다. 바뀐 내용을 확인하고 다시 저장하면 지금 쓴 내용으로 저장됩니다.", "Somebody changed it after you opened this page. What you wrote is below, untouched. Look at what changed, and save again to keep your version.";
    theirs_title = "지금 저장되어 있는 제목", "The title as it is now";
    theirs_body = "지금 저장되어 있는 내용", "The text as it is now";
    theirs_files = "첨부 파일이나 공지 여부가 바뀌었습니다.", "Files or the notice mark were changed.";

    draft_found = "저장하지 않은 글이 이 브라우저에 남아 있습니다 ({0}).", "This browser still has what you did not save ({0}).";
    draft_restore = "이어 쓰기", "Go on writing";
    draft_discard = "버리기", "Discard";
    draft_kept = "쓴 내용은 이 브라우저에 임시로 저장됩니다.", "What you write is kept in this browser until it is saved.";
    draft_files_gone = "첨부했던 파일 {0}개는 하루가 지나 없어졌습니다.", "{0} attached files are gone, as a day has passed.";
    sending = "보내는 중…", "Sending…";
    send_failed = "저장하지 못했습니다. 인터넷 연결을 확인하고 다시 시도하십시오. 쓴 내용은 그대로 있습니다.", "It could not be saved. Check your connection and try again. Your text is safe.";
    signed_out = "로그인이 끝나서 저장하지 못했습니다. 쓴 내용은 그대로 있습니다. 새 탭에서 로그인한 뒤 다시 누르십시오.", "You are signed out, so it was not saved. Your text is safe. Log in in a new tab, then press again.";
    log_in_new_tab = "새 탭에서 로그인", "Log in in a new tab";

    added = "글을 올렸습니다.", "Posted.";
    changed = "글을 고쳤습니다.", "The post was changed.";
    unchanged = "바뀐 내용이 없어 그대로 두었습니다.", "Nothing was changed.";
}
