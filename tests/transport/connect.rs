//! A small proxy that knows `CONNECT` and nothing else, and does with it what a test writes down.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use crate::server::Server;

/// What a proxy says when it has connected.
pub const ESTABLISHED: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

/// A proxy that connects everyone to `service`, whatever it is asked for. With credentials (as
/// Basic encodes them) it wants to see them first.
pub fn proxy(listener: TcpListener, service: SocketAddr, basic: Option<&'static str>) -> Server {
    on(listener, move |mut client, head| {
        let wanted = basic.map(|basic| format!("\r\nProxy-Authorization: Basic {basic}\r\n"));
        if wanted.is_some_and(|wanted| !head.contains(&wanted)) {
            let refusal =
                "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
            return client.write_all(refusal.as_bytes());
        }
        let service = TcpStream::connect(service)?;
        client.write_all(ESTABLISHED.as_bytes())?;
        join(client, service)
    })
}

/// A proxy that does this with each client, of which it has read the head.
pub fn on(
    listener: TcpListener,
    script: impl Fn(TcpStream, &str) -> io::Result<()> + Send + Sync + 'static,
) -> Server {
    Server::raw_on(listener, move |mut client, _, seen| {
        let head = head(&mut client)?;
        seen.requests.lock().expect("no test panics with it").push(head.clone());
        script(client, &head)
    })
}

/// Not a byte more than the head.
fn head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// Carries bytes both ways until both have ended.
pub fn join(client: TcpStream, service: TcpStream) -> io::Result<()> {
    let (mut from_service, mut to_client) = (service.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        let _ = io::copy(&mut from_service, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Write);
    });
    let (mut from_client, mut to_service) = (client, service);
    let _ = io::copy(&mut from_client, &mut to_service);
    let _ = to_service.shutdown(Shutdown::Write);
    let _ = back.join();
    Ok(())
}
