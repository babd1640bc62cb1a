use super::rows::TERMINAL;
use super::*;

const PLAIN: Call = Call { terminal: true, silent: false, phase: Phase::Auth };
const SILENT: Call = Call { silent: true, ..PLAIN };
const DETACHED: Call = Call { terminal: false, ..PLAIN };

#[test]
fn a_service_that_is_not_known_is_a_terminal() {
    assert_eq!(profile("telnet", None, PLAIN), TERMINAL);
    assert_eq!(profile("cockpit2", None, PLAIN), TERMINAL);
    assert_eq!(profile("cockpit", None, PLAIN).class, Class::Cockpit);
}

#[test]
fn each_host_shows_infos_in_its_own_time() {
    for (service, with_terminal, without) in [
        ("login", Info::AtOnce, Info::AtOnce),
        ("polkit-1", Info::AtOnce, Info::AtOnce),
        ("sshd", Info::HeldBack, Info::HeldBack),
        ("cockpit", Info::HeldBack, Info::HeldBack),
        ("sudo", Info::AtOnce, Info::InPrompt),
        ("sudo-i", Info::AtOnce, Info::InPrompt),
    ] {
        assert_eq!(profile(service, None, PLAIN).info, with_terminal, "{service}");
        assert_eq!(profile(service, None, DETACHED).info, without, "{service}");
    }
}

#[test]
fn an_askpass_program_is_no_terminal_wherever_sudo_runs() {
    let attached = profile("sudo-askpass", None, PLAIN);
    assert_eq!(attached, profile("sudo-askpass", None, DETACHED));
    assert_eq!(attached, profile("sudo-askpass", None, SILENT));
    assert_eq!((attached.info, attached.menu), (Info::InPrompt, MenuForm::OneLine));
    let sudo = profile("sudo", None, PLAIN);
    assert_eq!((attached.class, attached.work), (sudo.class, sudo.work));
}

#[test]
fn only_hosts_that_were_typed_show_their_command_line() {
    for (service, work) in [
        ("sudo", Work::Command),
        ("sudo-i", Work::Command),
        ("sudo-askpass", Work::Command),
        ("su", Work::Command),
        ("su-l", Work::Command),
        ("doas", Work::Command),
        ("sshd", Work::Login),
        ("cockpit", Work::Login),
        ("login", Work::Login),
        ("polkit-1", Work::Login),
        ("", Work::Login),
    ] {
        assert_eq!(profile(service, None, PLAIN).work, work, "{service}");
        assert_eq!(profile(service, None, DETACHED).work, work, "{service}");
    }
}

#[test]
fn a_prompt_that_sudo_fails_was_cancelled_where_a_person_could_see_it() {
    assert_eq!(profile("sudo", None, PLAIN).unanswered, Unanswered::Cancelled);
    assert_eq!(profile("sudo", None, DETACHED).unanswered, Unanswered::Nobody);
    assert_eq!(profile("sudo-askpass", None, DETACHED).unanswered, Unanswered::Cancelled);
    assert_eq!(profile("login", None, PLAIN).unanswered, Unanswered::Nobody);
}

#[test]
fn silent_means_silent_except_where_it_is_always_set() {
    for service in ["login", "sshd", "cockpit", "su", "polkit-1"] {
        assert_eq!(profile(service, None, SILENT).info, Info::Silenced, "{service}");
    }
    for service in ["sudo", "sudo-i"] {
        assert_eq!(profile(service, None, SILENT), profile(service, None, PLAIN), "{service}");
    }
}

#[test]
fn pictures_are_for_terminals_that_show_at_once() {
    let drawn = |service, call| profile(service, None, call).pictures == Pictures::Drawn;
    assert!(drawn("login", PLAIN) && drawn("sudo", SILENT));
    assert!(!drawn("sshd", PLAIN) && !drawn("cockpit", PLAIN));
    assert!(!drawn("login", DETACHED) && !drawn("sudo", DETACHED) && !drawn("login", SILENT));
}

#[test]
fn only_su_to_uid_0_asks_the_caller() {
    for (service, uid, su_subject, asked) in [
        ("su", 0, SuSubject::Caller, Asked::Caller),
        ("su-l", 0, SuSubject::Caller, Asked::Caller),
        ("su", 0, SuSubject::Target, Asked::User),
        ("su", 1000, SuSubject::Caller, Asked::User),
        ("su-l", 1, SuSubject::Target, Asked::User),
        ("sudo", 0, SuSubject::Caller, Asked::User),
        ("sshd", 0, SuSubject::Caller, Asked::User),
        ("login", 0, SuSubject::Caller, Asked::User),
        ("su2", 0, SuSubject::Caller, Asked::User),
    ] {
        assert_eq!(
            profile(service, None, PLAIN).asked(uid, su_subject),
            asked,
            "{service} {uid} {su_subject:?}"
        );
    }
}

#[test]
fn a_service_has_the_profile_that_is_named_for_it() {
    assert_eq!(profile("sshd", Some("cockpit"), PLAIN), profile("cockpit", None, PLAIN));
    assert_eq!(profile("sshd", Some("terminal"), PLAIN), TERMINAL);
    let names: Vec<&str> = names().collect();
    for name in &names {
        assert_eq!(profile("sshd", Some(name), PLAIN).name, *name);
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
    }
}

