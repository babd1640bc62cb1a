//! What has to be read before the phone can be answered: the code of a verified push.

mod user {
    use std::fs;
    use std::path::Path;
    use std::thread::{self, sleep};
    use std::time::{Duration, Instant};

    use crate::answers::case::{Case, Form, TWO};
    use crate::answers::play::scenario;
    use crate::support::{Login, Mock, Seen, Told};

    /// The last six digits in this file of messages, once they differ from `old`.
    fn code_in(told: &Path, old: Option<&str>) -> String {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let text = fs::read_to_string(told).unwrap_or_default();
            let digits = text.split(|c: char| !c.is_ascii_digit()).rfind(|part| part.len() == 6);
            if let Some(code) = digits.filter(|code| Some(*code) != old) {
                return code.to_owned();
            }
            assert!(Instant::now() < end, "no code in {text:?}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Another code of six digits.
    fn other_than(code: &str) -> &'static str {
        if code == "000000" { "000001" } else { "000000" }
    }

    /// Somebody who reads the screen while the login runs.
    fn with_reader(mock: &Mock, login: Login, reader: impl FnOnce(&Mock, &Path)) -> Told {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("told");
        thread::scope(|scope| {
            let path = file.display().to_string();
            let login = scope.spawn(move || login.pamtalk(["--tell", &path]).run());
            reader(mock, &file);
            login.join().expect("a login")
        })
    }

    fn verified(form: Form, server: &'static str) -> Mock {
        let case = Case { server, user: "verified_push = true", ..Case::USUAL };
        Mock::start(Some(&scenario(&case, form)), &[])
    }

    /// The code that is read approves, and no other does.
    fn approves_with_what_it_reads(form: Form, autopush: &str, service: &str) -> Seen {
        let mock = verified(form, "");
        let login = Login::new(&mock).service(service).option("autopush", autopush);
        let login = login.pamtalk(["--tty", "/dev/pts/3"]);
        let answers: &[&str] = if autopush == "true" { &[] } else { &["--answer", "1"] };
        let told = with_reader(&mock, login.pamtalk_args(answers), |mock, file| {
            mock.await_event("push");
            let code = code_in(file, None);
            let refused = mock.decide(&["approve", "--code", other_than(&code)]);
            assert!(refused.contains("wrong code"), "{form:?}: {refused}");
            assert_eq!(mock.decide(&["approve", "--code", &code]), "", "{form:?}");
        });
        assert_eq!(told.code(), "PAM_SUCCESS", "{form:?}: {told:#?}");
        mock.stop()
    }

    #[test]
    fn the_code_from_preauth_approves_the_push() {
        for form in [Form::Devices, Form::Both] {
            for autopush in ["true", "false"] {
                let seen = approves_with_what_it_reads(form, autopush, "login");
                assert_eq!((seen.pushes(), seen.count("/auth/v2/auth")), (1, 1), "{form:?}");
                assert_eq!(seen.events("decided")[0]["by"], "web", "{form:?}");
            }
        }
    }

    #[test]
    fn the_code_in_the_services_words_approves_the_push() {
        for service in ["login", "sudo"] {
            for autopush in ["true", "false"] {
                let seen = approves_with_what_it_reads(Form::Prompt, autopush, service);
                assert_eq!((seen.pushes(), seen.count("/auth/v2/preauth")), (1, 1), "{service}");
                assert_eq!(seen.events("decided")[0]["by"], "web", "{service}");
            }
        }
    }

    /// Cockpit's label has no room for the service's own menu, and its phones must be told apart.
    #[test]
    fn cockpit_names_each_phone_in_every_form() {
        // What the service's own menu calls alike nobody can tell apart.
        let alike = TWO.replace("name = \"Android\"", "display_name = \"iPhone\"");
        let alike = alike.replace("\nname = \"iPhone\"", "\ndisplay_name = \"iPhone\"");
        for (form, devices, ways) in [
            (
                Form::Devices,
                &*alike,
                ["1 = push to iPhone (XXX-XXX-0100)", "2 = push to iPhone (XXX-XXX-0200)"],
            ),
            (
                Form::Both,
                &*alike,
                ["1 = push to iPhone (XXX-XXX-0100)", "4 = push to iPhone (XXX-XXX-0200)"],
            ),
            (Form::Prompt, TWO, ["1 = Duo Push to XXX-XXX-0100", "4 = Duo Push to XXX-XXX-0200"]),
        ] {
            let case = Case { user: "auto = \"approve\"", devices: "", ..Case::USUAL };
            let mock = Mock::start(Some(&(scenario(&case, form) + devices)), &[]);
            let login = Login::new(&mock).service("cockpit").option("autopush", "false");
            let told = login.answers(["push2"]).run();
            assert_eq!(told.code(), "PAM_SUCCESS", "{form:?}: {told:#?}");
            let prompt = told.texts("prompt_echo_on")[0];
            assert!(ways.iter().all(|way| prompt.contains(way)), "{form:?}: {prompt}");
            assert_eq!(mock.stop().events("push")[0]["device"], "DPHONE2", "{form:?}");
        }
    }

    #[test]
    fn why_a_passcode_is_refused_is_said_in_the_services_words() {
        let words = "This passcode has already been used. Please generate a new passcode.";
        for form in [Form::Devices, Form::Prompt] {
            let user = "passcodes = [\"123456\"]";
            let case = Case { user, ..Case::USUAL };
            let fault = format!(
                "[[faults]]\non = \"auth_status\"\ncall = 1\nset = {{ \"response.status_msg\" = {words:?} }}\n"
            );
            let mock = Mock::start(Some(&(scenario(&case, form) + &fault)), &[]);
            let login = Login::new(&mock).option("autopush", "false");
            let told = login.answers(["654321", "123456"]).run();
            assert_eq!(told.code(), "PAM_SUCCESS", "{form:?}: {told:#?}");
            assert!(told.texts("text_info").contains(&words), "{form:?}: {told:#?}");
        }
    }

    /// Whoever read the code for too long is offered another way, not left waiting for the push.
    #[test]
    fn a_push_that_the_service_forgot_while_its_code_was_read_ran_out() {
        let fault = "[[faults]]\non = \"auth_status\"\ncall = 1\ncode = 40002\n";
        let user = "verified_push = true\npasscodes = [\"123456\"]";
        let case = Case { user, faults: fault, ..Case::USUAL };
        let mock = Mock::start(Some(&scenario(&case, Form::Devices)), &[]);
        let login = Login::new(&mock).service("sshd").answers(["", "123456"]);
        let told = login.run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{told:#?}");
        assert!(told.said("Nobody answered in time."), "{told:#?}");
        assert_eq!(mock.stop().count("/auth/v2/auth_status"), 2, "{told:#?}");
    }

    /// The code of the push that ran out is worth nothing to the one after it.
    #[test]
    fn the_second_push_has_a_code_of_its_own() {
        thread::scope(|scope| {
            for form in [Form::Devices, Form::Prompt, Form::Both] {
                scope.spawn(move || two_pushes(form));
            }
        });
    }

    fn two_pushes(form: Form) {
        let mock = verified(form, "push_ttl = \"4s\"");
        let login = Login::new(&mock).answers(["push"]);
        let told = with_reader(&mock, login, |mock, file| {
            let old = code_in(file, None);
            mock.await_nth("push", 2);
            let new = code_in(file, Some(&old));
            let refused = mock.decide(&["approve", "--code", &old]);
            assert!(refused.contains("wrong code"), "{form:?}: {refused}");
            assert_eq!(mock.decide(&["approve", "--code", &new]), "", "{form:?}");
        });
        assert_eq!(told.code(), "PAM_SUCCESS", "{form:?}: {told:#?}");
        assert_eq!(mock.stop().pushes(), 2, "{form:?}");
    }
}
