//! What goes over the wire.

use crate::support::mock::user;
use crate::support::{Login, Mock, me};

#[test]
fn two_requests_and_the_polls_share_one_connection_and_one_handshake() {
    let mock = Mock::with_me("auto = \"approve=1s\"");
    let told = Login::new(&mock).run();
    assert_eq!(told.code(), "PAM_SUCCESS", "{told:?}");
    let seen = mock.stop();
    let requests = seen.requests();
    let (first, polls) = requests.split_at(2);
    assert_eq!(first, ["POST /auth/v2/preauth", "POST /auth/v2/auth"]);
    assert!(!polls.is_empty(), "{requests:?}");
    assert!(polls.iter().all(|r| r.starts_with("GET /auth/v2/auth_status")), "{requests:?}");
    assert_eq!((seen.connections(), seen.handshakes()), (1, 1), "{:#?}", seen.0);
}

#[test]
fn every_signature_that_can_be_configured_is_accepted() {
    for signature in ["sha512", "sha1", "v5"] {
        let mock = Mock::with_me("auto = \"approve\"");
        let told = Login::new(&mock).option("signature", &format!("{signature:?}")).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{signature}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{signature}");
    }
}

#[test]
fn a_service_at_an_ipv6_address_approves_whatever_the_signature() {
    for signature in ["sha512", "sha1", "v5"] {
        let mock = Mock::start_at("[::1]:0", Some(&user(me(), "auto = \"approve\"")), &[]);
        assert_eq!(mock.hello.host, "[::1]");
        let told = Login::new(&mock).option("signature", &format!("{signature:?}")).run();
        assert_eq!(told.code(), "PAM_SUCCESS", "{signature}: {told:?}");
        assert_eq!(mock.stop().pushes(), 1, "{signature}");
    }
}
