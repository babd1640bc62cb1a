//! What each option of `pam_duo.conf` comes to.

use std::time::Duration;

use pam_duo2::config::options::{self, INI_ONLY, OPTIONS};
use pam_duo2::config::{Autopush, Config, Exempt, Failmode, Pushinfo, Signature, SuSubject};

use super::{KEYS, judge};

/// What these lines below the keys come to, and what is warned about.
fn with(lines: &str) -> (Config, Vec<String>) {
    let loaded = judge(format!("{KEYS}{lines}").as_bytes()).unwrap();
    (loaded.config, loaded.warnings)
}

/// The one warning, without its place.
fn warning(lines: &str) -> String {
    let warnings = with(lines).1;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    warnings[0].split_once("warning: ").unwrap().1.to_owned()
}

fn refused(lines: &str) -> String {
    judge(format!("{KEYS}{lines}").as_bytes()).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_those_of_duos_own_module() {
    let (config, warnings) = with("");
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(config.keys.skey.expose(), "the-secret-of-this-test");
    assert_eq!(config.failmode, Failmode::Safe);
    assert_eq!(config.autopush, Autopush::Off);
    assert_eq!(config.pushinfo, Pushinfo::AllButTheCommand);
    assert_eq!(config.prompts, 3);
    assert_eq!(config.timeout, Duration::from_secs(10));
    assert_eq!((config.cafile, config.proxy, config.groups), (None, None, None));
    assert_eq!(config.signature, Signature::V2Sha512);
    assert_eq!((config.exempt, config.su_subject), (Exempt::Success, SuSubject::Caller));
    assert_eq!(config.gecos, None);
    assert_eq!(config.usernames.apply("Alice").as_deref(), Some("Alice"));
}

#[test]
fn every_option_lands_where_it_belongs() {
    assert_eq!(with("failmode = secure\n").0.failmode, Failmode::Secure);
    assert_eq!(with("autopush = on\n").0.autopush, Autopush::ServiceDefault);
    assert_eq!(with("pushinfo = yes\n").0.pushinfo, Pushinfo::Everything);
    assert_eq!(with("pushinfo = no\n").0.pushinfo, Pushinfo::AllButTheCommand);
    assert_eq!(with("prompts = 2\n").0.prompts, 2);
    assert_eq!(with("https_timeout = 30\n").0.timeout, Duration::from_secs(30));
    let cafile = with("cafile = /etc/duo/ca.pem\n").0.cafile;
    assert_eq!(cafile, Some("/etc/duo/ca.pem".into()));
    let proxy = with("http_proxy = http://alice:secret@proxy.example:3128\n").0.proxy.unwrap();
    assert_eq!(proxy.to_string(), "proxy.example:3128");
    assert_eq!(proxy.credentials.unwrap().expose(), "alice:secret");
    let host = with("host = [::1]:8443\n").0.host;
    assert_eq!((host.name.as_str(), host.port), ("::1", 8443));
    let gecos = |lines| with(lines).0.gecos.and_then(|gecos| gecos.name("Alice A,office/x,al"));
    assert_eq!(gecos("gecos_delim = /\n"), None);
    assert_eq!(gecos("send_gecos = yes\n").as_deref(), Some("Alice A,office/x,al"));
    assert_eq!(gecos("gecos_username_pos = 3\n").as_deref(), Some("al"));
    assert_eq!(gecos("gecos_delim = /\ngecos_username_pos = 2\n").as_deref(), Some("x,al"));
}

#[test]
fn the_last_of_several_lines_holds_and_of_the_rounds_the_smallest() {
    let (config, warnings) = with("failmode = safe\nfailmode = secure\n");
    assert_eq!((config.failmode, warnings.len()), (Failmode::Secure, 1));
    assert_eq!(with("failmode = secure\n  safe\n").0.failmode, Failmode::Safe);
    for (lines, prompts) in [
        ("prompts = 1\nprompts = 3\n", 1),
        ("prompts = 3\nprompts = 2\n", 2),
        ("prompts = 2\n 1\n 3\n", 1),
        ("prompts = 0\nprompts = 2\n", 1),
    ] {
        assert_eq!(with(lines).0.prompts, prompts, "{lines}");
    }
}

#[test]
fn whoever_is_in_a_group_of_any_line_is_asked() {
    for lines in [
        "groups = staff admins\n",
        "groups = staff\n  admins\n",
        "groups = staff\ngroup = admins\n",
        "group =\n\tstaff\n\tadmins ; both\n",
        "groups = staff\n groups2\ngroups = admins\n",
    ] {
        let groups = with(lines).0.groups.unwrap();
        for name in ["staff", "admins"] {
            assert!(groups.ask(&[name.to_owned()]), "{name}: {lines}");
        }
        assert!(!groups.ask(&["robots".to_owned()]), "{lines}");
    }
    for lines in ["groups =\n", "groups = ; none\n", "groups = ,\n"] {
        let groups = with(lines).0.groups;
        assert!(groups.is_none_or(|groups| groups.ask_everyone()), "{lines}");
    }
    assert!(warning("groups = !robots\n").contains("matches nobody"));
}

#[test]
fn numbers_out_of_range_count_as_the_nearest_and_an_admin_hears_of_it() {
    for (lines, prompts) in [("prompts = 0\n", 1), ("prompts = -3\n", 1), ("prompts = 5\n", 3)] {
        assert_eq!(with(lines).0.prompts, prompts, "{lines}");
        assert!(warning(lines).contains(&format!("{prompts} is taken")), "{lines}");
    }
    for (written, taken) in [("1", 2), ("61", 60), ("3600", 60), ("0", 60), ("-1", 60)] {
        let (config, warnings) = with(&format!("https_timeout = {written}\n"));
        assert_eq!(config.timeout.as_secs(), taken, "{written}");
        assert!(warnings[0].contains(&format!("{taken} is taken")), "{warnings:?}");
    }
    let (config, warnings) = with("https_timeout = 20\n");
    assert_eq!((config.timeout.as_secs(), warnings), (20, Vec::new()));
    for lines in ["prompts = three\n", "https_timeout = 5s\n", "prompts =\n"] {
        assert!(refused(lines).contains("is a whole number"), "{lines}");
    }
}

#[test]
fn what_asks_for_less_safety_or_has_no_effect_is_said_to_the_admin() {
    for (lines, part) in [
        ("verified_push = yes\n", "the policy of the service decides"),
        ("accept_env_factor = yes\n", "no effect"),
        ("fallback_local_ip = yes\n", "never sent"),
        ("motd = yes\n", "no effect"),
        ("gecos_parsed = whatever\n", "no effect any more"),
        ("dev_fips_mode = yes\n", "no effect any more"),
        ("send_gecos = yes\n", "chfn"),
        ("gecos_username_pos = 1\n", "chfn"),
    ] {
        assert!(warning(lines).contains(part), "{lines}{}", warning(lines));
        let plain = format!("{:?}", with("").0);
        if !lines.contains("gecos_u") && !lines.contains("send") {
            assert_eq!(format!("{:?}", with(lines).0), plain, "{lines}");
        }
    }
    for name in ["verified_push", "accept_env_factor", "fallback_local_ip", "motd", "noverify"] {
        assert!(with(&format!("{name} = no\n")).1.is_empty(), "{name}");
    }
    assert!(refused("noverify = yes\n").contains("write cafile = /PATH"));
}

#[test]
fn an_option_outside_of_its_section_is_read_and_warned_about_once() {
    let loaded = judge(KEYS.trim_start_matches("[duo]\n").as_bytes()).unwrap();
    assert_eq!(loaded.warnings.len(), 1, "{:?}", loaded.warnings);
    assert!(loaded.warnings[0].contains("`ikey` stands outside of [duo]"));
    let (config, warnings) = with("[Duo]\nprompts = 1\npushinfo = yes\n");
    let read = (config.prompts, config.pushinfo, warnings.len());
    assert_eq!(read, (1, Pushinfo::Everything, 1));
}

#[test]
fn what_only_toml_has_is_refused_with_a_word_about_it() {
    for option in OPTIONS.iter().filter(|option| option.ini.is_none()) {
        let said = refused(&format!("{} = x\n", option.name));
        assert!(said.contains("write a TOML file"), "{said}");
    }
    assert!(refused("timeout = 5\n").contains("is called `https_timeout`"));
    assert!(refused("[service.sudo]\n").contains("write a TOML file"));
}

#[test]
fn names_are_unique_and_what_only_an_ini_file_has_is_in_no_toml() {
    let mut names: Vec<&str> =
        options::ini_rows().flat_map(|(_, ini)| ini.names).copied().collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert_eq!(count, 22);
    for option in INI_ONLY {
        assert!(options::find(option.name).is_none(), "{}", option.name);
        let text = format!("{}{} = true\n", crate::support::GOOD, option.name);
        let said = crate::support::refusal(text.as_bytes());
        assert!(said.contains(&format!("unknown option `{}`", option.name)), "{said}");
    }
}

#[test]
fn a_failure_of_the_machine_is_not_a_mistake_of_the_file() {
    use pam_duo2::config::open::{OpenError, Problem};
    use pam_duo2::config::toml::Files;
    use pam_duo2::core::failure::Local;

    struct Exhausted;
    impl Files for Exhausted {
        fn private(
            &self,
            _: &std::path::Path,
            _: usize,
        ) -> Result<zeroize::Zeroizing<Vec<u8>>, OpenError> {
            unreachable!("an INI file names no such file")
        }
        fn public(&self, path: &std::path::Path) -> Result<(), OpenError> {
            let problem = Problem::Machine(Local::NoDescriptor);
            Err(OpenError { path: path.to_owned(), problem })
        }
    }
    let text = format!("{KEYS}cafile = /etc/duo/ca.pem\n");
    let parsed = pam_duo2::config::ini::parse(text.as_bytes(), super::CONF.as_ref(), &Exhausted);
    assert_eq!(parsed.unwrap_err().machine(), Some(&Local::NoDescriptor));
}

#[test]
fn a_value_may_begin_on_the_line_below_its_name() {
    let (config, warnings) = with("failmode =\n  secure\nskey =\n\t; the key\n\tother\n");
    assert_eq!(config.failmode, Failmode::Secure);
    assert_eq!(config.keys.skey.expose(), "other");
    // The one of the keys' own lines.
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("`skey` is set again"), "{warnings:?}");
    assert!(refused("failmode =\n").contains("`failmode` is secure or safe"));
    assert!(refused("failmode =\n  \n; x\nprompts = 2\n").contains("secure or safe"));
    assert!(refused("failmode =\n  autopush = yes\n").contains("continues the one above"));
    assert!(refused("fail =\n  secure\n").contains("unknown option"));
}

/// Each login logs them all.
#[test]
fn a_file_full_of_what_is_warned_about_does_not_fill_the_log() {
    for lines in ["motd = yes\n".repeat(5_000), format!("groups = {}\n", ",a,, ".repeat(10_000))] {
        let warnings = with(&lines).1;
        assert_eq!(warnings.len(), 51);
        let last = &warnings[50];
        assert!(last.starts_with(super::CONF) && last.contains(": warning: and "), "{last}");
        assert!(last.ends_with(" more warnings"), "{last}");
    }
    // One warning for each list, or this would be gigabytes.
    assert!(warning(&format!("groups = a{}\n", ",".repeat(60_000))).contains("empty pattern"));
}
