//! `pam_duo2.toml` of any bytes: as with `pam_duo.conf`, and no door is opened by damage.

use std::path::Path;

use super::files::{All, SECRET, may_say, sound};
use crate::config::toml::parse;
use crate::config::{Exempt, Failmode};

pub fn target(data: &[u8]) {
    let keys = format!("[duo]\nikey = \"DIXXX\"\nskey = \"{SECRET}\"\nhost = \"a.example\"\n");
    let behind = [keys.as_bytes(), data].concat();
    for bytes in [data, &behind] {
        for service in ["sshd", ""] {
            let read = parse(bytes, Path::new("/etc/duo/pam_duo2.toml"), service, &All);
            if let Ok(loaded) = &read {
                let config = &loaded.config;
                assert!(config.failmode == Failmode::Secure || may_say("safe", data));
                assert!(config.groups.is_none() || may_say("groups", data));
                assert!(
                    config.exempt == Exempt::Ignore
                        || !may_say("ignore", data)
                        || may_say("success", data)
                );
            }
            sound(read, data);
        }
    }
}
