//! The way to the service: time, trust, signature, proxy.

use std::time::Duration;

use super::super::Signature;
use super::super::option::{Choice, Ini, Kind, Opt, Presence, Privacy, Scope};
use super::super::proxy::{self, Escapes};

pub const TIMEOUT: Opt = Opt {
    name: "timeout",
    kind: Kind::Number {
        unit: "seconds",
        min: 2,
        max: 60,
        default: 10,
        store: |draft, number| draft.timeout = Some(Duration::from_secs(number.into())),
    },
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "seconds for all network and waiting until the factor is sent",
    text: "The clock stands still while a prompt is open, and begins anew when it was answered; the\n\
           time that a person has to answer a push is not part of it. At most 60, because sshd ends\n\
           a login after 120 seconds unless told otherwise and a push alone may take 60 of them. In\n\
           Cockpit at most 26: it loses a login that it hears nothing of for 30.",
    ini: Some(Ini::named(&["https_timeout"]).none(60).differs(
        "A total for all network and waiting until the factor is sent, anew after each answered \
         prompt, where `pam_duo` has a limit for each exchange, and none by default. A number out of \
         range counts as the nearest one in it; 0 and less ask for no limit, and are the longest \
         that there is.",
    )),
};

pub const CAFILE: Opt = Opt {
    name: "cafile",
    kind: Kind::PublicFile {
        example: "/etc/duo/ca.pem",
        store: |draft, path| draft.cafile = Some(path),
    },
    presence: Presence::Unset("the system's trust store"),
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "certificate authorities to trust instead of the system's",
    text: "A PEM file. Others may read it, otherwise the ownership rule of the configuration file\n\
           holds for it too. There is no option that turns verification off.\n\
           \n\
           What the server shows must not be an authority's certificate itself, even if it stands\n\
           here: `openssl req -x509` makes such ones (`CA:TRUE`). A service of your own has an\n\
           authority, which stands here, and by it a certificate for the server:\n\
           \n\
           ```sh\n\
           openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj '/CN=Our authority' \\\n    \
               -keyout ca.key -out ca.pem\n\
           openssl req -newkey rsa:3072 -nodes -subj /CN=duo.example.com \\\n    \
               -keyout server.key -out server.csr\n\
           printf 'basicConstraints=CA:FALSE\\nsubjectAltName=DNS:duo.example.com\\n' >server.ext\n\
           openssl x509 -req -in server.csr -extfile server.ext -days 365 \\\n    \
               -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem\n\
           ```",
    ini: Some(
        Ini::named(&["cafile"])
            .differs("The default is the system's trust store, not a bundle inside the module."),
    ),
};

pub const SIGNATURE: Opt = Opt {
    name: "signature",
    kind: Kind::Choice(&[
        Choice {
            word: "sha512",
            meaning: "version 2, HMAC-SHA-512",
            store: |draft| draft.signature = Some(Signature::V2Sha512),
        },
        Choice {
            word: "sha1",
            meaning: "version 2, HMAC-SHA-1, for services that know nothing newer",
            store: |draft| draft.signature = Some(Signature::V2Sha1),
        },
        Choice {
            word: "v5",
            meaning: "version 5, HMAC-SHA-512 and JSON bodies",
            store: |draft| draft.signature = Some(Signature::V5),
        },
    ]),
    presence: Presence::Defaulted,
    scope: Scope::Service,
    privacy: Privacy::Plain,
    summary: "how requests are signed",
    text: "The default suits Duo's own service; change it only for a compatible service that needs\n\
           another.",
    ini: None,
};

pub const HTTP_PROXY: Opt = Opt {
    name: "http_proxy",
    kind: Kind::Text {
        shape: "`http://[user:password@]host:port`, in quotes",
        placeholder: "http://proxy.example.com:3128",
        store: |draft, text| {
            draft.proxy = proxy::parse(text, Escapes::Percent)?;
            Ok(())
        },
    },
    presence: Presence::Unset("no proxy"),
    scope: Scope::Service,
    // The password in it is one; what is not a proxy at all may still hold it.
    privacy: Privacy::Secret,
    summary: "HTTP proxy through which the service is reached",
    text: "Only what is written here counts, never `http_proxy` or its like in the environment. The\n\
           proxy is asked to `CONNECT` to `host`, whose name it resolves: this machine then needs\n\
           no name service for it. TLS runs through the proxy from end to end.\n\
           \n\
           The proxy is a name, an IPv4 address, or an IPv6 address in brackets\n\
           (`\"http://[2001:db8::1]:3128\"`); the port is 80 where none is written. User name and\n\
           password are sent as Basic credentials, in clear, so they are worth what the way to the\n\
           proxy is worth. What a URL cannot hold is percent-encoded in them: `%40` for an @, `%3A`\n\
           for a colon (in a password only), `%25` for a percent sign. `https://` and SOCKS proxies\n\
           are not supported. No message ever shows the value. `\"\"` below `[service.NAME]` lets that\n\
           service connect directly.\n\
           \n\
           A proxy that cannot be reached, hangs up, or says that it does not reach the service\n\
           (500, 502, 503, 504) is an outage, for which `failmode` decides. Whatever else it says\n\
           denies in both modes (407: it wants other credentials; 403: it does not permit `host` or\n\
           its port). The log names the proxy in `proxy=` and says what it was. **Who can connect to\n\
           the proxy can use up its connections**, and that is an outage too: with\n\
           `failmode = \"safe\"`, let the proxy take no connections from those who log in.",
    ini: Some(
        Ini::named(&["http_proxy"])
            .kind(Kind::OptionalText {
                shape: "http://[user:password@]host:port",
                example: "http://proxy.example.com:3128",
                store: |draft, text| {
                    draft.proxy = proxy::parse(text, Escapes::None)?;
                    Ok(())
                },
            })
            .differs(
                "User name and password stand as they are sent, up to the last @: nothing in them is \
                 percent-encoded.",
            ),
    ),
};
