//! The kinds of chains: what is shown, to whom, and whether it may be believed.

use std::sync::OnceLock;

use rustls::pki_types::PrivateKeyDer;

use super::der::{alt_names, dns, ip};
use super::key::Key;
use super::paper::Paper;
use super::{chains, names, shapes, signatures, usages};

/// One kind.
#[derive(Clone, Copy)]
pub struct Kind {
    pub what: &'static str,
    /// Whom the client means to reach.
    pub host: &'static str,
    pub believed: bool,
    pub show: fn(&World) -> Shown,
}

/// What a server shows, and what the client trusts.
pub struct Shown {
    pub chain: Vec<Vec<u8>>,
    pub anchors: Vec<Vec<u8>>,
}

/// The keys, made once in a process, and the authorities with them.
pub struct World {
    pub root_key: Key,
    pub middle_key: Key,
    pub leaf_key: Key,
    pub other_key: Key,
    pub root: Vec<u8>,
    pub middle: Vec<u8>,
    rsa: [OnceLock<Key>; 2],
}

pub const ROOT: &str = "The root";
pub const MIDDLE: &str = "The middle";

/// The certificate's usual names.
pub fn usual() -> Vec<u8> {
    alt_names(&[dns(b"localhost"), dns(b"service.example"), ip(&[127, 0, 0, 1])])
}

impl World {
    pub fn get() -> &'static World {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(|| {
            let [root_key, middle_key, leaf_key, other_key] = std::array::from_fn(|_| Key::new());
            let root = Paper::authority(ROOT, ROOT, &root_key).signed(&root_key);
            let middle = Paper::authority(ROOT, MIDDLE, &middle_key).signed(&root_key);
            let rsa = Default::default();
            World { root_key, middle_key, leaf_key, other_key, root, middle, rsa }
        })
    }

    /// The key of every server.
    pub fn server_key(&self) -> PrivateKeyDer<'static> {
        self.leaf_key.der()
    }

    /// A good chain to a server whose key is RSA's, and that key as PEM.
    pub fn of_rsa(&self, enough: bool) -> (Shown, Vec<u8>) {
        let key = self.rsa(enough);
        (self.under_middle(&Paper::server(MIDDLE, key, usual())), key.pem())
    }

    /// RSA, of 1024 bits, which are too few, or of 2048.
    pub fn rsa(&self, enough: bool) -> &Key {
        self.rsa[usize::from(enough)].get_or_init(|| Key::rsa(if enough { 2048 } else { 1024 }))
    }

    /// A good server's certificate, not yet signed.
    pub fn leaf(&self) -> Paper {
        Paper::server(MIDDLE, &self.leaf_key, usual())
    }

    /// The same for other names.
    pub fn named(&self, names: Vec<u8>) -> Shown {
        self.under_middle(&Paper::server(MIDDLE, &self.leaf_key, names))
    }

    /// Signed by the good intermediate, which is shown with it; the root is trusted.
    pub fn under_middle(&self, leaf: &Paper) -> Shown {
        self.shown(vec![leaf.signed(&self.middle_key), self.middle.clone()])
    }

    /// A good server's certificate below this intermediate.
    pub fn below(&self, middle: &Paper) -> Shown {
        self.shown(vec![self.leaf().signed(&self.middle_key), middle.signed(&self.root_key)])
    }

    /// A good intermediate, not yet signed.
    pub fn between(&self) -> Paper {
        Paper::authority(ROOT, MIDDLE, &self.middle_key)
    }

    /// This chain, where the root is trusted.
    pub fn shown(&self, chain: Vec<Vec<u8>>) -> Shown {
        Shown { chain, anchors: vec![self.root.clone()] }
    }
}

pub const fn refused(what: &'static str, show: fn(&World) -> Shown) -> Kind {
    Kind { what, host: "localhost", believed: false, show }
}

pub const fn believed(what: &'static str, show: fn(&World) -> Shown) -> Kind {
    Kind { what, host: "localhost", believed: true, show }
}

impl Kind {
    pub const fn at(self, host: &'static str) -> Kind {
        Kind { host, ..self }
    }
}

pub fn all() -> impl Iterator<Item = Kind> {
    [signatures::KINDS, usages::KINDS, names::KINDS, chains::KINDS, shapes::KINDS]
        .into_iter()
        .flatten()
        .copied()
}
