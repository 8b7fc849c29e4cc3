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

    elsewhere = "다른 탭에서 올리고 있는 파일입니다. 그 탭에서 저장하거나, 그 탭을 닫은 뒤 이어서 올려 주십시오.", "This file is being uploaded in another tab. Save it there, or close that tab and resume here.";
    gone = "서버에 이 업로드가 더는 없습니다. 다른 곳에서 이미 저장했거나 취소했을 수 있습니다. 동영상 목록에서 확인하고, 없으면 처음부터 다시 올려 주십시오.", "This upload is no longer on the server. It may have been saved or cancelled elsewhere. Check the list of videos, and start over if it is not there.";
    other_user = "이 브라우저에서 다른 계정으로 로그인해 멈췄습니다. 처음 계정으로 다시 로그인하면 이어서 올릴 수 있습니다.", "Stopped because a different account logged in in this browser. Log in with the original account to resume.";
    anew = "처음부터 다시 올리기", "Start over";
    not_videos = "동영상이 아닌 파일은 올리지 않았습니다: {0}", "These files are not videos and were not uploaded: {0}";
    empty_folder = "끌어다 놓은 폴더에 동영상이 없습니다.", "The folder you dropped has no videos in it.";
    each = "제목은 파일마다 따로 입력합니다. 설명과 공개 범위는 여기의 모든 동영상에 똑같이 들어갑니다. 미리보기 그림과 자막은 저장한 뒤 동영상마다 고를 수 있습니다.", "Each file has its own title. The description and visibility apply to all of these videos. You can add thumbnails and captions to each video after saving.";
    saving_signed_out = "로그인이 만료되어 저장하지 못하고 있습니다. 새 탭에서 로그인하면 이어서 올리고 저장합니다.", "Your login has expired, so saving is on hold. Log in in a new tab to resume the upload and save.";
    saving_paused = "멈춘 파일이 있어 저장을 기다리고 있습니다. 이어서 올리면 저장합니다.", "Saving is on hold because a file is paused. Resume it to save.";
    forget = "지우기", "Delete";
    all_saved = "동영상 {0}개를 추가했습니다.", "{0} videos were added.";
}
