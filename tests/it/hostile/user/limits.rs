//! Limits that whoever starts a setuid host may have set. Descriptors, processes and memory, with which
//! an outage could be forged: `user::guest`, `failures`, `needs_root::directory`.

use crate::support::{Login, Mock, Told};
use crate::user::guest::same_as_before;

#[test]
fn limits_on_what_no_login_needs_change_nothing() {
    for limit in [
        "--fsize=0",
        "--core=0",
        "--cpu=5",
        "--memlock=0",
        "--msgqueue=0",
        "--sigpending=0",
        "--locks=0",
        "--nice=0",
        "--stack=262144",
        "--stack=1048576",
    ] {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock).within(&["prlimit", limit, "--"]).pamtalk(["--hygiene"]).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{limit}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{limit}");
        same_as_before(&told);
    }
}

/// What a login comes to in so much memory; nothing where the host did not survive it.
fn within(mock: &Mock, kilobytes: u32) -> Option<String> {
    let limit = format!("as={}", kilobytes * 1000);
    let login = Login::new(mock).option("failmode", "\"safe\"");
    let (said, _) = login.pamtalk(["--rlimit", &limit]).output();
    let told: Told = serde_json::from_slice(&said.stdout).ok()?;
    Some(told.code().to_owned())
}

/// From where the memory is enough downwards, in steps of a page: glibc ends a host that has a thread
/// without memory for the thread's own variables, and std one that it has none for.
#[test]
fn no_amount_of_memory_ends_the_host_where_a_thread_starts() {
    let mock = Mock::with_me("auto = \"approve\"");
    let enough = (4_000..32_000)
        .step_by(100)
        .find(|&kilobytes| within(&mock, kilobytes).as_deref() == Some("PAM_SUCCESS"))
        .expect("some amount is enough");
    for kilobytes in (enough - 500..enough).step_by(4) {
        let code = within(&mock, kilobytes).unwrap_or_else(|| panic!("dead of {kilobytes} kB"));
        assert!(["PAM_SYSTEM_ERR", "PAM_SUCCESS"].contains(&code.as_str()), "{kilobytes}: {code}");
    }
}
