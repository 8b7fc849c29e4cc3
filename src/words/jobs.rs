//! Words for what ffmpeg does for a video in the background.

super::words! {
    heading = "백그라운드 변환", "Background work";
    remux = "MP4로 바꾸기", "Put into MP4";
    remux_help = "화질은 그대로 두고 파일 형식만 바꿉니다. 파일 안에 든 자막과 챕터는 옮기지 않습니다.", "The pictures and sounds stay as they are; only the container changes. Subtitles and chapters inside the file are not carried over.";
    thumbnail = "미리보기 그림 만들기", "Make a thumbnail";
    waiting = "대기 중", "waiting";
    waiting_in_vain = "대기 중입니다. 지금 이 서버에는 ffmpeg가 없거나 꺼져 있습니다.", "waiting; this server has no ffmpeg now, or it is off";
    running = "진행 중", "running";
    done = "끝남", "done";
    failed = "실패", "failed";
    not_begun = "하지 않음", "not done";
    fault_program = "ffmpeg가 이 파일을 처리하지 못했습니다.", "ffmpeg could not do this with the file.";
    fault_time = "시간이 너무 오래 걸려 멈췄습니다.", "It took too long and was stopped.";
    fault_room = "디스크에 빈 공간이 모자랍니다.", "The disk has no room for the result.";
    fault_different = "결과가 원래 영상과 달라 쓰지 않았습니다. 동영상은 그대로입니다.", "The result was not the same film, so it was not used. The video is as it was.";
    fault_interrupted = "하는 동안 서버가 여러 번 멈췄습니다.", "The server ended in the middle of it several times.";
    fault_missing = "동영상 파일이 없습니다.", "The video’s file is missing.";
    fault_site = "서버에 문제가 있었습니다. 자세한 내용은 로그에 있습니다.", "Something went wrong on the server; the log has the details.";
    ffmpeg_said = "ffmpeg의 말:", "ffmpeg said:";
    again = "다시 시도", "Try again";
    now = "지금 하기", "Do it now";
    begun = "화질은 그대로 두고 백그라운드에서 MP4로 바꿉니다.", "It is put into MP4 in the background; the pictures stay as they are.";
    asked = "‘{0}’의 백그라운드 변환을 시작합니다. 끝났는지는 이 화면을 새로 고치면 보입니다.", "The background work for “{0}” begins. Reload this page to see how far it is.";
    not_asked = "‘{0}’에는 지금 할 일이 없습니다.", "There is nothing to do for “{0}” now.";
}
