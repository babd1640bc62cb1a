//! Files that are read, and what they mean.

use std::time::Duration;

use pam_duo2::config::option::Scope;
use pam_duo2::config::options::OPTIONS;
use pam_duo2::config::{Autopush, Failmode, Pushinfo, ServiceHost, Signature, load, load_first};

use crate::support::{Folder, GOOD, chmod, config, judge};

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let folder = Folder::new();
    let config = folder.load(GOOD, "sshd").unwrap().config;
    assert_eq!(config.keys.ikey, "DI1234567890ABCDEFGH");
    assert_eq!(config.keys.skey.expose(), "the-secret-of-this-test");
    let name = "api-1234.example.com".into();
    assert_eq!(config.host, ServiceHost { name, port: 443 });
    assert_eq!(config.failmode, Failmode::Secure);
    assert_eq!(config.autopush, Autopush::Off);
    assert_eq!(config.pushinfo, Pushinfo::Everything);
    assert!(!config.enroll_qr);
    assert_eq!(config.prompts, 3);
    assert_eq!(config.timeout, Duration::from_secs(10));
    assert_eq!(config.cafile, None);
    assert_eq!(config.signature, Signature::V2Sha512);
    assert_eq!(config.origin, folder.at("pam_duo2.toml"));
}

#[test]
fn every_option_is_taken() {
    let folder = Folder::new();
    let skey = folder.file("skey", 0o400, "a-secret-in-a-file\n");
    let ca = folder.file("ca.pem", 0o644, "");
    let text = format!(
        "[duo]\nikey = 'a'\nskey_file = {skey:?}\nhost = 'LOCALHOST:1'\nfailmode = 'safe'\n\
         autopush = true\npushinfo = false\nenroll_qr = true\nprompts = 1\ntimeout = 0x3c\ncafile = {ca:?}\n\
         signature = 'v5'\n"
    );
    let config = folder.load(text, "sshd").unwrap().config;
    assert_eq!(config.keys.skey.expose(), "a-secret-in-a-file");
    assert_eq!((config.host.name.as_str(), config.host.port), ("localhost", 1));
    assert_eq!(config.failmode, Failmode::Safe);
    assert_eq!(config.autopush, Autopush::FirstPushDevice);
    assert_eq!(config.pushinfo, Pushinfo::Nothing);
    assert!(config.enroll_qr);
    assert_eq!(config.prompts, 1);
    assert_eq!(config.timeout, Duration::from_secs(60));
    assert_eq!(config.cafile, Some(ca));
    assert_eq!(config.signature, Signature::V5);
    let sha1 = format!("{GOOD}signature = \"sha1\"\n");
    assert_eq!(crate::support::config(&sha1, "su").signature, Signature::V2Sha1);
}

#[test]
fn an_override_holds_for_exactly_its_service() {
    let text = format!(
        "{GOOD}prompts = 2\n[service.sudo]\nfailmode = \"safe\"\n[service.sudo-i]\nprompts = 1\n\
         [service.\"my.app\"]\ntimeout = 5\n"
    );
    let of = |service: &str| {
        let config = config(&text, service);
        (config.failmode, config.prompts, config.timeout.as_secs())
    };
    assert_eq!(of("sudo"), (Failmode::Safe, 2, 10));
    assert_eq!(of("sudo-i"), (Failmode::Secure, 1, 10));
    assert_eq!(of("my.app"), (Failmode::Secure, 2, 5));
    for other in ["sshd", "sud", "sudo-", "SUDO", "my", "", "duo", "service"] {
        assert_eq!(of(other), (Failmode::Secure, 2, 10), "{other}");
    }
}

#[test]
fn the_order_of_the_tables_does_not_matter() {
    let text = format!("[service.sshd]\nprompts = 1\n{GOOD}prompts = 2\n");
    assert_eq!(config(&text, "sshd").prompts, 1);
    assert_eq!(config(&text, "login").prompts, 2);
}

