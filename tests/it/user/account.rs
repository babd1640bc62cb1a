//! The account phase, and what a handle remembers of a second factor that was passed.

use crate::support::mock::user;
use crate::support::{Login, Mock, Seen, Told, me};

/// An account that every system has, and whoever runs the tests is not.
const OTHER: &str = "daemon";

/// Everybody's phone says yes.
fn approving() -> Mock {
    let users = user(me(), "auto = \"approve\"") + &user(OTHER, "auto = \"approve\"");
    let second = users.replacen("DPHONE00000000000001", "DPHONE00000000000002", 1);
    Mock::start(Some(&second), &[])
}

/// With the account phase switched on for the services of these tests.
fn login(mock: &Mock) -> Login {
    Login::new(mock).tables("[service.xdm]\naccount = true\n[service.sshd]\naccount = true\n")
}

/// These calls on one handle, with everybody approving.
fn calls(steps: &str) -> (Told, Seen) {
    let mock = approving();
    let told = login(&mock).pamtalk(["--call", steps]).run();
    (told, mock.stop())
}

/// All of them let in, with so many pushes.
fn let_in(steps: &str, pushes: usize) -> Seen {
    let (told, seen) = calls(steps);
    assert!(told.codes().iter().all(|code| *code == "PAM_SUCCESS"), "{steps}: {told:?}");
    assert_eq!(seen.pushes(), pushes, "{steps}: {told:?}");
    seen
}

#[test]
fn a_login_that_skipped_auth_is_asked_in_the_account_phase() {
    let_in("acct_mgmt", 1);
}

#[test]
fn a_login_that_was_approved_in_auth_is_not_asked_again() {
    let seen = let_in("authenticate,acct_mgmt", 1);
    assert_eq!(seen.count("/auth/v2/preauth"), 1);
}

#[test]
fn setting_credentials_between_the_phases_changes_nothing() {
    let_in("authenticate,setcred,acct_mgmt,open_session", 1);
}

/// As sshd calls it for `password,keyboard-interactive`.
#[test]
fn two_authentications_of_one_login_send_one_push() {
    let seen = let_in("authenticate,authenticate,acct_mgmt", 1);
    assert_eq!(seen.connections(), 1);
}

#[test]
fn an_approval_is_counted_once_and_a_third_authentication_asks() {
    let_in("authenticate,authenticate,authenticate", 2);
    // And the third leaves a memory of its own.
    let_in("authenticate,authenticate,authenticate,authenticate,acct_mgmt", 2);
}

#[test]
fn the_account_phase_takes_what_auth_left() {
    let_in("authenticate,acct_mgmt,acct_mgmt", 2);
    let_in("authenticate,acct_mgmt,authenticate", 2);
    let_in("acct_mgmt,acct_mgmt", 2);
    let_in("acct_mgmt,authenticate", 2);
}

#[test]
fn another_user_on_the_same_handle_is_asked() {
    let there = format!("authenticate,user={OTHER},authenticate,acct_mgmt");
    assert_eq!(let_in(&there, 2).asked(), [me(), OTHER]);
    let_in(&format!("authenticate,user={OTHER},acct_mgmt"), 2);
    // And who comes back is asked again.
    let back = format!("authenticate,user={OTHER},authenticate,user={},authenticate", me());
    assert_eq!(let_in(&back, 3).asked(), [me(), OTHER, me()]);
}

/// As login keeps one handle for several people at one terminal.
#[test]
fn a_login_that_fails_later_in_the_stack_opens_nothing_for_the_next_user() {
    let mock = approving();
    let steps = format!("authenticate,user={OTHER},authenticate,acct_mgmt");
    let told = login(&mock)
        .stack("auth required {module}")
        .stack("auth required pam_deny.so")
        .stack("account required {module}")
        .pamtalk(["--call", &steps])
        .run();
    assert_eq!(told.codes(), ["PAM_AUTH_ERR", "PAM_AUTH_ERR", "PAM_SUCCESS"], "{told:?}");
    assert_eq!(mock.stop().asked(), [me(), OTHER]);
}

#[test]
fn another_service_or_client_on_the_same_handle_is_asked() {
    let mock = approving();
    let steps = "authenticate,service=sshd,authenticate,rhost=127.0.0.9,authenticate";
    let told = login(&mock).also_service("sshd").pamtalk(["--call", steps]).run();
    assert_eq!(told.codes(), ["PAM_SUCCESS"; 3], "{told:?}");
    assert_eq!(mock.stop().pushes(), 3);
}

