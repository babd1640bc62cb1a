//! What only `pam_duo.conf` knows, or has otherwise: options of `pam_duo` that have no effect any
//! more or never had one in a PAM module, that would weaken a login, or that are deprecated.

use super::super::ini::typed::switch;
use super::super::option::{Again, Ini, Kind, Opt, Presence, Privacy, Scope, Wrong};
use super::super::{Gecos, Groups};

/// The rows, in the order of the documentation.
pub const ONLY: &[Opt] = &[
    VERIFIED_PUSH,
    SEND_GECOS,
    GECOS_DELIM,
    GECOS_USERNAME_POS,
    NOVERIFY,
    FALLBACK_LOCAL_IP,
    ACCEPT_ENV_FACTOR,
    GECOS_PARSED,
    DEV_FIPS_MODE,
    MOTD,
];

/// How `groups` stands there. An indented line below it names more groups, as with `pam_duo`: if
/// only the last line held, users of the others would get in with one factor.
pub const GROUPS: Ini = Ini::named(&["groups", "group"])
    .kind(Kind::OptionalText {
        shape: "pattern-lists of group names",
        example: "staff admins,!robots",
        store: |draft, text| {
            if text.is_empty() {
                return Ok(());
            }
            let (groups, remarks) = Groups::parse(text);
            draft.remarks = remarks;
            draft.groups = Some(match draft.groups.take() {
                Some(above) => above.and(groups),
                None => groups,
            });
            Ok(())
        },
    })
    .again(Again::AllHold)
    .differs("An empty value asks everyone. A list of negations alone is warned about.");

/// An option that a TOML file does not have.
const fn only(
    name: &'static str,
    names: &'static [&'static str],
    kind: Kind,
    presence: Presence,
    summary: &'static str,
    differs: &'static str,
) -> Opt {
    Opt {
        name,
        kind,
        presence,
        scope: Scope::Integration,
        privacy: Privacy::Plain,
        summary,
        text: "",
        ini: Some(Ini::named(names).differs(differs)),
    }
}

const VERIFIED_PUSH: Opt = only(
    "verified_push",
    &["verified_push"],
    Kind::Switch {
        default: false,
        store: |draft, on| {
            if on {
                draft.remarks.push(
                    "no code is asked for because of this line; the policy of the service decides \
                     whether a push has to be verified with one, and is followed: require it there"
                        .into(),
                );
            }
        },
    },
    Presence::Defaulted,
    "have each push confirmed with a code",
    "The policy of the service decides, and is followed whatever is written here, with `autopush` \
     too; `yes` is warned about, because it alone demands no code.",
);

const SEND_GECOS: Opt = only(
    "send_gecos",
    &["send_gecos"],
    Kind::Switch {
        default: false,
        store: |draft, on| {
            draft.gecos.sent = on;
            if on {
                draft.remarks.push(DEPRECATED.into());
            }
        },
    },
    Presence::Defaulted,
    "the user's name at the service is the GECOS field",
    "Warned about, because users may edit the field; the log shows both names. A field that holds \
     no name lets nobody in, and does not leave the account's own name.",
);

const DEPRECATED: &str = "users may edit their GECOS field (chfn) and so choose who is asked; write \
                          a TOML file with username_map instead";

const GECOS_DELIM: Opt = only(
    "gecos_delim",
    &["gecos_delim"],
    Kind::OptionalText {
        shape: "one character",
        example: ",",
        store: |draft, text| {
            Gecos::part(text, 1).map_err(|why| match text {
                "" => Wrong("no character is named; write for example gecos_delim=; (a ; behind white space begins a comment)".into()),
                _ => Wrong(why),
            })?;
            draft.gecos.delimiter = Some(text.to_owned());
            Ok(())
        },
    },
    Presence::Unset("a comma"),
    "what stands between the parts of the GECOS field",
    "",
);

const GECOS_USERNAME_POS: Opt = only(
    "gecos_username_pos",
    &["gecos_username_pos"],
    Kind::OptionalText {
        shape: "a whole number from 1",
        example: "1",
        store: |draft, text| {
            let position = text.parse().ok().filter(|position| *position > 0);
            draft.gecos.position = Some(position.ok_or_else(|| {
                Wrong("parts of the GECOS field are counted with whole numbers from 1; write for example 1".into())
            })?);
            draft.remarks.push(DEPRECATED.into());
            Ok(())
        },
    },
    Presence::Unset("none: the whole field"),
    "which part of the GECOS field is the user's name at the service",
    "Warned about, as `send_gecos`. A number that is no position is a mistake and not the nearest \
     one: it would be another user's name.",
);

const NOVERIFY: Opt = only(
    "noverify",
    &["noverify"],
    Kind::OptionalText {
        shape: "yes or no",
        example: "no",
        store: |_, text| match switch(text) {
            Some(false) => Ok(()),
            Some(true) => Err(Wrong(
                "the certificate of the service is always verified; delete this line, and for a \
                 service with an authority of its own write cafile = /PATH of that authority's \
                 certificate"
                    .into(),
            )),
            None => Err(Wrong("it is yes or no; write noverify = no, or delete the line".into())),
        },
    },
    Presence::Unset("`no`"),
    "do not verify the certificate of the service",
    "`yes` is refused: name the authority with `cafile`.",
);

const FALLBACK_LOCAL_IP: Opt = only(
    "fallback_local_ip",
    &["fallback_local_ip"],
    Kind::Switch {
        default: false,
        store: |draft, on| {
            if on {
                draft.remarks.push(
                    "it has no effect; an address that is not the client's is never sent, so the \
                     policy of the service sees none when the client's is not known"
                        .into(),
                );
            }
        },
    },
    Presence::Defaulted,
    "send this host's address where the client's is not known",
    "No effect, warned about: an address that is not the client's is never sent.",
);

const ACCEPT_ENV_FACTOR: Opt = only(
    "accept_env_factor",
    &["accept_env_factor"],
    Kind::Switch {
        default: false,
        store: |draft, on| {
            if on {
                draft.remarks.push(
                    "it has no effect; the environment of a PAM module is not to be trusted, and \
                     $DUO_PASSCODE is not read"
                        .into(),
                );
            }
        },
    },
    Presence::Defaulted,
    "take `$DUO_PASSCODE` for the answer",
    "No effect, warned about: the environment is not to be trusted.",
);

const GECOS_PARSED: Opt = idle("gecos_parsed", &["gecos_parsed"]);

const DEV_FIPS_MODE: Opt = idle("dev_fips_mode", &["dev_fips_mode"]);

/// An option that does nothing any more, with `pam_duo` either.
const fn idle(name: &'static str, names: &'static [&'static str]) -> Opt {
    only(
        name,
        names,
        Kind::OptionalText {
            shape: "any value",
            example: "",
            store: |draft, _| {
                draft.remarks.push("it has no effect any more; delete the line".into());
                Ok(())
            },
        },
        Presence::Unset("none"),
        "nothing any more",
        "No effect any more, warned about.",
    )
}

const MOTD: Opt = only(
    "motd",
    &["motd"],
    Kind::Switch {
        default: false,
        store: |draft, on| {
            if on {
                draft.remarks.push(
                    "it has no effect; the message of the day is the business of the login program \
                     (pam_motd)"
                        .into(),
                );
            }
        },
    },
    Presence::Defaulted,
    "show the message of the day after a login",
    "No effect, warned about: only the ForceCommand program has it.",
);
