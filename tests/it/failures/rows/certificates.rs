//! Whom the service claims to be.

use crate::failures::ends::{Ends, untrusted};
use crate::failures::row::{Row, Scene, UNASKED};

const REFUSED: Ends = untrusted("certificate refused");

const fn with(happens: &'static str, server: &'static str) -> Row {
    Row { happens, scene: Scene::Server(server), ends: REFUSED, ..UNASKED }
}

rows!(
    a_certificate_for_another_name =
        with("The certificate is for another host name", "certificate = \"wrong_name\"",),
    an_expired_certificate = with("The certificate has expired", "certificate = \"expired\"",),
    a_certificate_of_tomorrow =
        with("The certificate is not yet valid", "certificate = \"not_yet_valid\"",),
    a_self_signed_certificate =
        with("The certificate is self-signed", "certificate = \"self_signed\"",),
    a_certificate_of_an_unknown_authority =
        with("The certificate is by an unknown authority", "certificate = \"unknown_ca\"",),
);
