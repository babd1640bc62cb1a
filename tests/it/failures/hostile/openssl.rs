//! openssl's own server, for what rustls cannot speak.

use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::process::{Command, Stdio};

use super::config::{good_chain, pem};
use super::service::{Program, Standing};
use crate::certificates::{Shown, World};

/// `s_server`, which shows a good chain and answers nothing.
pub fn serve(arguments: &[&str]) -> Standing {
    run(&good_chain(), World::get().server_key().secret_der(), "DER", arguments)
}

/// The same with a key of RSA.
pub fn with_rsa(enough: bool, arguments: &[&str]) -> Standing {
    let (shown, key) = World::get().of_rsa(enough);
    run(&shown, &key, "PEM", arguments)
}

fn run(shown: &Shown, key: &[u8], form: &str, arguments: &[&str]) -> Standing {
    let dir = tempfile::tempdir().expect("a folder for a key");
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).expect("a file is written");
        path.display().to_string()
    };
    let leaf = put("leaf.pem", pem(&shown.chain[..1]).as_bytes());
    let chain = put("chain.pem", pem(&shown.chain[1..]).as_bytes());
    let key = put("key", key);
    let mut child = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-cert", &leaf, "-cert_chain", &chain])
        .args(["-key", &key, "-keyform", form])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl runs");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let says_where = |line: String| line.strip_prefix("ACCEPT ")?.rsplit(':').next()?.parse().ok();
    let port = output.by_ref().lines().map_while(Result::ok).find_map(says_where);
    let port = port.expect("openssl says where it listens");
    Standing::of_program(port, pem(&shown.anchors), Program { child, _output: output })
}
