//! The service behind a proxy: a real one, or somebody in the place of one.

use super::peers::Standing;
use super::row::{Behind, Peer, Proxied};
use crate::support::{Login, Mock, Tinyproxy};

/// What has to stand for as long as the login takes.
pub enum Between {
    Tinyproxy { _proxy: Tinyproxy, _nobody: Option<Standing> },
    Peer { _peer: Standing },
}

impl Proxied {
    pub fn stand(self) -> (Between, Box<dyn Fn(Login) -> Login>) {
        match self {
            Proxied::Tinyproxy { conf, credentials, behind } => {
                let proxy = Tinyproxy::start(conf);
                let url = proxy.url(credentials);
                let (host, nobody) = match behind {
                    Behind::Service => (None, None),
                    Behind::Nobody => {
                        let nobody = Peer::Refuses.stand();
                        (Some(nobody.host.clone()), Some(nobody))
                    }
                    Behind::Nowhere => (Some("api.service.invalid".to_owned()), None),
                };
                let change = move |login: Login| {
                    let login = login.option("http_proxy", &url);
                    match &host {
                        Some(host) => login.option("host", &format!("{host:?}")),
                        None => login,
                    }
                };
                (Between::Tinyproxy { _proxy: proxy, _nobody: nobody }, Box::new(change))
            }
            Proxied::Peer(peer) => {
                let peer = peer.stand();
                let url = format!("\"http://demo:hunter2@{}\"", peer.host);
                let change = move |login: Login| login.option("http_proxy", &url);
                (Between::Peer { _peer: peer }, Box::new(change))
            }
        }
    }
}

/// The mock's own login, changed so that it goes through the proxy.
pub fn through(proxied: Proxied, mock: &Mock) -> (Between, Login) {
    let (between, change) = proxied.stand();
    (between, change(Login::new(mock)))
}
