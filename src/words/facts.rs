//! Words for what a video file is, and where it plays.

super::words! {
    unknown = "알 수 없음", "unknown";
    container = "파일 형식", "Container";
    rotation = "회전", "Rotation";
    rotation_none = "없음", "none";
    rotation_degrees = "시계 방향 {0}°", "{0}° clockwise";
    frame_rate = "프레임 속도", "Frame rate";
    frame_rate_value = "초당 {0}프레임", "{0} frames per second";
    bit_rate = "비트레이트", "Bit rate";
    audio = "소리 트랙", "Sound tracks";
    audio_none = "없음", "none";
    audio_tracks = "{0}개", "{0}";
    audio_languages = "{0}개 ({1})", "{0} ({1})";
    language_unsaid = "언어 표시 없음", "language not stated";
    start = "재생 시작", "Start of playback";
    starts_fast = "바로 시작합니다 (색인이 앞에 있음)", "At once (the index comes first)";
    starts_late = "느린 인터넷에서는 늦게 시작합니다 (색인이 파일 끝에 있음)", "Late on a slow line (the index is at the end of the file)";
    seeks_late = "바로 시작하지만 다른 곳으로 건너뛸 때 느릴 수 있습니다 (앞에 색인이 없음)", "At once, but jumping to another place may be slow (no index comes first)";

    korean = "한국어", "Korean";
    english = "영어", "English";
    japanese = "일본어", "Japanese";
    chinese = "중국어", "Chinese";
    french = "프랑스어", "French";
    german = "독일어", "German";
    spanish = "스페인어", "Spanish";
    russian = "러시아어", "Russian";
    vietnamese = "베트남어", "Vietnamese";

    hevc = "화면 형식이 {0}입니다. 애플 기기와, HEVC 디코더가 있는 기기의 크롬과 엣지에서는 재생되지만, 오래된 기기와 일부 Firefox에서는 재생되지 않습니다.", "The picture is {0}. Apple devices play it, and so do Chrome and Edge where the device has a decoder for it; older devices and some versions of Firefox do not.";
    hev1 = "화면 형식이 {0}이고 ‘hev1’로 표시되어 있습니다. 애플 기기에서 재생되지 않고, 다른 기기에서도 HEVC 디코더가 있어야 재생됩니다.", "The picture is {0}, labelled “hev1”. Apple devices do not play it, and others only with a decoder for it.";
    av1 = "화면 형식이 {0}입니다. 크롬, 엣지, Firefox에서는 재생되지만, AV1 디코더가 없는 아이폰과 아이패드, 맥에서는 재생되지 않습니다.", "The picture is {0}. Chrome, Edge and Firefox play it; an iPhone, iPad or Mac without a decoder for AV1 does not.";
    deep = "화면 형식이 10비트이거나 4:2:0보다 색이 자세한 {0}입니다. 컴퓨터의 크롬에서는 재생되지만, 아이폰과 안드로이드 기기, 텔레비전에서는 대개 재생되지 않습니다.", "The picture is {0} with 10 bits or with more colour than 4:2:0. Chrome on a computer plays it; most iPhones, Android devices and television sets do not.";
    some_picture = "화면 형식이 {0}입니다. 일부 기기와 브라우저에서만 재생됩니다.", "The picture is {0}, which only some devices and browsers play.";
    no_picture = "화면 형식이 {0}입니다. 대부분의 브라우저에서 재생되지 않습니다.", "The picture is {0}, which most browsers do not play.";
    dolby = "소리 형식이 {0}입니다. 사파리와 윈도우의 엣지에서는 들리지만, 크롬과 Firefox에서는 소리가 나지 않습니다.", "The sound is {0}. Safari plays it, and Edge on Windows; Chrome and Firefox play the picture without sound.";
    apple_sound = "소리 형식이 {0}입니다. 사파리에서만 들리고, 다른 브라우저에서는 소리가 나지 않습니다.", "The sound is {0}. Only Safari plays it; other browsers play the picture without sound.";
    some_sound = "소리 형식이 {0}입니다. 일부 브라우저에서는 소리가 나지 않습니다.", "The sound is {0}, which some browsers leave out.";
    no_sound = "소리 형식이 {0}입니다. 대부분의 브라우저에서 소리가 나지 않습니다.", "The sound is {0}, which most browsers leave out.";
    matroska = "파일 형식이 {0}입니다. 크롬과 엣지에서는 재생되지만, 사파리(아이폰과 아이패드 포함)와 일부 Firefox에서는 재생되지 않습니다.", "The container is {0}. Chrome and Edge play it; Safari (on iPhone and iPad too) and some versions of Firefox do not.";
    not_known = "이 사이트가 모르는 형식({0})이 들어 있습니다. 재생되지 않는 브라우저가 있을 수 있습니다.", "It holds a format that this site does not know ({0}). Some browsers may not play it.";
    nameless = "이 사이트가 모르는 형식이 들어 있습니다. 재생되지 않는 브라우저가 있을 수 있습니다.", "It holds a format that this site does not know. Some browsers may not play it.";
    export = "누구나 볼 수 있게 하려면 동영상 편집기에서 H.264/AAC MP4로 내보내 다시 올려 주십시오.", "For everybody to watch it, export it as an H.264/AAC MP4 and upload that.";
    convert = "ffmpeg로는 이 한 줄이면 됩니다.", "With ffmpeg, this one line does it:";
}
