//! What the host is like, and when the person is asked in it.

use std::time::Duration;

use super::super::Announce;
use super::super::option::{Choice, Kind, Opt, Presence, Privacy, Scope, Wrong};
use crate::core::host;

pub const ANNOUNCE: Opt = Opt {
    name: "announce",
    kind: Kind::Choice(&[
        Choice {
            word: "sent",
            meaning: "autopush sends at once, and says so when the host shows it",
            store: |draft| draft.announce = Some(Announce::Sent),
        },
        Choice {
            word: "prompt",
            meaning: "autopush asks for Enter first, so that the push is expected",
            store: |draft| draft.announce = Some(Announce::Prompt),
        },
    ]),
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "when the person is told of a push that autopush sends",
    text: "sshd and Cockpit keep what is said until the next prompt, so with `\"sent\"` the phone\n\
           buzzes before anything is read. With `\"prompt\"` the person reads which device will be\n\
           asked, and presses Enter, or types a passcode instead. Where no prompt can be shown (the\n\
           ssh method `password`, the account phase, scripts), `\"prompt\"` refuses the login.",
    ini: None,
};

pub const ACCOUNT: Opt = Opt {
    name: "account",
    kind: Kind::Switch { default: false, store: |draft, on| draft.account = Some(on) },
    presence: Presence::Defaulted,
    scope: Scope::Named,
    privacy: Privacy::Plain,
    summary: "ask in the account phase, where nothing has asked before",
    text: "For logins that skip the stack's `auth` part: with a key in sshd, with Kerberos or a client\n\
           certificate in Cockpit. `account required pam_duo2.so` sends the push then, without asking\n\
           which device, unless this login has passed the module in `auth` less than five minutes ago.\n\
           Without `true` here that line does nothing and says so in the log. The account phase also\n\
           runs for each cron job, and for sudo with `NOPASSWD`: write this for the services that\n\
           need it, and for no other.",
    ini: None,
};

pub const PROFILE: Opt = Opt {
    name: "profile",
    kind: Kind::OptionalText {
        shape: "the name of a host, in quotes",
        example: "cockpit",
        store: |draft, text| {
            let known = host::names().find(|name| *name == text);
            if known.is_none() {
                let names: Vec<String> = host::names().map(|name| format!("\"{name}\"")).collect();
                return Err(Wrong(format!("no such host; write one of {}", names.join(", "))));
            }
            draft.profile = known;
            Ok(())
        },
    },
    presence: Presence::Unset("what the service's name says"),
    scope: Scope::Named,
    privacy: Privacy::Plain,
    summary: "which host the service is, for one that is not known by its name",
    text: "Hosts differ in what they show, when, and for how long they wait: see\n\
           [hosts.md](hosts.md). The services `sshd`, `cockpit`, `login`, `su`, `su-l`, `doas`,\n\
           `sudo`, `sudo-i` and `sudo-askpass` are known; any other is taken for a plain terminal. The\n\
           names are `\"terminal\"`, `\"sshd\"`, `\"cockpit\"`, `\"login\"`, `\"su\"`, `\"doas\"`, `\"sudo\"` and\n\
           `\"sudo-askpass\"`.",
    ini: None,
};

pub const LOGIN_GRACE: Opt = Opt {
    name: "login_grace",
    kind: Kind::Number {
        unit: "seconds",
        min: 20,
        max: 3600,
        default: 120,
        store: |draft, number| {
            draft.login_grace = Some(Duration::from_secs(number.into()));
        },
    },
    presence: Presence::Unset("120 in sshd, none elsewhere"),
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "seconds after which the host ends a login",
    text: "Counted from the start of the host's process. A login that the host ends leaves no word\n\
           with the person and no verdict in the log, so the module gives up a little earlier. Write\n\
           here what `LoginGraceTime` in `sshd_config(5)` says, if it is not 120.",
    ini: None,
};