#[test]
fn everything_but_the_keys_can_be_overridden() {
    for option in OPTIONS {
        let text = format!("{GOOD}[service.sshd]\n{}\n", option.example());
        let text = text
            .replace("api-XXXXXXXX.duosecurity.com", "other.example.com")
            .replace("proxy.example.com", "proxy.example.net");
        let loaded = judge(text.as_bytes(), "sshd");
        match option.scope {
            Scope::Service | Scope::Named => {
                assert!(loaded.is_ok(), "{text}{}", loaded.unwrap_err());
            }
            Scope::Integration => {
                let said = loaded.unwrap_err().to_string();
                assert!(said.contains("is the same for all PAM services"), "{said}");
            }
        }
    }
    let keys = ["ikey", "skey", "skey_file"];
    for option in OPTIONS {
        assert_eq!(option.scope == Scope::Integration, keys.contains(&option.name));
    }
}

#[test]
fn what_is_a_matter_of_one_service_stands_below_its_name_only() {
    for option in OPTIONS.iter().filter(|option| option.scope == Scope::Named) {
        let text = format!("{GOOD}{}\n", option.example());
        let said = judge(text.as_bytes(), "sshd").unwrap_err().to_string();
        assert!(said.contains("write it below [service.NAME]"), "{said}");
    }
}

#[test]
fn a_host_that_nobody_knows_is_refused_with_those_that_are() {
    let text = format!("{GOOD}[service.web]\nprofile = \"cokpit\"\n");
    let said = judge(text.as_bytes(), "web").unwrap_err().to_string();
    assert!(said.contains("\"cockpit\""), "{said}");
    let text = text.replace("cokpit", "cockpit");
    assert_eq!(config(&text, "web").profile, Some("cockpit"));
    assert_eq!(config(&text, "sshd").profile, None);
}

#[test]
fn a_mistake_under_one_service_refuses_all_of_them() {
    let text = format!("{GOOD}[service.su-l]\nprompts = 0\n");
    for service in ["su-l", "sshd"] {
        assert!(judge(text.as_bytes(), service).is_err());
    }
}

#[test]
fn sudo_without_sudo_i_and_su_without_su_l_are_warned_about() {
    let warnings = |tables: &str| {
        let text = format!("{GOOD}{tables}");
        judge(text.as_bytes(), "sshd").unwrap().warnings
    };
    assert_eq!(
        warnings("[service.sudo]\n"),
        [
            "/etc/duo/pam_duo2.toml:5:10: warning: [service.sudo] says nothing about `sudo -i`, which \
          is the PAM service sudo-i on many systems; write the same lines below [service.sudo-i]"
        ]
    );
    assert_eq!(warnings("[service.su]\n[service.sudo]\n").len(), 2);
    for tables in [
        "",
        "[service.sudo]\n[service.sudo-i]\n[service.su]\n[service.su-l]\n",
        "[service.sudo-i]\n[service.su-l]\n",
    ] {
        assert!(warnings(tables).is_empty(), "{tables}");
    }
}

#[test]
fn a_secret_is_in_no_debug_output() {
    let shown = format!("{:?}", Folder::new().load(GOOD, "sshd"));
    assert!(shown.contains("DI1234567890ABCDEFGH") && !shown.contains("the-secret"), "{shown}");
}

#[test]
fn the_end_of_the_name_says_which_format_a_file_has() {
    let folder = Folder::new();
    let ini = "[duo]\nikey = DI1234567890ABCDEFGH\nskey = x\nhost = api-1234.example.com\n";
    for name in ["pam_duo.conf", "duo", "a.toml.conf", ".toml", "a.TOML"] {
        let loaded = load(&folder.file(name, 0o600, ini), "sshd").unwrap();
        assert_eq!(loaded.config.failmode, Failmode::Safe, "{name}");
        assert!(load(&folder.file(name, 0o600, GOOD), "sshd").is_err(), "{name}");
    }
    assert!(load(&folder.file("a.toml", 0o600, ini), "sshd").is_err());
}