#[test]
fn in_the_account_phase_only_cockpit_asks_and_nobody_reads_what_comes_late() {
    let account = |service| profile(service, None, Call { phase: Phase::Account, ..PLAIN });
    assert_eq!(account("cockpit").prompts, Prompts::Shown);
    assert_eq!(account("cockpit").info, Info::HeldBack);
    assert_eq!(account("sshd").info, Info::Silenced);
    for service in ["sshd", "login", "sudo", "su", "crond", "telnet"] {
        assert_eq!(account(service).prompts, Prompts::Refused, "{service}");
        assert_eq!(profile(service, None, PLAIN).prompts, Prompts::Shown, "{service}");
    }
}

#[test]
fn a_menu_of_lines_needs_a_terminal_in_sudo_and_is_never_in_cockpit() {
    assert_eq!(profile("sudo", None, PLAIN).menu, MenuForm::Lines);
    assert_eq!(profile("sudo", None, DETACHED).menu, MenuForm::OneLine);
    assert_eq!(profile("cockpit", None, PLAIN).menu, MenuForm::OneLine);
    assert_eq!(profile("cockpit", None, DETACHED).menu, MenuForm::OneLine);
    assert_eq!(profile("polkit-1", None, DETACHED).menu, MenuForm::Lines);
}

#[test]
fn without_a_conversation_not_even_cockpit_can_ask() {
    let account = Call { phase: Phase::Account, ..PLAIN };
    for service in ["cockpit", "sshd", "crond"] {
        let mute = profile(service, None, account).without_conversation();
        assert_eq!((mute.prompts, mute.info), (Prompts::Refused, Info::Silenced), "{service}");
        assert_eq!(mute.class, profile(service, None, account).class, "{service}");
    }
}

#[test]
fn each_host_has_what_was_seen_of_it_and_no_other() {
    let of = |service| profile(service, None, PLAIN);
    for (service, class, menu) in [
        ("login", Class::Retries, MenuForm::Lines),
        ("remote", Class::Retries, MenuForm::Lines),
        ("polkit-1", Class::Plain, MenuForm::Lines),
        ("su", Class::Plain, MenuForm::Lines),
        ("su-l", Class::Plain, MenuForm::Lines),
        ("doas", Class::Plain, MenuForm::Lines),
        ("sshd", Class::Retries, MenuForm::PunctuatedLines),
        ("sudo", Class::Sudo, MenuForm::Lines),
        ("sudo-i", Class::Sudo, MenuForm::Lines),
        ("sudo-askpass", Class::Sudo, MenuForm::OneLine),
        ("cockpit", Class::Cockpit, MenuForm::OneLine),
    ] {
        assert_eq!((of(service).class, of(service).menu), (class, menu), "{service}");
        let is_ssh = service == "sshd";
        assert_eq!(of(service).client == Client::Socket, is_ssh, "{service}");
        let grace = match service {
            "sshd" => Grace::SinceStart(Duration::from_secs(120)),
            "login" | "remote" => Grace::Alarm,
            _ => Grace::Unlimited,
        };
        assert_eq!(of(service).grace, grace, "{service}");
        let cockpit = service == "cockpit";
        assert_eq!(of(service).charset == Charset::Ascii, cockpit, "{service}");
        assert_eq!(of(service).silence, cockpit.then(|| Duration::from_secs(26)), "{service}");
        let su = service.starts_with("su-") || service == "su";
        assert_eq!(of(service).person == Person::RealUid, su, "{service}");
    }
}

#[test]
fn the_names_of_all_profiles_can_be_written() {
    let names: Vec<&str> = names().collect();
    assert_eq!(
        names,
        ["terminal", "sshd", "cockpit", "login", "su", "doas", "sudo", "sudo-askpass"]
    );
    assert_eq!([Phase::Auth, Phase::Account].map(Phase::word), ["auth", "account"]);
}

#[test]
fn whoever_cannot_be_shown_anything_is_shown_no_picture() {
    let mute = profile("login", None, PLAIN).without_conversation();
    assert_eq!(mute.pictures, Pictures::Not);
    // It cannot tell whether it was a person who failed the prompt.
    assert_eq!(profile("sudo", None, DETACHED).unanswered, Unanswered::Nobody);
    assert_eq!(profile("sshd", None, DETACHED).unanswered, Unanswered::Nobody);
}

/// `su root -c 'id -un' >out`: the command's output is the command's alone.
#[test]
fn su_and_doas_do_not_write_infos_into_a_file() {
    for service in ["su", "su-l", "doas"] {
        let host = profile(service, None, PLAIN);
        assert_eq!((host.info, host.infos), (Info::AtOnce, Infos::OnStdout), "{service}");
        let seen = host.redirected(true);
        assert_eq!((seen.info, seen.infos), (Info::AtOnce, Infos::AsErrors), "{service}");
        assert_eq!(host.redirected(false).info, Info::InPrompt, "{service}");
        let silent = profile(service, None, SILENT);
        assert_eq!(silent.redirected(false).info, Info::Silenced, "{service}");
    }
    for service in ["sudo", "login", "polkit-1", "sshd", "cockpit", "telnet"] {
        let host = profile(service, None, PLAIN);
        assert_eq!([host.redirected(true), host.redirected(false)], [host; 2], "{service}");
    }
}
