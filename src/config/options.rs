//! Every option, once. The parser's checks, the commented sample and the documentation come from
//! this table; a new option is a row here and a field in [`Config`](super::Config) and
//! [`Draft`](super::draft::Draft). `ini: Some(Ini::named(&["its_name"]))` has `pam_duo.conf` know it
//! too; [`INI_ONLY`] has what no TOML file knows.

use super::option::{Again, Choice, Ini, Kind, Opt, Presence, Privacy, Scope};
use super::value;
use super::{Autopush, Failmode, Pushinfo};

mod host;
mod ini;
mod network;
mod subject;

/// PAM services that some systems split in two: one configured without the other is warned about.
pub const PAIRS: &[(&str, &str, &str)] =
    &[("sudo", "sudo-i", "sudo -i"), ("su", "su-l", "su - USER")];

/// Names that other programs of the field use for the same thing.
pub const OTHER_NAMES: &[(&str, &str)] = &[
    ("integration_key", "ikey"),
    ("client_id", "ikey"),
    ("secret_key", "skey"),
    ("client_secret", "skey"),
    ("api_host", "host"),
    ("api_hostname", "host"),
    ("https_timeout", "timeout"),
    ("https_proxy", "http_proxy"),
    ("all_proxy", "http_proxy"),
    ("proxy", "http_proxy"),
];

/// The option of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Opt> {
    OPTIONS.iter().find(|option| option.name == name)
}

/// The rows that an INI file knows, in the order of the documentation, and how it has each.
pub fn ini_rows() -> impl Iterator<Item = (&'static Opt, &'static Ini)> {
    let rows = OPTIONS.iter().chain(INI_ONLY);
    rows.filter_map(|option| Some((option, option.ini.as_ref()?)))
}

/// The option that has this name in an INI file.
#[must_use]
pub fn ini(name: &str) -> Option<(&'static Opt, &'static Ini)> {
    ini_rows().find(|(_, ini)| ini.names.contains(&name))
}

/// The option that has this name in either format.
#[must_use]
pub fn any(name: &str) -> Option<&'static Opt> {
    find(name).or_else(|| ini(name).map(|(option, _)| option))
}

/// What an INI file knows and TOML does not.
pub const INI_ONLY: &[Opt] = ini::ONLY;

/// The table, in the order of the sample file.
pub const OPTIONS: &[Opt] = &[
    IKEY,
    SKEY,
    SKEY_FILE,
    HOST,
    FAILMODE,
    AUTOPUSH,
    host::ANNOUNCE,
    host::ACCOUNT,
    host::PROFILE,
    host::LOGIN_GRACE,
    PUSHINFO,
    ENROLL_QR,
    PROMPTS,
    network::TIMEOUT,
    network::CAFILE,
    network::SIGNATURE,
    network::HTTP_PROXY,
    subject::GROUPS,
    subject::EXEMPT,
    subject::SU_SUBJECT,
    subject::USERNAME_STRIP,
    subject::USERNAME_APPEND,
    subject::USERNAME_LOWERCASE,
    subject::USERNAME_MAP,
];

const IKEY: Opt = Opt {
    name: "ikey",
    kind: Kind::Text {
        shape: "the integration key, in quotes",
        placeholder: "DIXXXXXXXXXXXXXXXXXX",
        store: |draft, text| {
            draft.ikey = Some(value::ikey(text)?);
            Ok(())
        },
    },
    presence: Presence::Required,
    scope: Scope::Integration,
    privacy: Privacy::Plain,
    summary: "integration key",
    text: "The key that names the integration; the admin panel of the service shows it next to the\n\
           secret key and the host. It is no secret.",
    ini: Some(Ini::named(&["ikey"])),
};

const SKEY: Opt = Opt {
    name: "skey",
    kind: Kind::Text {
        shape: "the secret key, in quotes",
        placeholder: "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
        store: |draft, text| {
            draft.skey = Some(value::skey(text)?);
            Ok(())
        },
    },
    presence: Presence::InsteadOf("skey_file"),
    scope: Scope::Integration,
    privacy: Privacy::Secret,
    summary: "secret key, which signs the requests",
    text: "Whoever has it can speak for this integration: the file must be readable by its owner\n\
           only, and no message ever shows the value.",
    ini: Some(Ini::named(&["skey"])),
};

const SKEY_FILE: Opt = Opt {
    name: "skey_file",
    kind: Kind::PrivateFile {
        example: "/etc/duo/skey",
        store: |draft, content| {
            draft.skey = Some(value::skey_file(content)?);
            Ok(())
        },
    },
    presence: Presence::InsteadOf("skey"),
    scope: Scope::Integration,
    privacy: Privacy::Plain,
    summary: "file that holds the secret key",
    text: "For a configuration that is kept under version control, or a secret that another\n\
           program delivers. The file holds the key and nothing else; one newline at its end is\n\
           ignored. The ownership rule of the configuration file holds for it too.",
    ini: None,
};

const HOST: Opt = Opt {
    name: "host",
    kind: Kind::Text {
        shape: "a host name, in quotes, with or without :PORT",
        placeholder: "api-XXXXXXXX.duosecurity.com",
        store: |draft, text| {
            draft.host = Some(value::host(text)?);
            Ok(())
        },
    },
    presence: Presence::Required,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "where the service is",
    text: "`\"name\"`, `\"name:port\"`, an IPv4 address, or an IPv6 address in brackets\n\
           (`\"[2001:db8::1]:8443\"`); the port is 443 where none is written. The name is what the\n\
           certificate of the service must be for, and it is part of each signature.",
    ini: Some(Ini::named(&["host"])),
};

