//! What went wrong, what is safe, what to do: a title and a sentence for each kind of error page.

super::words! {
    bad_request_title = "요청을 이해하지 못했습니다", "The request could not be understood";
    bad_request = "주소나 보낸 내용이 올바르지 않습니다. 이전 화면으로 돌아가 다시 시도해 주십시오.", "The address or what was sent is not right. Go back and try again.";
    bad_host = "이 사이트는 ‘{0}’ 이름으로 오는 요청에 답하지 않습니다. 사이트 운영자라면 ALLOWED_HOSTS에 이 이름을 추가하십시오.", "This site does not answer to the name “{0}”. If you run it, add the name to ALLOWED_HOSTS.";
    signed_out_title = "로그인이 필요합니다", "You need to log in";
    signed_out = "로그인되어 있지 않거나 로그인이 만료되었습니다. 로그인한 뒤 다시 시도해 주십시오.", "You are not logged in, or your login has expired. Log in, then try again.";
    forbidden_title = "허용되지 않은 요청입니다", "This is not allowed";
    forbidden = "이 작업을 할 권한이 없습니다.", "You do not have permission to do this.";
    cross_origin = "다른 사이트에서 보낸 요청이어서 처리하지 않았습니다. 이 사이트의 화면에서 다시 시도해 주십시오.", "The request came from another site, so nothing was done. Try again from a page of this site.";
    signup_closed = "이 사이트는 지금 새 회원을 받지 않습니다. 계정이 필요하면 운영자에게 문의하십시오.", "This site takes no new members at the moment. Ask its owner if you need an account.";
    not_found_title = "페이지를 찾을 수 없습니다", "Page not found";
    not_found = "주소가 바뀌었거나 삭제된 페이지입니다. 주소를 확인하거나 홈에서 찾아보십시오.", "It has moved or was deleted. Check the address, or look for it from the home page.";
    method_not_allowed_title = "이 주소에서는 할 수 없는 요청입니다", "This address does not do that";
    method_not_allowed = "이 주소는 그런 방식의 요청을 받지 않습니다. 이전 화면으로 돌아가 단추를 사용해 주십시오.", "This address does not take that kind of request. Go back and use the button on the page.";
    timeout_title = "요청이 너무 오래 걸렸습니다", "The request took too long";
    timeout = "보내는 도중에 연결이 멈췄습니다. 저장된 것은 없습니다. 연결을 확인하고 다시 보내 주십시오.", "The connection stalled while sending. Nothing was saved. Check the connection and send it again.";
    too_large_title = "너무 큽니다", "Too large";
    too_large = "보낸 내용이 너무 커서 받지 않았습니다. 저장된 것은 없습니다.", "What was sent is too large. Nothing was saved.";
    upload_too_large = "파일이 너무 큽니다. 최대 {0}까지 올릴 수 있습니다. 저장된 것은 없습니다.", "The file is too large. The limit is {0}. Nothing was saved.";
    unsupported_title = "지원하지 않는 형식입니다", "This format is not supported";
    unsupported = "보낸 내용의 형식을 이 주소에서 받지 않습니다.", "This address does not take content of that type.";
    unprocessable_title = "처리할 수 없는 내용입니다", "This could not be processed";
    unprocessable = "보낸 내용에 빠졌거나 잘못된 값이 있습니다. 이전 화면으로 돌아가 확인해 주십시오.", "Something sent is missing or wrong. Go back and check it.";
    too_many_title = "잠시 후 다시 시도해 주십시오", "Try again in a while";
    too_many = "실패한 시도가 여러 번 있었습니다. {0}초 뒤에 다시 시도할 수 있습니다.", "There were several failed attempts. You can try again in {0} seconds.";
    too_many_uploads = "끝나지 않은 업로드가 너무 많습니다. 올라온 동영상을 저장하거나 필요 없는 업로드를 취소한 뒤 다시 시도해 주십시오.", "Too many of your uploads are not finished. Save the videos that have arrived, or cancel uploads you do not need, then try again.";
    headers_too_large_title = "요청의 머리글이 너무 큽니다", "The request's headers are too large";
    headers_too_large = "이 사이트의 쿠키를 지우고 다시 시도해 주십시오.", "Clear the cookies of this site and try again.";
    internal_title = "서버에서 문제가 생겼습니다", "Something went wrong on the server";
    internal = "잘못하신 것이 없습니다. 잠시 후 다시 시도하고, 계속되면 아래 번호를 운영자에게 알려 주십시오.", "It is not your fault. Try again in a while; if it goes on, tell the owner the number below.";
    busy_title = "지금은 요청이 많습니다", "The site is busy";
    busy = "지금 요청이 몰려 있습니다. {0}초 뒤에 다시 시도해 주십시오. 저장된 것은 없습니다.", "Many requests are waiting. Try again in {0} seconds. Nothing was saved.";
    unreachable_title = "데이터베이스에 연결할 수 없습니다", "The database cannot be reached";
    unreachable = "데이터베이스가 제때 답하지 않았습니다. {0}초 뒤에 다시 시도하고, 계속되면 운영자에게 알려 주십시오.", "The database did not answer in time. Try again in {0} seconds; if it goes on, tell the owner.";
    full_title = "저장 공간이 부족합니다", "The disk is full";
    full = "서버의 저장 공간이 가득 차서 저장하지 못했습니다. 운영자가 공간을 비운 뒤 다시 시도해 주십시오.", "There is no space left on the server, so nothing was saved. Try again after the owner has freed some.";
    room_taken = "지금 올라오고 있는 다른 파일이 남은 저장 공간을 쓸 예정이어서 받지 않았습니다. 그 업로드가 끝나거나 취소된 뒤 다시 시도해 주십시오.", "Other files on their way need the space that is left, so this one was not taken. Try again when those uploads are finished or cancelled.";
}