/// Each line with a configuration of its own: what the policy of the one lets in is nothing to the other.
#[test]
fn an_approval_by_another_integration_is_not_counted() {
    let (lax, strict) = (Mock::with_me("policy = \"allow\""), Mock::with_me("auto = \"deny\""));
    let dir = tempfile::tempdir().expect("a folder for the other configuration");
    let path = strict.write_config(dir.path());
    let config = std::fs::read_to_string(&path).expect("it was written");
    let tables = "\n[service.xdm]\naccount = true\n";
    std::fs::write(&path, config + tables).expect("it can be written again");
    for line in ["auth required {module}", "auth required {so} conf=OTHER"] {
        let told = login(&lax)
            .stack("auth required {module}")
            .stack(&line.replace("OTHER", &path))
            .stack(&format!("account required {{so}} conf={path}"))
            .pamtalk(["--call", "authenticate,acct_mgmt"])
            .run();
        let auth = if line.contains("OTHER") { "PAM_AUTH_ERR" } else { "PAM_SUCCESS" };
        assert_eq!(told.codes(), [auth, "PAM_PERM_DENIED"], "{told:?}");
    }
    assert_eq!((lax.stop().pushes(), strict.stop().pushes()), (0, 3));
}

#[test]
fn a_refusal_leaves_nothing_and_erases_what_was_there() {
    let refusing = || Mock::with_me("auto = \"deny\"");
    let mock = refusing();
    let told = login(&mock).pamtalk(["--call", "authenticate,authenticate,acct_mgmt"]).run();
    assert_eq!(told.codes(), ["PAM_AUTH_ERR", "PAM_AUTH_ERR", "PAM_PERM_DENIED"], "{told:?}");
    assert_eq!(mock.stop().pushes(), 3);
    // A user who is unknown to the service's policy comes between two calls of one who is not.
    let scenario =
        user(me(), "auto = \"approve\"") + "[[users]]\nname = \"daemon\"\npolicy = \"deny\"\n";
    let mock = Mock::start(Some(&scenario), &[]);
    let steps = format!("authenticate,user={OTHER},authenticate,user={},acct_mgmt", me());
    let told = login(&mock).pamtalk(["--call", &steps]).run();
    assert_eq!(told.codes(), ["PAM_SUCCESS", "PAM_PERM_DENIED", "PAM_SUCCESS"], "{told:?}");
    assert_eq!(mock.stop().pushes(), 2);
}

/// The second line of a stack with a mistake in it takes what the first has left, and refuses.
#[test]
fn a_call_that_fails_before_it_asks_erases_what_was_there() {
    let mock = approving();
    let told = login(&mock)
        .stack("auth required {module}")
        .stack("account optional {so} conf=/nonexistent/pam_duo2.toml")
        .stack("account required {module}")
        .pamtalk(["--call", "authenticate,acct_mgmt"])
        .run();
    assert_eq!(told.codes(), ["PAM_SUCCESS", "PAM_SUCCESS"], "{told:?}");
    assert_eq!(mock.stop().pushes(), 2);
}

#[test]
fn a_bypass_is_remembered_as_one() {
    let mock = Mock::with_me("policy = \"allow\"");
    let told = login(&mock).pamtalk(["--call", "authenticate,authenticate,acct_mgmt"]).run();
    assert_eq!(told.codes(), ["PAM_SUCCESS"; 3], "{told:?}");
    assert_eq!(mock.stop().requests(), ["POST /auth/v2/preauth"]);
}

#[test]
fn without_the_option_the_account_line_is_neither_a_yes_nor_a_no() {
    let mock = approving();
    let alone = Login::new(&mock).pamtalk(["--call", "authenticate,acct_mgmt"]).run();
    // IGNORE from the only account module is what libpam makes PERM_DENIED of.
    assert_eq!(alone.codes(), ["PAM_SUCCESS", "PAM_PERM_DENIED"], "{alone:?}");
    let beside = Login::new(&mock)
        .stack("auth required {module}")
        .stack("account required {module}")
        .stack("account required pam_permit.so")
        .pamtalk(["--call", "acct_mgmt,authenticate"])
        .run();
    assert_eq!(beside.codes(), ["PAM_SUCCESS", "PAM_SUCCESS"], "{beside:?}");
    assert_eq!(
        mock.stop().pushes(),
        2,
        "one for each authentication, and none for an account phase"
    );
}

#[test]
fn a_denial_in_the_account_phase_is_permission_denied_in_words() {
    for service in ["xdm", "sshd"] {
        let mock = Mock::with_me("auto = \"deny\"");
        let told = login(&mock).service(service).pamtalk(["--call", "acct_mgmt"]).run();
        assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
        assert_eq!(told.texts("error_msg"), ["The login request was denied."], "{told:?}");
        assert_eq!(mock.stop().pushes(), 1);
    }
}

