//! Words of the commands that see to files: `madang media` and `madang upload`.

super::words! {
    no_database = "데이터베이스 파일 {0}{이/가} 없습니다. DATABASE_URL이 맞는지, 명령을 내린 폴더가 맞는지 확인하십시오.", "There is no database file {0}. Check DATABASE_URL, and the folder the command was given in.";
    media_unwritable = "미디어 폴더 {0}에 쓸 수 없습니다: {1}. 쓸 수 있게 하거나 MEDIA_ROOT를 바꾸십시오.", "The media folder {0} cannot be written to: {1}. Make it writable, or set MEDIA_ROOT.";
    media_missing = "미디어 폴더 {0}{이/가} 없습니다. MEDIA_ROOT가 맞는지, 명령을 내린 폴더가 맞는지 확인하십시오.", "There is no media folder {0}. Check MEDIA_ROOT, and the folder the command was given in.";
    media_full = "미디어 폴더 {0}의 디스크에 남은 공간이 없습니다. 동영상을 지우거나 다른 파일을 치워 공간을 비우십시오. 그때까지 아무것도 올릴 수 없습니다.", "The disk of the media folder {0} is full. Free some space by deleting videos or other files; until then nothing can be uploaded.";

    orphan = "데이터베이스가 모르는 파일: {0} ({1})", "A file that no row knows: {0} ({1})";
    stray = "데이터베이스가 모르는, 올리다 만 파일: {0} ({1})", "An unfinished upload that no row knows: {0} ({1})";
    foreign = "마당의 파일이 아님: {0} ({1})", "Not a file of Madang's: {0} ({1})";
    missing_video = "파일이 없는 동영상: {0}번 ‘{1}’ ({2})", "A video without its file: {0}, “{1}” ({2})";
    missing_thumbnail = "미리보기 그림이 없는 동영상: {0}번 ‘{1}’ ({2})", "A video without its picture: {0}, “{1}” ({2})";
    missing_captions = "자막 파일이 없는 동영상: {0}번 ‘{1}’ ({2})", "A video without its captions: {0}, “{1}” ({2})";
    missing_attachment = "첨부 파일이 없는 글: {0}번 ‘{1}’ ({2})", "A post without its file: {0}, “{1}” ({2})";
    missing_kept = "양식에 쓰려고 두었으나 없는 파일: ‘{1}’, {0}번 사용자 ({2})", "A file kept for a form, and not there: “{1}” of user {0} ({2})";
    tally_known = "데이터베이스가 아는 파일: {0}개, {1}", "Files that rows know: {0}, {1}";
    tally_orphans = "데이터베이스가 모르는 파일: {0}개, {1}", "Files that no row knows: {0}, {1}";
    tally_foreign = "마당의 파일이 아닌 것: {0}개, {1}. 지우지 않습니다.", "Files that are not Madang's: {0}, {1}. They are never removed.";
    tally_missing = "파일을 잃은 항목: {0}개. 백업에서 미디어 폴더로 같은 이름의 파일을 되살리거나, 관리자 화면에서 다시 올리십시오.", "Rows whose file is missing: {0}. Bring the file of that name back from a backup into the media folder, or upload it again in the admin.";
    media_fine = "남는 파일도 모자라는 파일도 없습니다.", "No file too many, and none missing.";
    media_clean_hint = "madang media --clean은 데이터베이스가 모르는 파일을 지웁니다.", "madang media --clean removes the files that no row knows.";
    removed = "지운 파일: {0}개, {1}", "Removed: {0} files, {1}";
    not_removed = "지우지 못한 파일: {0}", "Could not be removed: {0}";
    media_strange = "이 데이터베이스는 미디어 폴더 {0}의 파일을 하나도 모릅니다. DATABASE_URL과 MEDIA_ROOT가 같은 사이트의 것인지 확인하십시오. 아무것도 지우지 않았습니다.", "This database knows none of the files in {0}. Check that DATABASE_URL and MEDIA_ROOT belong to the same site. Nothing was removed.";
    media_found = "맞지 않는 것이 {0}개 있습니다.", "Not as it should be: {0}.";

    upload_nobody = "올릴 사람이 없습니다. 최고 관리자를 먼저 만들거나(madang createsuperuser) --user로 이름을 주십시오.", "There is nobody to upload as. Create a superuser first (madang createsuperuser), or give a name with --user.";
    upload_not_allowed = "{0} 계정은 동영상을 추가할 수 없습니다.", "The account {0} may not add videos.";
    upload_one_title = "--title은 파일이 하나일 때만 쓸 수 있습니다. 지금은 {0}개입니다.", "--title is for one file only; these are {0}.";
    upload_nothing = "올릴 동영상이 없습니다.", "There is no video to upload.";
    upload_unreadable = "읽을 수 없습니다: {0}", "It cannot be read: {0}";
    upload_not_a_file = "파일이 아닙니다.", "It is not a file.";
    upload_empty_folder = "이 폴더에는 동영상 파일(MP4, M4V, MOV, WebM, MKV, OGV, OGG)이 없습니다.", "This folder has no video files (MP4, M4V, MOV, WebM, MKV, OGV, OGG).";
    upload_not_text = "설명 파일 {0}{은/는} UTF-8 글이 아닙니다.", "The description {0} is no text in UTF-8.";
    upload_text_too_large = "설명 파일 {0}{은/는} 설명이 될 수 없을 만큼 큽니다. {1}까지 쓸 수 있습니다.", "The description {0} is too large to be one. Up to {1} can be used.";
    upload_own_file = "이 사이트의 미디어 폴더(MEDIA_ROOT)에 있는 파일이라 올리지 않습니다. 비공개 동영상의 파일일 수 있습니다. 새 동영상으로 올리려면 다른 폴더에 복사한 뒤 그 파일을 올리십시오.", "It stands in this site's own media folder (MEDIA_ROOT) and may belong to a private video. To make a new video of it, copy it to another folder and upload the copy.";
    upload_changed = "복사하는 동안 파일이 바뀌었습니다. 다 만들어진 뒤에 다시 올리십시오.", "The file changed while it was copied. Upload it again once it is finished.";
    upload_no_room = "저장 공간이 모자랍니다. {0}{이/가} 필요한데 {1}{이/가} 비어 있습니다.", "There is no room: {0} are needed, {1} are free.";
    upload_there = "{0}: 이미 올라와 있어 건너뜁니다(동영상 {1}번). 다시 올리려면 --again을 쓰십시오.", "{0}: passed over, it is there already (video {1}). --again uploads it all the same.";
    upload_done = "{0}: 올렸습니다. 동영상 {1}번 ‘{2}’ ({3})", "{0}: uploaded. Video {1}, “{2}” ({3})";
    upload_late = "{0}: 빈 공간이 모자라 바로 시작하도록 바꾸지 못했습니다. 재생은 되지만 느린 회선에서는 늦게 시작합니다. 공간을 비운 뒤 이 동영상을 지우고 다시 올리면 됩니다.", "{0}: there was no room to make it start at once. It plays, but begins late over a slow line. To mend that, free some room, delete this video and upload it again.";
    upload_fault = "{0}: 올리지 못했습니다. {1}", "{0}: not uploaded. {1}";
    upload_tally = "올림 {0}개, 건너뜀 {1}개, 실패 {2}개", "Uploaded: {0}, passed over: {1}, failed: {2}";
    upload_failed = "올리지 못한 파일이 {0}개 있습니다.", "Files that were not uploaded: {0}.";
    upload_stopped = "중단했습니다. 올리던 파일은 남지 않았습니다.", "Stopped. Nothing is left of the file that was being uploaded.";
    bar = "{0} {1}% · {2} / {3} · {4}/s · {5} 남음", "{0} {1}% · {2} / {3} · {4}/s · {5} left";
    bar_unknown = "{0} {1}% · {2} / {3}", "{0} {1}% · {2} / {3}";
}
