//! Words of the choice of a thumbnail from a video's own frames.

super::words! {
    title = "동영상에서 장면 고르기", "Choose a frame from the video";
    none = "장면을 쓰지 않음", "No frame";
    at = "{0} 장면", "At {0}";
    own = "직접 찾은 장면 {0}", "Your frame at {0}";
    reading = "동영상에서 장면을 뽑는 중…", "Getting frames from the video…";
    found = "장면 {0}개를 뽑았습니다. 하나를 고르면 미리보기 그림이 됩니다.", "{0} frames are ready. Choose one to use it as the thumbnail.";
    taken = "{0} 장면을 미리보기 그림으로 골랐습니다.", "The frame at {0} is now the thumbnail.";
    undecodable = "이 브라우저에서는 이 동영상의 화면을 열 수 없어 장면을 뽑지 못했습니다. 그림 파일을 골라 쓸 수는 있습니다.", "This browser cannot display this video, so there are no frames to choose from. You can still choose an image file.";
    from_stored = "저장된 동영상에서 장면 고르기", "Choose a frame from the stored video";
    other = "다른 장면 찾기", "Find another frame";
    player = "장면을 찾는 동영상", "Video to choose a frame from";
    not_shown = "이 그림을 열 수 없습니다. 파일이 깨졌거나 JPEG, PNG, WebP가 아닙니다. 다른 그림을 골라 주십시오.", "This picture cannot be opened: it is damaged, or not a JPEG, PNG or WebP. Choose another one.";
    this = "이 장면 쓰기", "Use this frame";
}
