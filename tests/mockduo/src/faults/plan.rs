//! Replies that are written by hand on the TLS stream, because no HTTP library would send them.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Bytes, how fast, and how the connection ends after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub bytes: Vec<u8>,
    /// Bytes per second; all at once when unset.
    pub rate: Option<u32>,
    pub end: End,
}

/// The end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// TLS `close_notify`, then TCP's end: as a good server does it.
    Closed,
    /// TCP's end without `close_notify`: a truncation.
    Cut,
    /// TCP reset.
    Reset,
    /// None until the client leaves.
    Held,
}

impl Plan {
    /// Plays it; ends early without an error when the client has gone.
    pub async fn play(self, mut stream: TlsStream<TcpStream>) {
        if self.write(&mut stream).await.is_err() {
            return;
        }
        match self.end {
            End::Closed => {
                let _ = stream.shutdown().await;
            }
            // Dropping the stream sends no close_notify.
            End::Cut => {}
            End::Reset => reset(stream.get_ref().0),
            // Its buffer would make every connection's future that much larger.
            End::Held => Box::pin(hold(stream)).await,
        }
    }

    async fn write(&self, stream: &mut TlsStream<TcpStream>) -> std::io::Result<()> {
        let (size, pause) = pace(self.rate, self.bytes.len());
        for (index, piece) in self.bytes.chunks(size).enumerate() {
            if index > 0 {
                tokio::time::sleep(pause).await;
            }
            stream.write_all(piece).await?;
            stream.flush().await?;
        }
        Ok(())
    }
}

/// The size of a piece and the pause after it: a byte at a time up to 100 a second, then hundredths of a second.
fn pace(rate: Option<u32>, length: usize) -> (usize, Duration) {
    match rate.map(|rate| rate.max(1)) {
        None => (length.max(1), Duration::ZERO),
        Some(rate @ ..=100) => (1, Duration::from_secs(1) / rate),
        Some(rate) => {
            (usize::try_from(rate / 100).unwrap_or(usize::MAX), Duration::from_millis(10))
        }
    }
}

/// Makes the coming close a reset.
pub fn reset(tcp: &TcpStream) {
    // Without it the close is an ordinary one; nothing more can be done.
    let _ = tcp.set_zero_linger();
}

/// Holds a connection without a word until the client leaves it.
pub async fn hold<S: tokio::io::AsyncRead + Unpin>(mut stream: S) {
    let mut sink = [0; 4096];
    while stream.read(&mut sink).await.is_ok_and(|count| count > 0) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_drip_is_a_byte_at_a_time() {
        assert_eq!(pace(Some(1), 500), (1, Duration::from_secs(1)));
        assert_eq!(pace(Some(50), 500), (1, Duration::from_millis(20)));
        assert_eq!(pace(Some(1000), 500), (10, Duration::from_millis(10)));
        assert_eq!(pace(None, 500), (500, Duration::ZERO));
    }
}
