//! The configuration, the stack, the user: nothing of it opens a door.

use crate::failures::ends::{Ends, USER_UNKNOWN, argument, config, local};
use crate::failures::row::{Amiss, Row, Scene, UNASKED};
use crate::support::ConfigFile;

const fn amiss(happens: &'static str, amiss: Amiss, ends: Ends) -> Row {
    Row { happens, scene: Scene::Config(amiss), ends, ..UNASKED }
}

const fn file(happens: &'static str, file: ConfigFile, ends: Ends) -> Row {
    amiss(happens, Amiss::File(file), ends)
}

const fn text(happens: &'static str, text: &'static str) -> Row {
    amiss(happens, Amiss::Text(text), config(""))
}

rows! {
    no_config: file("No config", ConfigFile::Missing, config("")),
    a_config_that_the_group_can_read: file("A config that others can read (0640)", ConfigFile::Mode(0o640), config("")),
    a_config_that_the_world_can_read: file("A config that the world can read (0644)", ConfigFile::Mode(0o644), config("")),
    a_config_that_the_world_can_write: file("A config that the world can write (0606)", ConfigFile::Mode(0o606), config("")),
    a_config_behind_a_link: file("A config behind a symbolic link", ConfigFile::Link, config("")),
    an_empty_config: text("An empty config", ""),
    a_broken_config: text("A config that is no TOML, with `failmode = \"safe\"` in it", "[duo\nfailmode = \"safe\"\n"),
    a_config_broken_after_its_failmode: text(
        "A config that breaks off behind `failmode = \"safe\"`",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\ntimeout = \n",
    ),
    a_misspelt_option: text(
        "An option that nobody knows, beside `failmode = \"safe\"`",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\nfailmod = \"secure\"\n",
    ),
    a_misspelt_failmode: text(
        "A failmode that nobody knows",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"Safe\"\n",
    ),
    two_failmodes: text(
        "Two failmodes",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\nfailmode = \"secure\"\n",
    ),
    no_keys: text("A config without keys", "[duo]\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\n"),
    no_trust_store: amiss("The `cafile` is missing", Amiss::CaFile(None), config("")),
    an_empty_trust_store: amiss("The `cafile` is empty", Amiss::CaFile(Some("")), local("trust store")),
    a_trust_store_without_certificates: amiss(
        "The `cafile` has no certificate in it",
        Amiss::CaFile(Some("this is no certificate\n")),
        local("trust store"),
    ),
    an_argument_that_nobody_knows: Row {
        happens: "An argument in the PAM stack that nobody knows",
        scene: Scene::Stack("auth required {module} nodelay"),
        ends: argument(""),
        ..UNASKED
    },
    a_config_path_that_is_not_absolute: Row {
        happens: "A `conf=` that is no absolute path",
        scene: Scene::Stack("auth required {module} conf=pam_duo2.toml"),
        ends: argument(""),
        ..UNASKED
    },
    a_user_whom_the_system_does_not_know: Row {
        happens: "A user whom the system does not know",
        scene: Scene::UnknownUser,
        ends: USER_UNKNOWN,
        ..UNASKED
    },
    no_descriptors: Row {
        happens: "No file descriptor free (`ulimit -n 4`)",
        scene: Scene::Service(&[]),
        host: &["--rlimit", "nofile=4"],
        ends: local("no file descriptor free"),
        ..UNASKED
    },
    few_descriptors_and_a_dead_service: Row {
        happens: "The service is out, and this machine has no descriptor to find out",
        scene: Scene::Peer(crate::failures::row::Peer::Refuses),
        host: &["--rlimit", "nofile=4"],
        ends: local("no file descriptor free"),
        ..UNASKED
    },
}
