//! A user who owns the environment of a setuid host, and who may not use it to get in.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::support::{Login, Mock, Tinyproxy};

/// A proxy of the attacker's: it only has to be visited to have won.
struct Proxy(TcpListener);

impl Proxy {
    fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener that does not block");
        Proxy(listener)
    }

    fn address(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("an address"))
    }

    fn was_visited(&self) -> bool {
        std::thread::sleep(Duration::from_millis(50));
        self.0.accept().is_ok()
    }
}

/// The attacker's whole equipment: a proxy that waits, and a service that lets everyone in, with a
/// certificate by an authority of the attacker's own.
#[test]
fn a_proxy_and_an_authority_in_the_environment_change_nothing() {
    let mock = Mock::with_me("auto = \"approve\"");
    let evil = Mock::with_me("policy = \"allow\"");
    let proxy = Proxy::listen();
    let url = proxy.address();
    let told = Login::new(&mock)
        .environment([
            ("ALL_PROXY", &url),
            ("HTTPS_PROXY", &url),
            ("https_proxy", &url),
            ("all_proxy", &url),
            ("HTTP_PROXY", &url),
            ("http_proxy", &url),
            ("SSL_CERT_FILE", &evil.hello.cafile),
            ("SSL_CERT_DIR", "/nonexistent"),
            ("SUDO_COMMAND", "/usr/bin/harmless"),
            ("RUST_BACKTRACE", "1"),
        ])
        .run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!(!proxy.was_visited());
    assert_eq!(evil.stop().connections(), 0);
    assert_eq!(mock.stop().pushes(), 1);
    // The proxy would have noticed.
    drop(TcpStream::connect(proxy.0.local_addr().expect("an address")).expect("it listens"));
    assert!(proxy.was_visited());
}

/// The proxy of the configuration stays, whatever the environment says of another, or of none.
#[test]
fn an_environment_leads_no_login_past_the_proxy_that_is_configured() {
    let mock = Mock::with_me("auto = \"approve\"");
    let configured = Tinyproxy::start("");
    let evil = Proxy::listen();
    let url = evil.address();
    let told = Login::new(&mock)
        .option("http_proxy", &configured.url(""))
        .environment([
            ("http_proxy", &url),
            ("https_proxy", &url),
            ("HTTPS_PROXY", &url),
            ("ALL_PROXY", &url),
            ("no_proxy", "*"),
            ("NO_PROXY", "*"),
        ])
        .run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    assert!(!evil.was_visited());
    assert_eq!(configured.asked_for(), [format!("localhost:{}", mock.hello.port)]);
}

/// As if the attacker had the service's name as well: what would open the door to this service is a
/// `cafile` in the config, and nothing else.
#[test]
fn a_service_that_only_the_environment_vouches_for_is_not_trusted() {
    // It approves everything.
    let evil = Mock::with_me("policy = \"allow\"");
    let hello = &evil.hello;
    let login = || {
        Login::unconfigured()
            .option("ikey", &format!("{:?}", hello.ikey))
            .option("skey", &format!("{:?}", hello.skey))
            .option("host", &format!("\"{}:{}\"", hello.host, hello.port))
            .option("failmode", "\"safe\"")
    };
    let folder = Path::new(&hello.cafile).parent().expect("a folder").display().to_string();
    let told =
        login().environment([("SSL_CERT_FILE", &hello.cafile), ("SSL_CERT_DIR", &folder)]).run();
    assert_eq!(told.code(), "PAM_AUTHINFO_UNAVAIL", "{told:?}");
    let trusting = login().option("cafile", &format!("{:?}", hello.cafile)).run();
    assert_eq!(trusting.code(), "PAM_SUCCESS", "{trusting:?}");
    // Of the two logins only the second one came as far as a request.
    let seen = evil.stop();
    assert_eq!((seen.connections(), seen.requests().len()), (2, 1), "{:#?}", seen.0);
}

#[test]
fn the_phone_is_never_told_a_command_out_of_the_environment() {
    let mock = Mock::with_me("auto = \"approve\"");
    let told = Login::new(&mock)
        .service("sudo")
        .option("pushinfo", "true")
        .environment([("SUDO_COMMAND", "/usr/bin/harmless")])
        .run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let seen = mock.stop();
    let push = seen.events("push")[0].to_string();
    assert!(push.contains("sudo"), "the phone is told something: {push}");
    assert!(!push.contains("harmless"), "{push}");
}
