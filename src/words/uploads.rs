//! What is said to who sends a file in pieces, when a piece is not taken.

super::words! {
    nothing = "그런 업로드가 없습니다. 이미 저장했거나 취소했거나 기한이 지나 지워졌습니다. 파일을 처음부터 다시 올려 주십시오.", "This upload no longer exists: it was saved, cancelled or removed after it expired. Upload the file again from the start.";
    expired = "하루 동안 이어 올리지 않아 지워진 업로드입니다. 파일을 처음부터 다시 올려 주십시오.", "The upload was not resumed for a day and was removed. Upload the file again from the start.";
    version = "이 주소로는 tus 1.0.0 규약으로만 올릴 수 있습니다.", "This address accepts uploads by tus 1.0.0 only.";
    offset = "서버에 저장된 부분과 이어지지 않습니다. 어디까지 올라갔는지 다시 확인하고 그 뒤부터 올려 주십시오.", "This part does not continue what is on the server. Ask for the current offset and resume from there.";
    busy = "다른 연결에서 이 파일을 올리고 있습니다. 잠시 후 다시 시도해 주십시오.", "This file is being uploaded over another connection. Try again in a moment.";
    stopped = "다른 연결이 이 업로드를 이어받았습니다. 지금까지 올라간 부분은 저장되어 있습니다.", "Another connection has taken over this upload. The part already uploaded is saved.";
    broken = "연결이 끊겼습니다. 지금까지 올라간 부분은 저장되어 있으니 이어서 올릴 수 있습니다.", "The connection was lost. The part already uploaded is saved, and the upload can be resumed from there.";
    mismatch = "도착한 내용이 보낸 내용과 달라 이번에 보낸 부분을 버렸습니다. 그 부분을 다시 보내 주십시오.", "This part arrived damaged and was discarded. Send it again.";
    algorithm = "이 서버가 모르는 체크섬 방식입니다. {0} 가운데 하나를 써 주십시오.", "The server does not support this checksum algorithm. Use one of these: {0}.";
    too_long = "알린 크기보다 많은 내용이 와서 이번에 보낸 부분을 버렸습니다.", "More data arrived than was announced, so this part was discarded.";
    full = "서버의 저장 공간이 부족합니다. 지금까지 올라간 부분은 저장되어 있으니, 운영자가 공간을 비우면 이어서 올릴 수 있습니다.", "The server is out of storage space. The part already uploaded is saved, and you can resume once the owner has freed some space.";
    full_dropped = "서버의 저장 공간이 부족해 이번에 보낸 부분을 버렸습니다. 그 앞까지 올라간 부분은 저장되어 있으니, 운영자가 공간을 비우면 이어서 올릴 수 있습니다.", "The server is out of storage space, so this part was discarded. What came before it is saved, and you can resume once the owner has freed some space.";
    dropped = "다 오기 전에 끊겨 이번에 보낸 부분을 버렸습니다. 그 앞까지 올라간 부분은 저장되어 있으니 이어서 올릴 수 있습니다.", "This part did not arrive whole and was discarded. What came before it is saved, and the upload can be resumed from there.";
    over_limit = "파일이 너무 큽니다. 최대 {0}까지 올릴 수 있습니다. 이번에 보낸 부분은 버렸습니다.", "The file is too large: the limit is {0}. This part was discarded.";
    unnoted = "데이터베이스가 제때 답하지 않았습니다. 지금까지 올라간 부분은 저장되어 있으니 잠시 후 이어서 올려 주십시오.", "The database did not answer in time. The part already uploaded is saved: resume in a moment.";
    unnoted_dropped = "데이터베이스가 제때 답하지 않아 이번에 보낸 부분을 버렸습니다. 그 앞까지 올라간 부분은 저장되어 있으니 잠시 후 이어서 올려 주십시오.", "The database did not answer in time, so this part was discarded. What came before it is saved: resume in a moment.";
    not_finished = "동영상이 아직 다 올라오지 않았습니다. 올라온 부분은 저장되어 있으니, 같은 파일을 골라 이어서 올린 뒤 저장해 주십시오.", "The video is not completely uploaded yet. The part already uploaded is saved: choose the same file to resume, then save.";
}
