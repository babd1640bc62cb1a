//! Hosts that come from Duo's own module, with their `pam_duo.conf` as it is.

use crate::support::{Format, Login, Mock};

#[test]
fn a_login_is_approved_with_the_config_of_duos_own_module() {
    for service in ["login", "sshd", "sudo"] {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock).ini().service(service).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{service}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{service}");
    }
}

#[test]
fn both_formats_refuse_a_denied_login_alike() {
    for format in [Format::Toml, Format::Ini] {
        let mock = Mock::with_me("auto = \"deny\"");
        let told = Login::new(&mock).format(format).run();
        assert_eq!(told.code(), "PAM_AUTH_ERR", "{format:?}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{format:?}");
    }
}
