//! Whom a login is asked about, and whether at all: between the configuration and the first word to
//! the service.

use std::time::{Duration, Instant};

use rustix::process::getuid;

use crate::config::{self, Config};
use crate::core::failure::Local;
use crate::core::host::{Asked, Profile};
use crate::core::verdict::Outcome;
use crate::pam::accounts::{self, Account};

/// Less than any directory's client has patience for.
const LATE: Duration = Duration::from_secs(10);

/// What is known of the subject of a login; for the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The account that is asked; another one than `PAM_USER` in su.
    pub account: Option<String>,
    /// Its name at the service; `None` when nobody is asked.
    pub name: Option<String>,
}

/// The name that the service is to be asked about. `subject` is filled in as far as it comes.
///
/// # Errors
/// The end of the login: the user or the caller is unknown or exempt, has no name at the service, or
/// the user database cannot say. Never an exemption on an answer that was not had.
pub fn find(
    config: &Config,
    profile: &Profile,
    user: &str,
    subject: &mut Subject,
) -> Result<String, Outcome> {
    let target = accounts::by_name(user).map_err(Outcome::Local)?;
    let target = target.ok_or(Outcome::UserUnknown)?;
    let (account, root) = match profile.asked(target.uid, config.su_subject) {
        Asked::User => (target, None),
        Asked::Caller => (caller()?, Some(target)),
    };
    subject.account = Some(account.name.clone());
    exempt(config, &account, root.as_ref())?;
    let name = name(config, &account)?;
    subject.name = Some(name.clone());
    Ok(name)
}

/// Who runs su. The kernel's word: the environment, and with it perhaps `PAM_RUSER`, is the caller's.
fn caller() -> Result<Account, Outcome> {
    let uid = getuid().as_raw();
    let account = accounts::by_uid(uid).map_err(Outcome::Local)?;
    account.ok_or_else(|| {
        Outcome::NoName(format!("no account has uid {uid}, by which the login was begun"))
    })
}

/// `Err` with the exemption, or with why it is not known whether there is one. Who becomes root by su
/// is exempt only if root is, too: groups that name root mean everybody who becomes it.
fn exempt(config: &Config, account: &Account, root: Option<&Account>) -> Result<(), Outcome> {
    let Some(groups) = config.groups.as_ref().filter(|groups| !groups.ask_everyone()) else {
        return Ok(());
    };
    // An exemption has to be found twice: glibc leaves out what it could not read just then (no memory
    // for the kernel to open a file with, no descriptor), without an error.
    for account in [account, account].into_iter().chain(root).chain(root) {
        let began = Instant::now();
        if groups.ask(&accounts::group_names(account).map_err(Outcome::Local)?) {
            return Ok(());
        }
        // The client of a directory gives up after some seconds, and glibc then leaves its groups out
        // without an error. Who runs su may make it late: `kill -STOP` until then, and `-CONT`.
        if began.elapsed() >= config.timeout.min(LATE) {
            return Err(Outcome::Local(Local::AccountsLate));
        }
    }
    let written = config::sentence(groups.written());
    let both = root.map(|root| format!(" or {}", root.name)).unwrap_or_default();
    let rule = format!("no group of {}{both} matches groups = {written}", account.name);
    Err(Outcome::Exempt { answer: config.exempt, rule })
}

/// Warns of groups that exist nowhere, which exempt everybody who was meant. Asked for only where somebody is
/// exempt, since each name is a question to the user database; `None` where that cannot be asked.
pub fn warning(config: &Config) -> Option<String> {
    let mut missing = String::new();
    for name in config.groups.iter().flat_map(config::Groups::names) {
        if !accounts::is_group(&name).ok()? {
            missing.extend([" `", &name, "`"]);
        }
    }
    let (path, names) = (config.origin.display(), config::sentence(&missing));
    (!names.is_empty()).then(|| {
        format!("{path}: warning: `groups` names{names}, which this machine knows no group of; correct it, or run: getent group")
    })
}

fn name(config: &Config, account: &Account) -> Result<String, Outcome> {
    let (name, whence) = match config.gecos {
        Some(gecos) => {
            let field = std::str::from_utf8(&account.gecos).unwrap_or_default();
            (gecos.name(field), "the GECOS field holds none")
        }
        None => (config.usernames.apply(&account.name), "the rules leave nothing of it"),
    };
    name.ok_or_else(|| {
        Outcome::NoName(format!("{} has no name at the service: {whence}", account.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::draft::Draft;
    use crate::config::{Gecos, Groups, ServiceHost};
    use crate::core::secret::Secret;

    fn whole() -> Config {
        let draft = Draft {
            ikey: Some("DIXX".into()),
            skey: Some(Secret::new("k".into())),
            host: Some(ServiceHost { name: "127.0.0.1".into(), port: 443 }),
            ..Draft::with_defaults()
        };
        draft.finish("/etc/duo/pam_duo.conf".as_ref()).expect("whole")
    }

    fn asked(gecos: Option<Gecos>, field: &[u8]) -> Result<String, Outcome> {
        let config = Config { gecos, ..whole() };
        let account = Account { name: "alice".into(), uid: 1, gid: 1, gecos: field.to_vec() };
        name(&config, &account)
    }

    #[test]
    fn the_rule_that_exempts_is_told_without_a_secret_that_was_written_into_it() {
        let key = "0123456789abcdef0123456789abcdef01234567";
        let (groups, _) = Groups::parse(&format!("staff {key} http://bob:s3cr3t@proxy:3128"));
        let config = Config { groups: Some(groups), ..whole() };
        let root = accounts::by_name("root").unwrap().unwrap();
        let told = exempt(&config, &root, None);
        let wanted = "no group of root matches groups = staff [hidden] [hidden]";
        assert!(matches!(&told, Err(Outcome::Exempt { rule, .. }) if rule == wanted), "{told:?}");
    }

    #[test]
    fn the_gecos_field_names_the_user_where_it_is_configured_and_denies_where_it_is_empty() {
        let second = || Gecos::part(",", 2).ok();
        assert_eq!(asked(None, b"Alice,smith").as_deref(), Ok("alice"));
        assert_eq!(asked(second(), b"Alice,smith").as_deref(), Ok("smith"));
        assert_eq!(asked(Some(Gecos::whole()), b"smith").as_deref(), Ok("smith"));
        for field in [&b""[..], b"Alice", b"Alice,,", b"\xff,\xff"] {
            let denied = asked(second(), field);
            assert!(matches!(denied, Err(Outcome::NoName(_))), "{denied:?}");
        }
    }
}
