//! The service behind a proxy that the configuration names.

use crate::support::{Login, Mock, Tinyproxy};

/// The whole login, poll after poll, and the proxy learns where it goes and nothing else.
#[test]
fn a_login_goes_through_the_proxy_over_one_connection() {
    let mock = Mock::with_me("auto = \"approve\"");
    let proxy = Tinyproxy::start("");
    let told = Login::new(&mock).option("http_proxy", &proxy.url("")).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let place = format!("{}:{}", mock.hello.host, mock.hello.port);
    assert_eq!(proxy.asked_for(), [place]);
    let seen = mock.stop();
    assert_eq!((seen.connections(), seen.pushes()), (1, 1), "{:#?}", seen.0);
}

/// `""` below a service lets that one connect by itself.
#[test]
fn a_service_without_the_proxy_connects_directly() {
    let mock = Mock::with_me("auto = \"approve\"");
    let proxy = Tinyproxy::start("");
    let login = |service: &str| {
        Login::new(&mock)
            .option("http_proxy", &proxy.url(""))
            .tables("[service.cron]\nhttp_proxy = \"\"\n")
            .service(service)
            .run()
    };
    assert_eq!(login("cron").code(), "PAM_SUCCESS");
    assert_eq!(proxy.asked_for().len(), 0);
    assert_eq!(login("login").code(), "PAM_SUCCESS");
    assert_eq!(proxy.asked_for().len(), 1);
}
