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

const fn text(happens: &'static str, text: &'static str, reason: &'static str) -> Row {
    amiss(happens, Amiss::Text(text), config(reason))
}

rows!(
    no_config = file("No config", ConfigFile::Missing, config("CONFIG: no such file")),
    a_config_that_the_group_can_read = file(
        "A config that others can read (0640)",
        ConfigFile::Mode(0o640),
        config("CONFIG: mode 0640 lets others read or write it")
    ),
    a_config_that_the_world_can_read = file(
        "A config that the world can read (0644)",
        ConfigFile::Mode(0o644),
        config("CONFIG: mode 0644 lets others read or write it")
    ),
    a_config_that_the_world_can_write = file(
        "A config that the world can write (0606)",
        ConfigFile::Mode(0o606),
        config("CONFIG: mode 0606 lets others read or write it")
    ),
    a_config_behind_a_link = file(
        "A config behind a symbolic link",
        ConfigFile::Link,
        config("CONFIG: a symbolic link, which is not followed")
    ),
    an_empty_config = text("An empty config", "", "CONFIG:1:1: there is no [duo] table",),
    a_broken_config = text(
        "A config that is no TOML, with `failmode = \"safe\"` in it",
        "[duo\nfailmode = \"safe\"\n",
        "CONFIG:1:5: the ] is missing",
    ),
    a_config_broken_after_its_failmode = text(
        "A config that breaks off behind `failmode = \"safe\"`",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\ntimeout = \n",
        "CONFIG:6:11: no value follows the =",
    ),
    a_misspelt_option = text(
        "An option that nobody knows, beside `failmode = \"safe\"`",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\nfailmod = \"secure\"\n",
        "CONFIG:6:1: unknown option `failmod`",
    ),
    a_misspelt_failmode = text(
        "A failmode that nobody knows",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"Safe\"\n",
        "CONFIG:5:12: `failmode` is",
    ),
    two_failmodes = text(
        "Two failmodes",
        "[duo]\nikey = \"DIAAAAAAAAAAAAAAAAAA\"\nskey = \"0123456789012345678901234567890123456789\"\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\nfailmode = \"secure\"\n",
        "CONFIG:6:1: `failmode` is set twice",
    ),
    no_keys = text(
        "A config without keys",
        "[duo]\nhost = \"127.0.0.1:1\"\nfailmode = \"safe\"\n",
        "CONFIG:1:1: `ikey` is missing",
    ),
    no_trust_store =
        amiss("The `cafile` is missing", Amiss::CaFile(None), config("CONFIG:3:10: `cafile`: ")),
    an_empty_trust_store =
        amiss("The `cafile` is empty", Amiss::CaFile(Some("")), local("trust store")),
    a_trust_store_without_certificates = amiss(
        "The `cafile` has no certificate in it",
        Amiss::CaFile(Some("this is no certificate\n")),
        local("trust store"),
    ),
    an_argument_that_nobody_knows = Row {
        happens: "An argument in the PAM stack that nobody knows",
        scene: Scene::Stack("auth required {module} nodelay"),
        ends: argument("unknown argument"),
        ..UNASKED
    },
    a_config_path_that_is_not_absolute = Row {
        happens: "A `conf=` that is no absolute path",
        scene: Scene::Stack("auth required {so} conf=pam_duo2.toml"),
        ends: argument("conf="),
        ..UNASKED
    },
    a_user_whom_the_system_does_not_know = Row {
        happens: "A user whom the system does not know",
        scene: Scene::UnknownUser,
        ends: USER_UNKNOWN,
        ..UNASKED
    },
    no_descriptors = Row {
        happens: "No file descriptor free (`ulimit -n 5`)",
        scene: Scene::Service(&[]),
        host: &["--rlimit", "nofile=5"],
        ends: local("no file descriptor free"),
        ..UNASKED
    },
);
