//! Words of the choice of a thumbnail from a video's own frames.

super::words! {
    title = "동영상에서 장면 고르기", "Choose a frame of the video";
    none = "장면을 쓰지 않음", "No frame";
    at = "{0} 장면", "Frame at {0}";
    own = "직접 찾은 장면 {0}", "Your own frame at {0}";
    reading = "동영상에서 장면을 뽑는 중…", "Taking frames from the video…";
    found = "장면 {0}개를 뽑았습니다. 하나를 고르면 미리보기 그림이 됩니다.", "{0} frames are ready. The one you choose becomes the thumbnail.";
    taken = "{0} 장면을 미리보기 그림으로 골랐습니다.", "The frame at {0} is chosen as the thumbnail.";
    undecodable = "이 브라우저에서는 이 동영상의 화면을 열 수 없어 장면을 뽑지 못했습니다. 그림 파일을 골라 쓸 수는 있습니다.", "This browser cannot show this video's picture, so no frames could be taken. You can still choose a picture file.";
    from_stored = "저장된 동영상에서 장면 고르기", "Choose a frame of the stored video";
    other = "다른 장면 찾기", "Find another frame";
    player = "장면을 찾는 동영상", "Video to find a frame in";
    this = "이 장면 쓰기", "Use this frame";
}
