//! Whom the service claims to be.

use crate::failures::ends::{Ends, untrusted};
use crate::failures::hostile::Hostile;
use crate::failures::row::{PUSHED, Row, Scene, UNASKED};

const REFUSED: Ends = untrusted("certificate refused");

const AN_AUTHORITY: Ends = untrusted(
    "certificate refused: the first that the server shows is an authority's (CA:TRUE, as openssl req \
     -x509 makes it); make an authority for cafile, and by it one for the server, with CA:FALSE and a \
     subjectAltName",
);

const fn with(happens: &'static str, server: &'static str) -> Row {
    Row { happens, scene: Scene::Server(server), ends: REFUSED, ..UNASKED }
}

/// A kind of `tests/certificates`, which are all tried in `failures/chains.rs`.
const fn shows(happens: &'static str, kind: &'static str) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Shows(kind)), ends: REFUSED, ..UNASKED }
}

const fn fine(happens: &'static str, kind: &'static str) -> Row {
    Row { happens, scene: Scene::Hostile(Hostile::Shows(kind)), ..PUSHED }
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
    a_missing_intermediate =
        shows("The intermediate certificate is not sent", "the intermediate is missing"),
    a_chain_in_another_order = fine(
        "The certificates behind the first are sent in another order: they are put in order",
        "the intermediates in another order",
    ),
    the_root_as_well =
        fine("The root is sent as well, which is not needed", "the root is shown as well"),
    the_authoritys_certificate_first = Row {
        ends: AN_AUTHORITY,
        ..shows("The intermediate certificate is sent first", "the intermediate first")
    },
    an_authority_for_a_server = Row {
        ends: AN_AUTHORITY,
        ..shows(
            "The server's certificate is an authority's, and the `cafile`",
            "signed by itself, and an authority in the store",
        )
    },
    an_expired_intermediate =
        shows("The intermediate certificate has expired", "the intermediate expired"),
    a_cross_signed_intermediate = fine(
        "The intermediate certificate is signed by two authorities, and one is trusted",
        "an intermediate of two authorities, one of them trusted",
    ),
    a_name_in_the_subject_only = shows(
        "The host name stands in the subject only, as it did before 2017",
        "the name in the subject only",
    ),
    a_wildcard_below_the_name =
        shows("The certificate is for what is below the host name", "a wildcard below the name"),
    a_name_with_a_nul = shows(
        "The host name, then a NUL and another name",
        "the name and a NUL, and more behind it",
    ),
    the_wrong_purpose = shows("The certificate is for clients", "a client's only"),
    a_customer_who_sells_on = shows(
        "The certificate is signed with that of another server",
        "the server's certificate is an issuer",
    ),
    a_path_that_is_too_long =
        shows("More intermediates than their authority permits", "a path longer than is permitted"),
    a_constraint = shows(
        "The authority may not sign for this host name",
        "constraints that permit another name only",
    ),
    sha_1 = shows("The certificate is signed with SHA-1", "signed with RSA and SHA-1"),
    rsa_1024 = shows("The authority's RSA key has 1024 bits", "an RSA key of 1024 bits signs"),
    an_unknown_extension = shows(
        "The certificate has a critical extension that nobody knows",
        "an extension that nobody knows and everybody must",
    ),
    an_endless_chain = shows("A hundred intermediates", "a hundred intermediates"),
    a_maze_of_authorities = Row {
        ends: untrusted("certificate refused: more than 8 certificates behind the server's"),
        ..shows(
            "Authorities of one name that sign each other",
            "ten authorities of one name that sign each other",
        )
    },
    a_large_certificate = Row {
        ends: untrusted("TLS failed"),
        ..shows("A certificate of a megabyte", "a megabyte in an extension that nobody knows")
    },
    a_server_key_of_1024_bits = Row {
        happens: "The server's own RSA key has 1024 bits",
        scene: Scene::Hostile(Hostile::OpenSslRsa(false, &["-cipher", "ALL:@SECLEVEL=0"])),
        ..shows("", "")
    },
);
