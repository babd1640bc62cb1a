//! Hosts that come from Duo's own module, with their `pam_duo.conf` as it is: each option set, for
//! three PAM services.

use crate::support::{Format, Login, Mock, Seen, Tinyproxy, Told, refusal};

const SERVICES: [&str; 3] = ["login", "sshd", "sudo"];

/// What Duo's package installs, in other words, with the keys filled in. `cafile` alone is new: the
/// test's service has an authority of its own.
fn stock(mock: &Mock, lines: &str) -> String {
    let hello = &mock.hello;
    format!(
        "[duo]\n\
         ; The integration key\n\
         ikey = {}\n\
         ; The secret key\n\
         skey = {}\n\
         ; Where the service is\n\
         host = {}:{}\n\
         ; `failmode = safe` lets in without a second factor while the service cannot be reached\n\
         ; `failmode = secure` does not\n\
         failmode = safe\n\
         ; Show the command on the phone\n\
         ;pushinfo = yes\n\
         cafile = {}\n{lines}",
        hello.ikey, hello.skey, hello.host, hello.port, hello.cafile
    )
}

fn approving() -> Mock {
    Mock::with_me("auto = \"approve\"")
}

/// A login to each service with these lines below the stock ones, and what was seen of each.
fn with_lines(lines: &str, keys: &str, then: impl Fn(Login) -> Login) -> Vec<(Told, Seen)> {
    let one = |service: &str| {
        let mock = Mock::with_me(keys);
        let login = Login::unconfigured().format(Format::Ini).service(service);
        let told = then(login.config(&stock(&mock, lines))).run();
        (told, mock.stop())
    };
    SERVICES.map(one).into()
}

/// The parameters of the one push.
fn pushed(seen: &Seen) -> &serde_json::Value {
    assert_eq!((seen.pushes(), seen.count("/auth/v2/auth")), (1, 1), "{:#?}", seen.0);
    let line = seen.0.iter().find(|line| line["path"] == "/auth/v2/auth");
    &line.expect("a request")["params"]
}

/// What the phone shows.
fn shown(pushed: &serde_json::Value) -> &str {
    pushed["pushinfo"].as_str().unwrap_or_default()
}

/// An option without any effect: the login goes as it does without it.
fn goes_as_ever(lines: &str, then: impl Fn(Login) -> Login) {
    for (told, seen) in with_lines(lines, "auto = \"approve\"", |login| then(login).answers(["1"]))
    {
        assert_eq!(told.code(), "PAM_SUCCESS", "{lines}: {told:?}");
        assert_eq!(told.texts("prompt_echo_on").len(), 1, "{lines}: {told:?}");
        assert!(pushed(&seen)["ipaddr"].is_null(), "{lines}");
    }
}

#[test]
fn a_login_is_approved_with_the_config_that_duos_package_installs() {
    for (told, seen) in with_lines("", "auto = \"approve\"", |login| login.answers(["1"])) {
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert_eq!(told.texts("prompt_echo_on").len(), 1, "nothing is pushed unasked: {told:?}");
        let pushed = pushed(&seen);
        assert!(shown(pushed).starts_with("Service="), "{pushed}");
    }
}

#[test]
fn both_formats_let_in_and_refuse_alike() {
    for (auto, code) in [("approve", "PAM_SUCCESS"), ("deny", "PAM_AUTH_ERR")] {
        for format in [Format::Toml, Format::Ini] {
            let mock = Mock::with_me(&format!("auto = {auto:?}"));
            let told = Login::new(&mock).format(format).run();
            assert_eq!(told.code(), code, "{format:?}: {told:?}");
            assert_eq!(mock.stop().pushes(), 1, "{format:?}");
        }
    }
}

#[test]
fn autopush_pushes_at_once() {
    for (told, seen) in with_lines("autopush = yes\n", "auto = \"approve\"", |login| login) {
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert_eq!(told.texts("prompt_echo_on"), Vec::<&str>::new(), "{told:?}");
        pushed(&seen);
    }
}

#[test]
fn failmode_decides_about_a_service_that_cannot_be_reached() {
    for (word, code) in [("safe", "PAM_SUCCESS"), ("secure", "PAM_AUTHINFO_UNAVAIL")] {
        for service in SERVICES {
            let mock = approving();
            let config = stock(&mock, &format!("failmode = {word}\n"));
            // Where nobody listens.
            let config = config.replace(&format!(":{}\n", mock.hello.port), ":1\n");
            let told = Login::unconfigured().ini().service(service).config(&config).run();
            assert_eq!(told.code(), code, "{word}, {service}: {told:?}");
        }
    }
}

/// As with Duo's module, where the phone shows the server whatever is written.
#[test]
fn pushinfo_says_whether_the_phone_shows_the_command_and_the_rest_is_always_shown() {
    for (lines, with_command) in
        [("", false), ("pushinfo = no\n", false), ("pushinfo = yes\n", true)]
    {
        let lines = format!("autopush = yes\n{lines}");
        let all = with_lines(&lines, "auto = \"approve\"", |login| {
            login.pamtalk(["--rhost", "192.0.2.7"])
        });
        for (service, (told, seen)) in SERVICES.into_iter().zip(all) {
            assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
            let shown = shown(pushed(&seen));
            for part in [&format!("Service={service}"), "User=", "From=192.0.2.7", "Server="] {
                assert!(shown.split('&').any(|pair| pair.starts_with(part)), "{lines}: {shown}");
            }
            let command = with_command && service == "sudo";
            assert_eq!(shown.contains("Command="), command, "{lines}: {shown}");
        }
    }
}

