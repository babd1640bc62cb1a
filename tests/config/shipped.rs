//! What is shipped says what the table says, and loads.

use std::fs;

use pam_duo2::config::Failmode;
use pam_duo2::config::options::OPTIONS;

use crate::generate::{compare, fill, ini, options, root, sample};
use crate::support::{Folder, refusal};

/// A file with the mistakes that admins make.
const EXAMPLE: &str = "[duo]\n\
    ikey     = \"DI1234567890ABCDEFGH\"\n\
    sekey    = \"deadbeefdeadbeefdeadbeefdeadbeef\"\n\
    host     = \"https://api-1234.example.com\"\n\
    failmode = open\n\
    \n\
    [service.sudo]\n\
    prompts  = 5\n";

#[test]
fn the_sample_is_what_the_table_says() {
    assert_eq!(compare(&root().join("conf/pam_duo2.toml"), &sample()), None);
}

#[test]
fn the_documentation_is_what_the_table_says() {
    let path = root().join("docs/configuration.md");
    let text = fs::read_to_string(&path).unwrap();
    let transcript = format!(
        "```toml\n{EXAMPLE}```\n\nThe log then holds:\n\n```text\n{}\n```\n",
        refusal(EXAMPLE.as_bytes())
    );
    let wanted = fill(&fill(&text, "options", &options()), "mistakes", &transcript);
    let wanted = fill(&wanted, "ini", &ini());
    if let Some(diff) = compare(&path, &wanted) {
        panic!("{diff}");
    }
}

#[test]
fn sample_and_documentation_name_every_option() {
    let conf = fs::read_to_string(root().join("conf/pam_duo2.toml")).unwrap();
    let docs = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    for option in OPTIONS {
        let line = option.example();
        assert_eq!(
            conf.matches(&format!("\n{line}\n")).count()
                + conf.matches(&format!("\n#{line}\n")).count(),
            1,
            "{line}"
        );
        assert!(docs.contains(&format!("\n### {}\n", option.name)), "{}", option.name);
    }
}

#[test]
fn the_sample_as_shipped_is_refused_until_the_keys_are_filled_in() {
    let said = refusal(sample().as_bytes());
    assert_eq!(said.matches("still holds what stands in the sample").count(), 3, "{said}");
}

fn filled() -> String {
    sample()
        .replace("DIXXXXXXXXXXXXXXXXXX", "DI1234567890ABCDEFGH")
        .replace(&"X".repeat(40), "0123456789012345678901234567890123456789")
        .replace("api-XXXXXXXX.duosecurity.com", "api-1234.example.com")
        .replace("proxy.example.com", "proxy.example.net")
}

#[test]
fn the_sample_with_the_keys_filled_in_loads() {
    let loaded = Folder::new().load(filled(), "sshd").unwrap();
    assert_eq!(loaded.config.failmode, Failmode::Secure);
    assert!(loaded.warnings.is_empty());
}

#[test]
fn every_line_of_the_sample_can_be_switched_on() {
    let folder = Folder::new();
    let skey = folder.file("skey", 0o600, "0123456789\n");
    let ca = folder.file("ca.pem", 0o644, "");
    let map = folder.file("usernames", 0o600, "alice = smith\n");
    let mut text = String::new();
    for line in filled().lines() {
        let commented =
            line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line);
        if !commented.starts_with("skey =") {
            text.push_str(commented);
            text.push('\n');
        }
    }
    let text = text
        .replace("/etc/duo/skey", skey.to_str().unwrap())
        .replace("/etc/duo/usernames", map.to_str().unwrap())
        .replace("/etc/duo/ca.pem", ca.to_str().unwrap());
    let config = folder.load(&text, "cockpit").unwrap().config;
    assert_eq!(config.keys.skey.expose(), "0123456789");
    assert_eq!(config.cafile, Some(ca));
    let proxy = config.proxy.map(|proxy| proxy.to_string());
    assert_eq!(proxy.as_deref(), Some("proxy.example.net:3128"));
    assert_eq!(config.usernames.apply("alice").as_deref(), Some("smith"));
    assert_eq!(config.usernames.apply("corp\\bob").as_deref(), Some("bob@example.com"));
    assert_eq!(config.autopush, pam_duo2::config::Autopush::FirstPushDevice);
}
