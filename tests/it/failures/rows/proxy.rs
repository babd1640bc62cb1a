//! What stands between this machine and the service.

use crate::failures::ends::{Ends, Outage, proxy_refuses};
use crate::failures::row::{Behind, PUSHED, Peer, Proxied, Row, Scene, UNASKED};

const WITH_PASSWORD: &str = "BasicAuth demo hunter2";

/// A real proxy of this configuration, which is told these credentials.
const fn real(conf: &'static str, credentials: &'static str, behind: Behind) -> Scene {
    Scene::Proxied(Proxied::Tinyproxy { conf, credentials, behind })
}

const fn tinyproxy(happens: &'static str, scene: Scene, ends: Ends) -> Row {
    Row { happens, scene, ends, ..UNASKED }
}

const fn peer(happens: &'static str, peer: Peer, ends: Ends) -> Row {
    Row { happens, scene: Scene::Proxied(Proxied::Peer(peer)), ends, ..UNASKED }
}

const fn answers(happens: &'static str, reply: &'static [u8], ends: Ends) -> Row {
    peer(happens, Peer::Says(reply), ends)
}

const fn no_way(status: &'static str) -> Ends {
    Ends::Unreachable(Outage::ProxyError(status))
}

/// As said of the `proxy=` in the same line.
const OTHER_CREDENTIALS: Ends = proxy_refuses("the proxy PROXY wants other credentials");
const CREDENTIALS: Ends = proxy_refuses("the proxy PROXY wants credentials (407, it takes Basic)");
const REFUSES: Ends = proxy_refuses("the proxy PROXY refuses the connection to localhost");
const NO_PROXY: Ends = proxy_refuses("the proxy PROXY gives no proper answer to CONNECT");

rows!(
    a_login_through_a_proxy = Row {
        happens: "Nothing: the proxy connects to the service",
        scene: real("", "", Behind::Service),
        ..PUSHED
    },
    a_login_through_a_proxy_that_wants_a_password = Row {
        happens: "Nothing: the proxy wants credentials, and they are right",
        scene: real(WITH_PASSWORD, "demo:hunter2@", Behind::Service),
        ..PUSHED
    },
    a_login_through_a_proxy_that_wants_an_encoded_password = Row {
        happens: "Nothing: the credentials for the proxy are percent-encoded (`%65` is an `e`; in TOML only)",
        scene: real(WITH_PASSWORD, "demo:hunt%65r2@", Behind::Service),
        ..PUSHED
    },
    a_wrong_password_for_the_proxy = tinyproxy(
        "The proxy refuses the credentials (407; tinyproxy says 401)",
        real(WITH_PASSWORD, "demo:hunter3@", Behind::Service),
        OTHER_CREDENTIALS,
    ),
    no_password_for_the_proxy = tinyproxy(
        "The proxy wants credentials, and there are none (407)",
        real(WITH_PASSWORD, "", Behind::Service),
        CREDENTIALS,
    ),
    a_port_that_the_proxy_does_not_permit = tinyproxy(
        "The proxy does not permit the service's port (403)",
        real("ConnectPort 563", "", Behind::Service),
        REFUSES,
    ),
    a_service_that_is_down_behind_the_proxy = tinyproxy(
        "The proxy is refused by the service (tinyproxy says 500)",
        real("", "", Behind::Nobody),
        no_way("500"),
    ),
    a_name_that_the_proxy_does_not_find = tinyproxy(
        "The proxy finds no such name (tinyproxy says 500)",
        real("", "", Behind::Nowhere),
        no_way("500"),
    ),
    a_proxy_that_is_down = peer(
        "Nobody listens where the proxy should be",
        Peer::Refuses,
        Ends::Unreachable(Outage::ConnectRefused),
    ),
    a_proxy_that_takes_no_connection = peer(
        "Nobody answers to the connection to the proxy",
        Peer::FullBacklog,
        Ends::Unreachable(Outage::ConnectTimedOut),
    ),
    a_proxy_that_drips = peer(
        "The proxy's answer drips, ten bytes in a second",
        Peer::Drips(b"HTTP/1.1 200 Connection established\r\n\r\n"),
        Ends::Unreachable(Outage::ProxySilent),
    ),
    a_proxy_that_hangs_up =
        answers("The proxy hangs up without an answer", b"", Ends::Unreachable(Outage::ProxyCut),),
    a_proxy_that_hangs_up_in_its_answer = answers(
        "The proxy hangs up in its answer",
        b"HTTP/1.1 200 Connection est",
        Ends::Unreachable(Outage::ProxyCut),
    ),
    a_proxy_that_resets =
        peer("The proxy resets the connection", Peer::Resets, Ends::Unreachable(Outage::ProxyCut),),
    a_proxy_with_a_bad_gateway = answers(
        "The proxy says 502",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno",
        no_way("502"),
    ),
    a_proxy_without_the_service =
        answers("The proxy says 503", b"HTTP/1.1 503 Service Unavailable\r\n\r\n", no_way("503"),),
    a_proxy_whose_gateway_is_late =
        answers("The proxy says 504", b"HTTP/1.0 504 Gateway Timeout\r\n\r\n", no_way("504"),),
    a_proxy_that_forbids =
        answers("The proxy says 403", b"HTTP/1.1 403 Filtered\r\n\r\n", REFUSES,),
    a_proxy_that_knows_no_basic = answers(
        "The proxy wants credentials of another kind (407, `Negotiate`)",
        b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\r\n",
        proxy_refuses("the proxy PROXY wants other credentials (407, it takes Negotiate)"),
    ),
    a_web_server_in_the_place_of_the_proxy = answers(
        "A web server that knows no `CONNECT` (405)",
        b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n\r\n",
        REFUSES,
    ),
    a_portal_in_the_place_of_the_proxy = answers(
        "A captive portal (302)",
        b"HTTP/1.1 302 Found\r\nLocation: https://portal.example/\r\n\r\n",
        REFUSES,
    ),
    a_proxy_that_is_too_busy =
        answers("The proxy says 429", b"HTTP/1.1 429 Too Many Requests\r\n\r\n", REFUSES,),
    another_protocol_in_the_place_of_the_proxy = answers(
        "Something that is no HTTP in the place of the proxy",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        NO_PROXY,
    ),
    a_proxy_that_speaks_out_of_turn = answers(
        "The proxy opens the way and says something before TLS begins",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        NO_PROXY,
    ),
    a_way_that_is_cut = answers(
        "The proxy opens the way, and the connection ends",
        b"HTTP/1.1 200 OK\r\n\r\n",
        Ends::Unreachable(Outage::Cut),
    ),
);
