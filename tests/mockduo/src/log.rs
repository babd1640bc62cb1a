//! One JSON line for each thing that happens, on stdout or in a file.

use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::endpoints::is_factor_name;
use crate::params::Params;

/// Parameters whose values let someone in.
const SECRET: [&str; 4] = ["passcode", "skey", "trusted_device_token", "activation_code"];

/// The sink. A reader that has gone away is no reason to stop serving, so errors of writing are dropped.
pub struct Log {
    out: Mutex<Box<dyn Write + Send>>,
    clock: Clock,
}

impl Log {
    /// # Errors
    /// The log file cannot be opened for appending.
    pub fn open(file: Option<&Path>) -> std::io::Result<Self> {
        let out: Box<dyn Write + Send> = match file {
            None => Box::new(std::io::stdout()),
            Some(path) => {
                Box::new(std::fs::OpenOptions::new().create(true).append(true).open(path)?)
            }
        };
        Ok(Self { out: Mutex::new(out), clock: Clock::new() })
    }

    /// Writes an object with the time (Unix seconds) in front.
    pub fn line(&self, what: &Value) {
        let mut object = Map::new();
        object.insert("t".to_owned(), json!(seconds(self.clock.now())));
        if let Value::Object(fields) = what {
            object.extend(fields.clone());
        }
        let mut text = Value::Object(object).to_string();
        text.push('\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log")
    }
}

/// Milliseconds fit a double exactly for longer than anyone will run this.
#[allow(clippy::cast_precision_loss, reason = "exact below 2^53 milliseconds, the year 287396")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

/// Parameters as the log shows them.
pub fn redacted(params: &Params) -> Value {
    let show = |(name, value): &(String, String)| {
        let typed = name == "prompt" && !is_factor_name(value);
        let hide = typed || SECRET.contains(&name.as_str());
        (name.clone(), json!(if hide { "[redacted]" } else { value }))
    };
    Value::Object(params.0.iter().map(show).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_someone_in_is_not_logged() {
        let shown = redacted(&Params::from_form(
            "username=demo&passcode=123456&prompt=123456&trusted_device_token=t&factor=prompt",
        ));
        let want = json!({"username": "demo", "factor": "prompt", "passcode": "[redacted]",
            "prompt": "[redacted]", "trusted_device_token": "[redacted]"});
        assert_eq!(shown, want);
    }

    #[test]
    fn a_menu_entry_is_no_secret() {
        for name in ["push1", "phone2", "sms1", "verified_push12"] {
            assert_eq!(redacted(&Params::from_form(&format!("prompt={name}")))["prompt"], name);
        }
        for typed in ["push", "1", "correct horse", "push1x"] {
            assert_eq!(
                redacted(&Params::from_form(&format!("prompt={typed}")))["prompt"],
                "[redacted]"
            );
        }
    }
}
