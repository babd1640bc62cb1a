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
    text: "For logins that skip the stack's `auth` part: by a key in sshd, by Kerberos or a client\n\
           certificate in Cockpit. With `true`, `account required pam_duo2.so` asks then, unless this\n\
           login has passed the module in `auth` less than five minutes ago: that is counted once.\n\
           Cockpit shows its prompts there too, unless the browser came with a certificate. Elsewhere\n\
           nobody can be asked anything: the push goes out at once, whatever `autopush` says, and `announce =\n\
           \"prompt\"` refuses. So do a push that the service wants verified with a code, which nobody\n\
           could read there, and a person without a device that takes a push. Without `true` the line does nothing (`PAM_IGNORE`) and says so in the\n\
           log. The account phase also runs for each cron job, and for sudo with `NOPASSWD`: write\n\
           this for the services that need it, put the line into their own stacks and not into a file\n\
           that all draw in, and above any `done` or `sufficient`, as the stacks in `pam.d/` have it.",
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
    text: "Hosts differ in what they show, when, for how long they wait, and how they read a refusal:\n\
           see [hosts.md](hosts.md). `\"su\"` also means that who becomes root is asked as who they\n\
           were before ([`su_subject`](#su_subject)). The services `sshd`, `cockpit`, `login`, `remote`, `su`, `su-l`,\n\
           `doas`, `sudo`, `sudo-i` and `sudo-askpass` are known; any other is taken for a plain terminal. The\n\
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
    summary: "seconds after which the host ends a login (for sshd: below [service.sshd])",
    text: "Counted from the start of the host's process, in sshd from that of the connection. A login\n\
           that the host ends leaves no word with the person and no verdict in the log, so the module\n\
           gives up five seconds earlier. Write here what `LoginGraceTime` in `sshd_config(5)` says,\n\
           if it is not 120; for its 0, which is no end, 3600. With more than the host's own time the\n\
           host ends the login, which lets nobody in. `login` needs none of this: its alarm\n\
           (`LOGIN_TIMEOUT` in `login.defs(5)`) can be asked for, as sshd's can in the method\n\
           `password` and in the account phase; the less of it and what stands here is what counts.\n\
           Below `[duo]` it counts for every other service as well, whose process may be older than\n\
           the login (a screen locker; a shell that has become sudo): write it below `[service.sshd]`.",
    ini: None,
};