#[test]
fn an_outage_in_the_account_phase_is_for_the_failmode_to_decide() {
    let down = "[[faults]]\nname = \"outage\"\non = \"any\"\nstatus = 503\n";
    for (failmode, code) in [("\"safe\"", "PAM_SUCCESS"), ("\"secure\"", "PAM_PERM_DENIED")] {
        let mock = Mock::start(Some(&(user(me(), "") + down)), &[]);
        let told = login(&mock).option("failmode", failmode).pamtalk(["--call", "acct_mgmt"]).run();
        assert_eq!(told.code(), code, "{told:?}");
        assert_eq!(mock.stop().requests(), ["POST /auth/v2/preauth"]);
    }
}

#[test]
fn a_config_or_a_stack_that_does_not_stand_refuses_in_the_account_phase_too() {
    let broken = Login::unconfigured().config("[duo\n").pamtalk(["--call", "acct_mgmt"]).run();
    assert_eq!(broken.code(), "PAM_SERVICE_ERR", "{broken:?}");
    let mock = approving();
    let misspelt = login(&mock)
        .stack("auth required {module}")
        .stack("account required {module} autopush")
        .pamtalk(["--call", "authenticate,acct_mgmt"])
        .run();
    assert_eq!(misspelt.codes(), ["PAM_SUCCESS", "PAM_SERVICE_ERR"], "{misspelt:?}");
}

/// As a job of cron's, whose conversation pointer is null, and Cockpit with a certificate.
#[test]
fn a_host_without_a_conversation_gets_its_push_in_the_account_phase() {
    for service in ["sshd", "cockpit"] {
        for autopush in ["true", "false"] {
            let mock = Mock::with_me("auto = \"approve\"");
            let told = Login::new(&mock)
                .tables(&format!("[service.{service}]\naccount = true\n"))
                .option("autopush", autopush)
                .service(service)
                .pamtalk(["--no-conv", "--call", "acct_mgmt"])
                .run();
            assert_eq!(told.code(), "PAM_SUCCESS", "{service}, autopush = {autopush}: {told:?}");
            assert_eq!(mock.stop().pushes(), 1, "{service}, autopush = {autopush}");
        }
    }
}

/// sshd refuses each prompt there, and its client would see the login fail at once.
#[test]
fn nothing_is_asked_in_sshds_account_phase_whatever_autopush_says() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = login(&mock)
        .service("sshd")
        .option("autopush", "false")
        .answers(["1"])
        .pamtalk(["--call", "acct_mgmt"])
        .run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(told.turns[0].answers_left, 1, "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn the_menu_is_shown_in_cockpits_account_phase() {
    let mock = Mock::with_me("passcodes = [\"123456\"]");
    let told = Login::new(&mock)
        .tables("[service.cockpit]\naccount = true\n")
        .option("autopush", "false")
        .service("cockpit")
        .answers(["123456"])
        .pamtalk(["--call", "acct_mgmt"])
        .run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let seen = mock.stop();
    assert_eq!((seen.pushes(), seen.count("/auth/v2/auth")), (0, 1), "{told:?}");
}

/// sudo blocks SIGINT while it authenticates, and only handles it in its account phase.
#[test]
fn ctrl_c_ends_the_account_phase_and_reaches_the_hosts_handler() {
    let mock = Mock::with_me("auto = \"off\"");
    let told = Login::new(&mock)
        .tables("[service.sudo]\naccount = true\n")
        .service("sudo")
        .pamtalk(["--call", "acct_mgmt", "--sigint-after", "600", "--sigint-open"])
        .run();
    assert_eq!(told.code(), "PAM_PERM_DENIED", "{told:?}");
    assert!((500.0..2600.0).contains(&told.ms()), "{told:?}");
    let sigint = told.sigint.as_ref().expect("a report on the signal");
    assert!(!sigint.pending && sigint.handled == 1, "{told:?}");
    assert_eq!(mock.stop().pushes(), 1);
}

#[test]
fn both_phases_leave_the_host_as_it_was() {
    let mock = approving();
    let rss = |turns: &str| {
        let told = login(&mock)
            .pamtalk(["--call", "authenticate,authenticate,acct_mgmt"])
            .pamtalk(["--hygiene", "--repeat", turns])
            .run();
        assert!(told.codes().iter().all(|code| *code == "PAM_SUCCESS"), "{told:?}");
        super::guest::same_as_before(&told);
        told.after.expect("a report").rss_kib
    };
    let (few, many) = (rss("5"), rss("40"));
    assert_eq!(mock.stop().pushes(), 45);
    assert!(many < few + 512, "{few} KiB after 5 logins, {many} KiB after 40");
}
