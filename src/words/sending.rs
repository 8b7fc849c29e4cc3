//! Words of the video form about the files that it sends.

super::words! {
    files = "올리는 파일", "Files being uploaded";
    drop = "여러 개를 한꺼번에 고르거나 이 화면에 끌어다 놓아도 됩니다.", "You can choose several files at once, or drop them anywhere on this page.";
    drop_one = "이 화면에 끌어다 놓아도 됩니다.", "You can also drop the file anywhere on this page.";
    only_one = "이 동영상의 파일은 하나뿐이라 첫 파일만 골랐습니다.", "A video has only one file, so only the first one was used.";
    interrupted = "업로드가 중간에 끊겼습니다. 올라간 부분은 저장되어 있으니 같은 파일을 다시 고르면 이어서 올립니다.", "An upload was interrupted. The part already uploaded is saved: choose the same file again to resume.";
    waiting = "앞의 파일이 올라가면 시작합니다.", "Waiting for the files before it.";
    sending = "올리는 중입니다.", "Uploading…";
    checking = "다 올렸습니다. 파일을 확인하는 중입니다.", "Upload complete. Checking the file…";
    lost = "연결이 끊겼습니다. 올라간 부분은 저장되어 있고, 다시 연결되면 저절로 이어서 올립니다.", "Connection lost. The part already uploaded is saved, and the upload resumes automatically when you are back online.";
    paused = "잠시 멈췄습니다. 올라간 부분은 저장되어 있습니다.", "Paused. The part already uploaded is saved.";
    signed_out = "로그인이 만료되어 멈췄습니다. 올라간 부분은 저장되어 있습니다. 새 탭에서 로그인한 뒤 이어서 올려 주십시오.", "The upload stopped because your login expired. The part already uploaded is saved: log in in a new tab, then resume.";
    refused = "올리지 못했습니다.", "Upload failed.";
    done = "다 올라갔습니다. 이제 저장할 수 있습니다.", "Upload complete. You can save now.";
    saved = "저장했습니다.", "Saved.";
    unreadable = "파일을 더는 읽을 수 없습니다. 옮기거나 고쳤다면 다시 골라 주십시오.", "The file can no longer be read. If you moved or changed it, choose it again.";
    saving = "저장하는 중입니다.", "Saving…";
    saving_waits = "파일이 다 올라가면 저장합니다. 이 화면을 열어 두십시오.", "The video will be saved when the upload is complete. Keep this page open.";
    saving_each = "파일이 올라가는 대로 하나씩 저장합니다. 이 화면을 열어 두십시오.", "Each video is saved as soon as its upload is complete. Keep this page open.";
    undo = "저장 취소", "Cancel saving";
    go = "이어서 올리기", "Resume";
    pause = "잠시 멈춤", "Pause";
}
