//! Who is asked, and under which name.

use super::super::option::{Choice, Kind, Opt, Presence, Privacy, Scope, Wrong};
use super::super::{Exempt, Groups, SuSubject};
use crate::core::username::{Affix, UserMap};

pub const GROUPS: Opt = Opt {
    name: "groups",
    kind: Kind::OptionalText {
        shape: "pattern-lists of group names, in quotes",
        example: "staff admins,!robots",
        store: |draft, text| {
            let (groups, remarks) = Groups::parse(text);
            draft.groups = Some(groups);
            draft.remarks = remarks;
            Ok(())
        },
    },
    presence: Presence::Unset("everyone"),
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "ask for a second factor only users of these groups",
    text: "Whoever is in no such group gets in **without a second factor**; `exempt` says how. The\n\
           service hears nothing of them.\n\
           \n\
           Spaces separate pattern-lists, of which one has to match; commas separate the patterns\n\
           of a list. `*` stands for any characters, `?` for one; a pattern that begins with `!`\n\
           must match none of the user's groups, or its list fails. So `staff admins,!robots`\n\
           asks everyone in staff, and everyone in admins who is not in robots; everyone who is\n\
           not in robots is `*,!robots`. A list of negations alone matches nobody and is warned\n\
           about. A space in a name has a backslash before it; write the value in single quotes\n\
           then: `groups = 'domain\\ users'`. Capital and small letters differ.\n\
           \n\
           The groups are the primary and the supplementary ones of the account that is asked (for\n\
           su see `su_subject`), as the system's user database has them, whatever is behind it\n\
           (`nsswitch.conf(5)`). A group without a name is matched by `*` alone. If they cannot be\n\
           looked up, or a look-up that exempts takes longer than `timeout` or 10 s, the login is refused.\n\
           Where a user is exempt, the log warns of each name here that no group of this machine has.",
    ini: Some(super::ini::GROUPS),
};

pub const EXEMPT: Opt = Opt {
    name: "exempt",
    kind: Kind::Choice(&[
        Choice {
            word: "success",
            meaning: "PAM_SUCCESS, as pam_duo does it",
            store: |draft| draft.exempt = Some(Exempt::Success),
        },
        Choice {
            word: "ignore",
            meaning: "PAM_IGNORE: the rest of the stack decides, as if the module were not there",
            store: |draft| draft.exempt = Some(Exempt::Ignore),
        },
    ]),
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "what the stack is told of a user whom groups exempts",
    text: "Where the module's line says `sufficient`, a success ends the stack: a user who is exempt\n\
           is then in without anything that stands below it, the password too if that is where it\n\
           is asked. Write `ignore` there, or better `required` in the PAM line. With `ignore`, a\n\
           stack in which nothing else says yes refuses.",
    ini: None,
};

pub const SU_SUBJECT: Opt = Opt {
    name: "su_subject",
    kind: Kind::Choice(&[
        Choice {
            word: "caller",
            meaning: "who calls su to become root is asked, as with sudo",
            store: |draft| draft.su_subject = Some(SuSubject::Caller),
        },
        Choice {
            word: "target",
            meaning: "root is asked",
            store: |draft| draft.su_subject = Some(SuSubject::Target),
        },
    ]),
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "who is asked when su is to become root",
    text: "For the PAM services su and su-l, when the account that is to be become has uid 0, whatever\n\
           its name. Who becomes anybody else is asked as that user. The one who calls is the real\n\
           uid of su's process, which nothing in the environment changes; accounts that share a uid\n\
           are one here, the first that the user database has. The rules for names hold for\n\
           whoever is asked. With `\"caller\"`, a caller who becomes root is exempt only if `groups`\n\
           exempts both the caller and root.",
    ini: None,
};

pub const USERNAME_STRIP: Opt = Opt {
    name: "username_strip",
    kind: Kind::List {
        shape: "a list of domains 'DOMAIN\\' and realms \"@realm\", each in quotes",
        example: "['CORP\\', \"@example.com\"]",
        store: |draft, texts| {
            let affixes: Result<_, _> = texts.iter().map(|text| affix(text)).collect();
            draft.usernames.strip = affixes?;
            Ok(())
        },
    },
    presence: Presence::Unset("nothing"),
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "domains and realms to take away from the name of the account",
    text: "The service is asked about the name that the user database has for the account, unless\n\
           this and the next three options change it; the log shows both names then. Only what is\n\
           listed is taken away, as a whole, small and capital letters alike: with the example,\n\
           `corp\\alice` and `alice@example.com` are asked as `alice`, and `alice@lab.example` stays\n\
           what it is. List only realms in which the same name is the same person: they share a\n\
           phone. If nothing is left of a name, the login is refused.",
    ini: None,
};

pub const USERNAME_APPEND: Opt = Opt {
    name: "username_append",
    kind: Kind::OptionalText {
        shape: "a domain 'DOMAIN\\' or a realm \"@realm\", in quotes",
        example: "@example.com",
        store: |draft, text| {
            draft.usernames.append = Some(affix(text)?);
            Ok(())
        },
    },
    presence: Presence::Unset("nothing"),
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "domain or realm to add to a name that has none",
    text: "After `username_strip`; a name that still has a backslash or an `@` in it stays what it\n\
           is.",
    ini: None,
};

pub const USERNAME_LOWERCASE: Opt = Opt {
    name: "username_lowercase",
    kind: Kind::Switch { default: false, store: |draft, on| draft.usernames.lowercase = on },
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "ask with the name in small letters",
    text: "The last of the rules; what was added becomes small, too. Names in `username_map` stay as\n\
           they are.",
    ini: None,
};

pub const USERNAME_MAP: Opt = Opt {
    name: "username_map",
    kind: Kind::LinesFile {
        example: "/etc/duo/usernames",
        store: |draft, text| {
            draft.usernames.map = UserMap::parse(text)?;
            Ok(())
        },
    },
    presence: Presence::Unset("no file"),
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "file with the names of single accounts",
    text: "A line `account = name` for each; lines that begin with `#` are comments, and nothing may\n\
           follow a name. Both are written without quotes; spaces, `\\`, `@`, `+` and `'` may stand in\n\
           them, a `#` inside of a word too, but none of `\" = , ; : < > * ?`. An account in it\n\
           is asked under that name and no other rule holds for it; its name is compared exactly.\n\
           The ownership rule of the configuration file holds for this one too (mode 0600). A line\n\
           that is wrong, and an account that stands there twice, are mistakes: nobody gets in until\n\
           they are mended.",
    ini: None,
};

fn affix(text: &str) -> Result<Affix, Wrong> {
    Affix::parse(text).map_err(Wrong)
}