#[test]
fn an_absent_file_is_named_as_such_whether_it_is_the_configuration_or_one_that_it_names() {
    let folder = Folder::new();
    for absent in ["pam_duo2.toml", "no-folder/pam_duo2.toml"] {
        let error = load(&folder.at(absent), "sshd").unwrap_err();
        assert!(error.to_string().contains("no such file"), "{error}");
    }
    let file = folder.file("file", 0o600, "");
    let error = load(&file.join("pam_duo2.toml"), "sshd").unwrap_err();
    assert!(error.to_string().contains("not a folder"), "{error}");
    let named = GOOD.replace("skey = \"the-secret-of-this-test\"", "skey_file = \"/etc/duo/none\"");
    let error = judge(named.as_bytes(), "su").unwrap_err();
    assert!(error.to_string().contains("no such file"), "{error}");
}

#[test]
fn a_service_has_the_proxy_of_all_or_its_own_or_none() {
    let text = format!(
        "{GOOD}http_proxy = \"http://demo:pw@proxy.example.net:3128\"\n\
         [service.sshd]\nhttp_proxy = \"http://[::1]\"\n[service.cron]\nhttp_proxy = \"\"\n"
    );
    let proxy = |service| {
        let proxy = judge(text.as_bytes(), service).unwrap().config.proxy?;
        Some((proxy.to_string(), proxy.credentials.map(|secret| secret.expose().to_owned())))
    };
    assert_eq!(proxy("login"), Some(("proxy.example.net:3128".into(), Some("demo:pw".into()))));
    assert_eq!(proxy("sshd"), Some(("[::1]:80".into(), None)));
    assert_eq!(proxy("cron"), None);
    assert_eq!(judge(GOOD.as_bytes(), "login").unwrap().config.proxy, None);
}

#[test]
fn only_a_file_that_is_absent_leads_to_the_next_one() {
    let folder = Folder::new();
    let (first, second) = (folder.at("first.toml"), folder.at("second.toml"));
    let ruling = || load_first(&[&first, &second], "sshd");

    let (path, loaded) = ruling();
    assert_eq!(path, None);
    let said = loaded.unwrap_err().to_string();
    assert!(said.contains("first.toml") && said.contains("second.toml"), "{said}");

    folder.file("second.toml", 0o600, format!("{GOOD}failmode = 'safe'\n"));
    let (path, loaded) = ruling();
    assert_eq!((path, loaded.unwrap().config.failmode), (Some(second.clone()), Failmode::Safe));

    // What is there and is no good is not passed over.
    folder.file("first.toml", 0o600, "[duo]\n");
    let (path, loaded) = ruling();
    assert!(loaded.unwrap_err().to_string().contains("first.toml"));
    assert_eq!(path, Some(first.clone()));
    folder.file("first.toml", 0o600, GOOD);
    chmod(&first, 0o666);
    let (path, loaded) = ruling();
    assert!(loaded.unwrap_err().to_string().contains("first.toml"));
    assert_eq!(path, Some(first.clone()));

    chmod(&first, 0o600);
    let (path, loaded) = ruling();
    assert_eq!((path, loaded.unwrap().config.failmode), (Some(first.clone()), Failmode::Secure));
}

#[test]
fn certificates_that_others_may_exchange_are_refused_with_the_configuration() {
    let folder = Folder::new();
    let ca = folder.file("ca.pem", 0o666, "");
    let text = format!("{GOOD}cafile = {ca:?}\n");
    let error = folder.load(&text, "sshd").unwrap_err().to_string();
    assert!(error.contains("ca.pem"), "{error}");
    chmod(&ca, 0o644);
    assert_eq!(folder.load(&text, "sshd").unwrap().config.cafile, Some(ca));
}
