//! `mockduo decide` and `mockduo activate`: the phone for shell scripts.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::{Activate, Decide};
use crate::files::StateDir;

/// How long the service may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(50);

/// Answers a push and prints what was answered as one JSON line.
///
/// # Errors
/// Text for stderr: no service, no push in time, or the service's refusal.
pub fn decide(args: &Decide) -> Result<(), String> {
    let until = Instant::now() + args.wait.0;
    let phone = Phone::of(&args.state)?;
    let txid = match &args.txid {
        Some(txid) => txid.clone(),
        None => newest(&phone, args.user.as_deref(), until)?,
    };
    let mut tap = json!({"answer": args.answer});
    if let Some(code) = &args.code {
        tap["code"] = json!(code);
    }
    phone.post(&format!("/api/push/{}", crate::params::encode(&txid)), &tap)
}

pub fn activate(args: &Activate) -> Result<(), String> {
    let phone = Phone::of(&args.state)?;
    phone.post(&format!("/api/enroll/{}", crate::params::encode(&args.user_id)), &json!({}))
}

/// The newest pending push, as soon as there is one.
fn newest(phone: &Phone, user: Option<&str>, until: Instant) -> Result<String, String> {
    loop {
        let (_, state) = phone.call("GET", "/api/state", "")?;
        let pending = state["pending"].as_array().cloned().unwrap_or_default();
        let meant = |push: &&Value| user.is_none_or(|name| push["user"] == name);
        if let Some(txid) = pending.iter().rev().find(meant).and_then(|push| push["txid"].as_str())
        {
            return Ok(txid.to_owned());
        }
        if Instant::now() >= until {
            return Err("no push is pending".to_owned());
        }
        std::thread::sleep(AGAIN);
    }
}

/// The control listener of a running service.
struct Phone {
    address: String,
}

impl Phone {
    fn of(state: &std::path::Path) -> Result<Self, String> {
        let control = StateDir::open(state)?.control()?;
        let address = control.web.trim_start_matches("http://").trim_end_matches('/');
        Ok(Self { address: address.to_owned() })
    }

    fn post(&self, path: &str, body: &Value) -> Result<(), String> {
        let (status, reply) = self.call("POST", path, &body.to_string())?;
        if status == 200 {
            println!("{reply}");
            return Ok(());
        }
        Err(format!("refused ({status}): {}", reply["error"].as_str().unwrap_or("no reason given")))
    }

    /// HTTP/1.0, so that the reply ends with the connection and has no chunks.
    fn call(&self, method: &str, path: &str, body: &str) -> Result<(u16, Value), String> {
        let said = |e: std::io::Error| format!("http://{}: {e}", self.address);
        let mut stream = TcpStream::connect(&self.address).map_err(said)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(said)?;
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).map_err(said)?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).map_err(said)?;
        let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((&reply, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| format!("http://{}: no HTTP reply", self.address))?;
        Ok((status, serde_json::from_str(body).unwrap_or_default()))
    }
}