const FAILMODE: Opt = Opt {
    name: "failmode",
    kind: Kind::Choice(&[
        Choice {
            word: "secure",
            meaning: "nobody gets in while the service cannot be reached",
            store: |draft| draft.failmode = Some(Failmode::Secure),
        },
        Choice {
            word: "safe",
            meaning: "users who passed the first factor get in during an outage, except in programs that \
                      a user started (su, sudo, doas, pkexec)",
            store: |draft| draft.failmode = Some(Failmode::Safe),
        },
    ]),
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "what happens when the service cannot be reached",
    text: "See *What failmode does not cover* below: a broken configuration, refused keys and a\n\
           certificate that does not verify deny in both modes. So does an outage in a process\n\
           that a person has started (su, sudo, doas, pkexec), because that person could have\n\
           made it. Under `\"safe\"`, root still gets in on a console or by ssh.",
    ini: Some(Ini::named(&["failmode"]).default("safe").differs(
        "`safe` lets in only while the service cannot be reached, and never in su, sudo and the like: refused keys, \
         a clock that is wrong, a certificate that does not verify and a broken file deny in both modes.",
    )),
};

const AUTOPUSH: Opt = Opt {
    name: "autopush",
    kind: Kind::Switch {
        default: false,
        store: |draft, on| {
            draft.autopush = Some(if on { Autopush::FirstPushDevice } else { Autopush::Off });
        },
    },
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "push at once, without asking which device",
    text: "`true` sends the push to the first device that can take one. It never calls a phone:\n\
           a user without such a device is asked. For services that cannot show a prompt.\n\
           A push that the service wants verified with a code asks for Enter all the same where\n\
           the code would not be read in time otherwise: in sshd, in Cockpit, in sudo without a\n\
           terminal, and with `PAM_SILENT`. `sudo -S`, and `sudo -A` without a terminal, say\n\
           nothing of a push: it would be in the command's output.",
    ini: Some(
        Ini::named(&["autopush"])
            .kind(Kind::Switch {
                default: false,
                store: |draft, on| {
                    draft.autopush =
                        Some(if on { Autopush::ServiceDefault } else { Autopush::Off });
                },
            })
            .differs("As there, the factor is the one that the service calls the user's default, which may be a \
                 phone call; in a TOML file it never is."),
    ),
};

const PUSHINFO: Opt = Opt {
    name: "pushinfo",
    kind: Kind::Switch {
        default: true,
        store: |draft, on| {
            draft.pushinfo = Some(if on { Pushinfo::Everything } else { Pushinfo::Nothing });
        },
    },
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "show on the phone who wants in, where, from where and for what",
    text: "On by default, because a push that says nothing can only be approved blindly. What is\n\
           shown passes through the service: PAM service, user, origin, this host and, for sudo,\n\
           su and doas, the command as typed; with `false` none of it. Where command lines may hold\n\
           passwords, write `pushinfo = false` under `[service.sudo]`, `[service.sudo-i]`,\n\
           `[service.sudo-askpass]`, `[service.su]`, `[service.su-l]` and `[service.doas]`.",
    ini: Some(
        Ini::named(&["pushinfo"])
            .kind(Kind::Switch {
                default: false,
                store: |draft, on| {
                    draft.pushinfo =
                        Some(if on { Pushinfo::Everything } else { Pushinfo::AllButTheCommand });
                },
            })
            .default("no")
            .differs(
                "As there, `no` keeps back the command only: PAM service, user, origin and this host \
                 are always shown. The command is the one that the kernel has for the process, not \
                 `SUDO_COMMAND`.",
            ),
    ),
};

const ENROLL_QR: Opt = Opt {
    name: "enroll_qr",
    kind: Kind::Switch { default: false, store: |draft, on| draft.enroll_qr = Some(on) },
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "show the address for enrolment as a QR code too",
    text: "Who has no second factor yet is told where to set one up. `true` also draws that address\n\
           for a phone's camera, out of block characters: on terminals that show UTF-8, in services\n\
           that have one (`login`, `su`, `sudo`; not in sshd or Cockpit). Only an https address of at\n\
           most 106 bytes is drawn: a longer one needs more than 24 lines.",
    ini: None,
};

const PROMPTS: Opt = Opt {
    name: "prompts",
    kind: Kind::Number {
        unit: "rounds",
        min: 1,
        max: 3,
        default: 3,
        store: |draft, number| draft.prompts = u8::try_from(number).ok(),
    },
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "rounds before giving up",
    text: "A mistyped passcode costs a round, and so does one that is tried while a push is waited\n\
           for; more than this many are never tried in one login. A push that was refused on the\n\
           phone ends the login whatever is written here.",
    ini: Some(
        Ini::named(&["prompts"])
            .kind(Kind::Number {
                unit: "rounds",
                min: 1,
                max: 3,
                default: 3,
                store: |draft, number| {
                    draft.prompts = u8::try_from(number).ok().min(draft.prompts);
                },
            })
            .again(Again::SmallestHolds)
            .differs(
                "A number out of range counts as the nearest one in it, with a warning; what is no \
                 number is a mistake. A push that was refused on the phone ends the login.",
            ),
    ),
};
