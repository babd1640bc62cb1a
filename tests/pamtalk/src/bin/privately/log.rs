//! A /dev/log of our own, and what arrives there.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::thread::{self, JoinHandle};

use crate::mounts;

/// syslog(3) cuts nothing, but no line of interest is longer.
const LONGEST: usize = 64 * 1024;

/// Reads the socket in a thread until told to finish.
pub struct Collector {
    reader: JoinHandle<io::Result<()>>,
    end: Vec<u8>,
}

impl Collector {
    /// Makes the private /dev with its `log` and appends to `file`.
    pub fn start(file: &Path) -> Result<Self, String> {
        let out = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .map_err(|e| format!("{}: {e}", file.display()))?;
        let socket = mounts::private_dev(|dev| {
            let log = dev.join("log");
            let socket = UnixDatagram::bind(&log)?;
            fs::set_permissions(&log, Permissions::from_mode(0o666))?;
            Ok(socket)
        })
        .map_err(|e| format!("cannot make a private /dev/log: {e}"))?;
        let end =
            format!("privately: end of the log of process {}", std::process::id()).into_bytes();
        let marker = end.clone();
        let reader = thread::spawn(move || read(&socket, out, &marker));
        Ok(Collector { reader, end })
    }

    /// Everything that was sent before this is in the file when it returns.
    pub fn finish(self) -> Result<(), String> {
        // Datagrams arrive in order, so our own comes after all of the command's.
        UnixDatagram::unbound()
            .and_then(|socket| socket.send_to(&self.end, "/dev/log"))
            .map_err(|e| format!("cannot end the log: {e}"))?;
        match self.reader.join() {
            Ok(read) => read.map_err(|e| format!("the log is incomplete: {e}")),
            Err(_) => Err("the log's reader ended early".to_owned()),
        }
    }
}

fn read(socket: &UnixDatagram, mut out: File, end: &[u8]) -> io::Result<()> {
    let mut datagram = vec![0; LONGEST];
    loop {
        let length = socket.recv(&mut datagram)?;
        let message = &datagram[..length];
        if message == end {
            return Ok(());
        }
        out.write_all(line(message).as_bytes())?;
    }
}

/// One line, whatever is in the message: a module must not be able to forge a second one.
fn line(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let mut line: String = text
        .trim_end_matches(['\0', '\n'])
        .chars()
        .map(|c| if c.is_control() { format!("\\x{:02x}", u32::from(c)) } else { c.to_string() })
        .collect();
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn control_characters_cannot_make_a_second_line() {
        assert_eq!(line(b"<85>a: b\nc\x1b[0m\0"), "<85>a: b\\x0ac\\x1b[0m\n");
    }
}
