//! What a person has to type at the prompt, login after login; each answer for itself is tried in
//! `answers`.

use crate::support::{Login, Mock};

#[test]
fn wrong_passcodes_lock_the_account_and_the_right_one_comes_too_late() {
    let mock = Mock::with_me("passcodes = [\"123456\"]\nlockout_after = 2");
    let login = || Login::new(&mock).option("autopush", "false").option("prompts", "3");
    let locked = login().answers(["654321", "654320", "123456"]).run();
    assert_eq!(locked.code(), "PAM_PERM_DENIED", "{locked:?}");
    assert!(locked.said("locked out"), "{locked:?}");
    assert_eq!((locked.texts("prompt_echo_on").len(), locked.turns[0].answers_left), (2, 1));
    let later = login().answers(["123456"]).run();
    assert_eq!(later.code(), "PAM_PERM_DENIED", "{later:?}");
    assert_eq!(later.turns[0].answers_left, 1, "nothing is asked any more: {later:?}");
    let seen = mock.stop();
    assert_eq!((seen.count("/auth/v2/preauth"), seen.count("/auth/v2/auth")), (2, 2));
}
