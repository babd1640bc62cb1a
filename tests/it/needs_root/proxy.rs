//! What a proxy has to do with names and with the log.

use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use super::needs_root;
use crate::failures::full_backlog;
use crate::support::etc::Etc;
use crate::support::mock::user;
use crate::support::{Login, Mock, Tinyproxy};

fn demo() -> Mock {
    needs_root();
    Mock::start(Some(&user("demo", "auto = \"approve\"")), &[])
}

/// An /etc in which no name is known and nobody can be asked for one.
fn nameless() -> Etc {
    let mut etc = Etc::new();
    etc.instead("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n");
    etc.instead("hosts", "");
    etc
}

#[test]
fn a_machine_that_cannot_resolve_the_service_reaches_it_through_the_proxy() {
    let mock = demo();
    let proxy = Tinyproxy::start("");
    let login = || Login::new(&mock).option("failmode", "\"secure\"").privately(nameless());
    let direct = login().run();
    assert_eq!(direct.code(), "PAM_AUTHINFO_UNAVAIL", "{direct:?}");
    let line = direct.log_line("Duo login");
    assert!(line.contains("no such host name") || line.contains("name service failed"), "{line}");
    let told = login().option("http_proxy", &proxy.url("")).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert_eq!(proxy.asked_for(), [format!("localhost:{}", mock.hello.port)]);
}

#[test]
fn the_log_names_the_proxy_and_never_its_password() {
    let mock = demo();
    let proxy = Tinyproxy::start("BasicAuth demo hunter2");
    let place = format!("127.0.0.1:{}", proxy.port);
    let login = |credentials: &str| {
        Login::logged(&mock)
            .stack("auth required {module} debug")
            .option("http_proxy", &proxy.url(credentials))
            .run()
    };
    let (right, wrong) = (login("demo:hunter2@"), login("demo:hunter3@"));
    assert_eq!((right.code(), wrong.code()), ("PAM_SUCCESS", "PAM_AUTHINFO_UNAVAIL"), "{wrong:?}");
    for told in [&right, &wrong] {
        assert!(told.log_line("Duo login").contains(&format!("proxy={place}")), "{told:?}");
        assert!(told.log_line("through the proxy").contains(&place), "{told:?}");
        let log = told.log.join("\n");
        // In clear, and as Basic encodes it.
        for secret in ["hunter", "ZGVtbzpodW50ZXI"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
    let line = wrong.log_line("Duo login");
    let reason = format!("the proxy {place} wants other credentials (401)");
    assert!(line.contains(&reason), "{line}");
}

/// What the documentation warns of: who can connect to the proxy decides whether `safe` opens.
#[test]
fn a_proxy_that_others_have_used_up_is_an_outage() {
    let mock = demo();
    let proxy = Tinyproxy::start("MaxClients 1");
    let login = |failmode: &str| {
        let login = Login::logged(&mock).option("http_proxy", &proxy.url(""));
        login.option("failmode", failmode).option("timeout", "2").run()
    };
    assert_eq!(login("\"safe\"").log_line("Duo login").matches("outcome=allow").count(), 1);
    let _other = TcpStream::connect(("127.0.0.1", proxy.port)).expect("a connection");
    thread::sleep(Duration::from_millis(200));
    for (failmode, code) in [("\"safe\"", "PAM_SUCCESS"), ("\"secure\"", "PAM_AUTHINFO_UNAVAIL")] {
        let told = login(failmode);
        assert_eq!(told.code(), code, "{told:?}");
        let line = told.log_line("Duo login");
        assert!(line.contains("outcome=unreachable"), "{line}");
        assert!(line.contains("no reply from the proxy in time"), "{line}");
    }
}

/// A host with addresses of both families, the first of which is dead, as the resolver orders them.
#[test]
fn a_dead_first_address_of_the_service_costs_a_quarter_of_a_second() {
    let mock = demo();
    let hole: SocketAddr = format!("[::1]:{}", mock.hello.port).parse().expect("an address");
    let _hole = full_backlog(hole);
    let mut etc = Etc::new();
    etc.instead("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n");
    etc.instead("hosts", "::1 localhost\n127.0.0.1 localhost\n");
    let told = Login::new(&mock).option("timeout", "10").privately(etc).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!((250.0..5000.0).contains(&told.ms()), "{} ms: {told:?}", told.ms());
}