/// There `false` is what keeps everything from the service.
#[test]
fn pushinfo_false_in_toml_shows_nothing() {
    let mock = approving();
    let told = Login::new(&mock).service("sudo").option("pushinfo", "false").run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!(pushed(&mock.stop())["pushinfo"].is_null());
}

#[test]
fn prompts_limits_the_rounds_and_the_smallest_number_holds() {
    for (lines, rounds) in [("prompts = 1\n", 1), ("prompts = 2\nprompts = 3\n", 2), ("", 3)] {
        let wrong = |login: Login| login.answers(["000001", "000002", "000003", "000004"]);
        for (told, seen) in with_lines(lines, "passcodes = [\"123456\"]", wrong) {
            assert_ne!(told.code(), "PAM_SUCCESS", "{lines}: {told:?}");
            assert_eq!(told.texts("prompt_echo_on").len(), rounds, "{lines}: {told:?}");
            assert_eq!(seen.count("/auth/v2/auth"), rounds, "{lines}");
        }
    }
}

#[test]
fn https_timeout_is_when_a_service_that_says_nothing_is_given_up() {
    for service in SERVICES {
        let mock = Mock::start(Some("[[faults]]\non = \"preauth\"\nstall = \"head\"\n"), &[]);
        let config = stock(&mock, "failmode = secure\nhttps_timeout = 2\n");
        let told = Login::unconfigured().ini().service(service).config(&config).run();
        assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "{told:?}");
        assert!((1_500.0..5_000.0).contains(&told.ms()), "{told:?}");
    }
}

#[test]
fn cafile_is_trusted_instead_of_the_system() {
    for service in SERVICES {
        let login = |lines: &str| {
            let mock = approving();
            let config = stock(&mock, "autopush = yes\n").replace("\ncafile = ", lines);
            Login::unconfigured().ini().service(service).config(&config).run()
        };
        assert_eq!(login("\ncafile = ").code(), "PAM_SUCCESS");
        let told = login("\n;cafile = ");
        let code = refusal(service, "PAM_AUTHINFO_UNAVAIL");
        assert_eq!(told.code(), code, "not even with failmode safe: {told:?}");
    }
}

#[test]
fn http_proxy_is_gone_through() {
    for service in SERVICES {
        let proxy = Tinyproxy::start("");
        let mock = approving();
        let url = proxy.url("").trim_matches('"').to_owned();
        let config = stock(&mock, &format!("autopush = yes\nhttp_proxy = {url}\n"));
        let told = Login::unconfigured().ini().service(service).config(&config).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
        assert_eq!(proxy.asked_for().len(), 1);
        assert_eq!(mock.stop().pushes(), 1);
    }
}

#[test]
fn groups_says_who_is_asked_under_either_name() {
    for name in ["groups", "group"] {
        for (value, asked) in
            [("*", 1), ("nobodys-group", 0), ("nobodys-group,* x\n  *", 1), ("*,!*", 0), ("", 1)]
        {
            let lines = format!("autopush = yes\n{name} = {value}\n");
            for (told, seen) in with_lines(&lines, "auto = \"approve\"", |login| login) {
                assert_eq!(told.code(), "PAM_SUCCESS", "{lines}: {told:?}");
                assert_eq!(seen.pushes(), asked, "{lines}");
                assert_eq!(seen.requests().is_empty(), asked == 0, "{lines}");
            }
        }
    }
}

#[test]
fn verified_push_leaves_the_code_to_the_policy_of_the_service() {
    goes_as_ever("verified_push = yes\n", |login| login);
}

/// The environment may be an attacker's.
#[test]
fn accept_env_factor_takes_no_passcode_out_of_the_environment() {
    let own = [("PATH", "/usr/bin:/bin"), ("DUO_PASSCODE", "push")];
    goes_as_ever("accept_env_factor = yes\n", |login| login.environment(own));
}

#[test]
fn fallback_local_ip_sends_no_address_that_is_not_the_clients() {
    goes_as_ever("fallback_local_ip = yes\n", |login| login.pamtalk(["--rhost", "client.example"]));
}

#[test]
fn what_has_no_effect_any_more_does_not_keep_anyone_out() {
    for name in ["gecos_parsed", "dev_fips_mode", "motd"] {
        goes_as_ever(&format!("{name} = yes\n"), |login| login);
    }
}

#[test]
fn noverify_is_refused_and_its_absence_in_words_is_not() {
    goes_as_ever("noverify = no\n", |login| login);
    let all = with_lines("noverify = yes\n", "auto = \"approve\"", |login| login);
    for (service, (told, seen)) in SERVICES.into_iter().zip(all) {
        assert_eq!(told.code(), refusal(service, "PAM_SERVICE_ERR"), "{told:?}");
        assert_eq!(seen.requests(), Vec::<String>::new());
    }
}

/// With `failmode = safe`, and above as well as below the line that is broken.
#[test]
fn a_broken_file_lets_nobody_in_and_the_service_hears_nothing() {
    for lines in ["failmod = secure\n", "[duo\n", "prompts = many\n", "autopush = \"yes\"\n", "x\n"]
    {
        let all = with_lines(lines, "auto = \"approve\"", |login| login);
        for (service, (told, seen)) in SERVICES.into_iter().zip(all) {
            assert_eq!(told.code(), refusal(service, "PAM_SERVICE_ERR"), "{lines}: {told:?}");
            assert_eq!(seen.requests(), Vec::<String>::new(), "{lines}");
        }
    }
}
