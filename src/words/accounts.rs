//! Words of the accounts pages.

super::words! {
    username = "사용자 이름", "Username";
    password = "비밀번호", "Password";
    password_again = "비밀번호 확인", "Password (again)";
    old_password = "지금 비밀번호", "Current password";
    new_password = "새 비밀번호", "New password";
    new_password_again = "새 비밀번호 확인", "New password (again)";
    show_password = "비밀번호 표시", "Show password";
    hide_password = "비밀번호 숨기기", "Hide password";

    username_help = "150자까지, 글자와 숫자와 @ . + - _ 를 쓸 수 있습니다.", "Up to 150 characters: letters, digits and @ . + - _";
    password_help_length = "8자 이상이어야 합니다.", "At least 8 characters.";
    password_help_similar = "사용자 이름과 비슷하지 않아야 합니다.", "Not similar to your username.";
    password_help_common = "흔히 쓰이는 비밀번호가 아니어야 합니다.", "Not a commonly used password.";
    password_help_numeric = "숫자로만 되어 있지 않아야 합니다.", "Not only digits.";
    password_again_help = "확인을 위해 한 번 더 입력하십시오.", "Enter it once more, to be sure.";
    check_fields = "아래에 표시한 항목을 고쳐 주십시오. 비밀번호는 안전을 위해 다시 입력해야 합니다.", "Please correct the marked fields below. For safety, passwords have to be entered again.";

    login_title = "로그인", "Log in";
    login_button = "로그인", "Log in";
    admin_login_title = "사이트 관리 로그인", "Site administration login";
    private_video = "로그인한 사용자만 볼 수 있는 동영상입니다.", "Only signed-in members can watch this video.";
    private_video_hint = "로그인하면 바로 이 동영상으로 돌아옵니다.", "Log in and you will come straight back to it.";
    ended = "로그인이 끝나서 저장하지 않았습니다.", "Your session has ended, so nothing was saved.";
    ended_hint = "입력한 내용은 그대로 있습니다. 다시 로그인하면 입력하던 화면으로 돌아갑니다. 비밀번호와 새로 고른 파일만 다시 입력해 주십시오.", "What you entered is kept: log in and its page opens again with it. Only passwords and chosen files have to be given again.";
    ended_not_staff = "이 계정에는 관리 권한이 없습니다. 관리 권한이 있는 계정으로 로그인해 주십시오. 입력한 내용은 그대로 있습니다.", "This is not a staff account. Log in with one that is; what you entered is kept.";
    no_account = "계정이 없습니까?", "No account yet?";

    signup_title = "회원 가입", "Sign up";
    signup_button = "가입하기", "Sign up";
    have_account = "계정이 이미 있습니까?", "Already have an account?";

    change_title = "비밀번호 변경", "Change password";
    change_intro = "지금 비밀번호를 입력하고 새 비밀번호를 두 번 입력하십시오. 바꾸면 다른 기기에서는 모두 로그아웃됩니다.", "Enter your current password, then the new one twice. Changing it logs you out on every other device.";
    change_button = "비밀번호 변경", "Change password";

    setup_title = "첫 관리자 만들기", "Create the first administrator";
    setup_intro = "이 사이트를 관리할 계정을 만듭니다. 만들고 나면 이 링크는 더 쓸 수 없습니다.", "This creates the account that looks after the site. The link stops working once it exists.";
    setup_button = "만들고 로그인", "Create and log in";

    // Sentences of errors and messages.
    username_missing = "사용자 이름을 입력해 주십시오.", "Enter a username.";
    username_too_long = "사용자 이름은 {0}자까지 쓸 수 있습니다.", "A username has at most {0} characters.";
    username_letters = "사용자 이름에는 글자와 숫자, 그리고 @ . + - _ 만 쓸 수 있습니다.", "A username has only letters, digits and @ . + - _";
    username_taken = "이미 있는 사용자 이름입니다. 다른 이름을 골라 주십시오.", "This username is taken. Choose another one.";
    password_missing = "비밀번호를 입력해 주십시오.", "Enter a password.";
    password_too_long = "비밀번호가 너무 깁니다. {0}바이트까지 쓸 수 있습니다.", "The password is too long. It has at most {0} bytes.";
    password_too_short = "비밀번호가 너무 짧습니다. {0}자 이상이어야 합니다.", "The password is too short. It has at least {0} characters.";
    password_like_username = "비밀번호가 사용자 이름과 너무 비슷합니다.", "The password is too similar to the username.";
    password_like_email = "비밀번호가 이메일 주소와 너무 비슷합니다.", "The password is too similar to the e-mail address.";
    password_common = "너무 흔한 비밀번호여서 쉽게 알아낼 수 있습니다.", "The password is too common and easily guessed.";
    password_numeric = "숫자로만 된 비밀번호는 쓸 수 없습니다.", "A password cannot be digits only.";
    passwords_differ = "두 비밀번호가 서로 다릅니다. 같은 비밀번호를 두 번 입력해 주십시오.", "The two passwords differ. Enter the same password twice.";
    login_refused = "사용자 이름이나 비밀번호가 올바르지 않습니다. 비밀번호는 대문자와 소문자를 구별합니다.", "The username or the password is not right. Passwords tell capital letters from small ones.";
    login_later = "실패한 로그인이 여러 번 있었습니다. {0}초 뒤에 다시 시도해 주십시오.", "There were several failed logins. Try again in {0} s.";
    signup_later = "이 주소에서 계정이 많이 만들어졌습니다. {0}초 뒤에 다시 시도해 주십시오.", "Many accounts were made from this address. Try again in {0} s.";
    old_password_wrong = "현재 비밀번호가 올바르지 않습니다.", "The current password is not right.";
    password_changed = "비밀번호를 바꿨습니다. 다른 기기에서는 모두 로그아웃되었습니다.", "The password is changed. All other devices are signed out.";
    setup_done = "관리자 계정을 만들었습니다. 이제 동영상을 올릴 수 있습니다.", "The administrator’s account is made. You can upload videos now.";

    // What the commands say and ask in a terminal.
    console_superuser_made = "최고 관리자 {0} 계정을 만들었습니다.", "The superuser {0} was created.";
    console_name_taken = "{0}{은/는} 이미 있는 사용자 이름입니다. 바뀐 것은 없습니다.", "The username {0} is taken. Nothing was changed.";
    console_name_unknown = "사용자 이름이 {0}인 계정이 없습니다.", "There is no account named {0}.";
    console_needs_variables = "--noinput을 쓰려면 SUPERUSER_USERNAME과 SUPERUSER_PASSWORD를 설정하십시오.", "--noinput needs SUPERUSER_USERNAME and SUPERUSER_PASSWORD.";
    console_weak_anyway = "그래도 이 비밀번호를 쓰려면 y를 입력하십시오 [y/N]: ", "Use this password all the same? [y/N]: ";
    console_nothing_typed = "입력된 것이 없습니다. 터미널이 없는 곳에서는 createsuperuser --noinput을 쓰십시오.", "Nothing was typed. Where there is no terminal, use createsuperuser --noinput.";
    console_no_terminal = "터미널에서 읽을 수 없습니다: {0}", "The terminal cannot be read: {0}";
    console_changing = "{0}의 비밀번호를 바꿉니다.", "Changing the password of {0}.";
    console_changed = "{0}의 비밀번호를 바꿨습니다.", "The password of {0} was changed.";
}
