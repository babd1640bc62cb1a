//! Where a login comes from: what of it the service is told, and what only the log tells.

use crate::support::{Login, Mock, Seen, Told};

/// `PAM_RHOST`, and what of it is sent.
const REMOTE: [(&str, Option<&str>); 19] = [
    ("192.0.2.7", Some("192.0.2.7")),
    ("2001:db8::7", Some("2001:db8::7")),
    ("2001:DB8:0:0:0:0:0:7", Some("2001:db8::7")),
    ("::1", Some("::1")),
    ("fe80::7%eth0", Some("fe80::7")),
    ("fe80::7%3", Some("fe80::7")),
    ("::ffff:192.0.2.7", Some("192.0.2.7")),
    ("::ffff:c000:207", Some("192.0.2.7")),
    ("host.example.com", None),
    ("localhost", None),
    ("192.0.2.7.evil.example", None),
    ("192.0.2.7,198.51.100.1", None),
    ("192.0.2.7:22", None),
    ("[2001:db8::7]", None),
    ("192.0.2", None),
    ("3221225991", None),
    ("0300.0.2.7", None),
    ("192.0.2.7%eth0", None),
    ("", None),
];

/// Both calls that may carry an address; each carries the same.
fn sent(seen: &Seen) -> Option<String> {
    let params = |path: &str| {
        let line = seen.0.iter().find(|line| line["path"] == path).expect("this call");
        line["params"].clone()
    };
    let [preauth, auth] = ["/auth/v2/preauth", "/auth/v2/auth"].map(params);
    assert_eq!(preauth["ipaddr"], auth["ipaddr"], "{preauth} {auth}");
    preauth["ipaddr"].as_str().map(str::to_owned)
}

fn logs_in(mock: &Mock, login: Login, rhost: &str) -> Told {
    let told = login.pamtalk(["--rhost", rhost]).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{rhost:?}: {told:?} {:?}", mock.hello);
    told
}

mod user {
    use super::{REMOTE, logs_in, sent};
    use crate::support::{Login, Mock};

    #[test]
    fn an_address_is_sent_as_one_and_a_host_name_is_not() {
        for (rhost, address) in REMOTE {
            let mock = Mock::with_me("auto = \"approve\"");
            logs_in(&mock, Login::new(&mock).service("sshd"), rhost);
            assert_eq!(sent(&mock.stop()).as_deref(), address, "{rhost:?}");
        }
    }

    #[test]
    fn who_logs_in_at_a_terminal_has_no_address() {
        for service in ["login", "sudo"] {
            let mock = Mock::with_me("auto = \"approve\"");
            let told = Login::new(&mock).service(service).pamtalk(["--tty", "/dev/pts/3"]).run();
            assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
            assert_eq!(sent(&mock.stop()), None, "{service}");
        }
    }

    /// The service's own menu is told the same.
    #[test]
    fn an_address_goes_with_the_services_own_menu_too() {
        let mock = Mock::with_me("auto = \"approve\"\nform = \"prompt\"");
        logs_in(&mock, Login::new(&mock).service("sshd"), "fe80::7%eth0");
        assert_eq!(sent(&mock.stop()).as_deref(), Some("fe80::7"));
    }
}

mod needs_root {
    use super::{logs_in, sent};
    use crate::needs_root::needs_root;
    use crate::support::etc::DEMO;
    use crate::support::mock::user;
    use crate::support::{Login, Mock};

    #[test]
    fn what_is_no_address_stands_in_the_log_instead() {
        needs_root();
        for (rhost, from) in [
            ("host.example.com", "from host.example.com:"),
            ("localhost", "from localhost:"),
            ("192.0.2.7", "from 192.0.2.7:"),
        ] {
            let mock = Mock::start(Some(&user(DEMO, "auto = \"approve\"")), &[]);
            let told = logs_in(&mock, Login::logged(&mock).service("sshd"), rhost);
            let line = told.log_line("Duo login");
            assert!(line.contains(from), "{line}");
            assert_eq!(sent(&mock.stop()).is_some(), rhost == "192.0.2.7", "{rhost}");
        }
    }
}
