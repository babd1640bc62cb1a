//! `mockduo serve`: everything put together, and its end.

use std::future::pending;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::certs::identity;
use crate::cli::{Serve, Web};
use crate::endpoints::Endpoint;
use crate::faults::Faults;
use crate::files::{Control, StateDir};
use crate::gate::Keys;
use crate::hub::Hub;
use crate::log::Log;
use crate::net::{self, Service};
use crate::scenario::{Auto, Scenario};
use crate::state::State;
use crate::web;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// Text for stderr: a bad scenario, a directory that cannot be written, an address that cannot be had.
pub fn serve(args: &Serve) -> Result<(), String> {
    let scenario = match &args.scenario {
        Some(path) => Scenario::load(path)?,
        None => Scenario::parse("")?,
    };
    let dir = StateDir::create(&args.state)?;
    raise_descriptor_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| e.to_string())?;
    let ended = runtime.block_on(run(args, &scenario, &dir));
    // Long polls are cut, not waited for.
    runtime.shutdown_background();
    ended
}

async fn run(args: &Serve, scenario: &Scenario, dir: &StateDir) -> Result<(), String> {
    // Before anything is said: whoever reads the first line may send the signal at once.
    let mut term = signal(SignalKind::terminate()).map_err(|e| e.to_string())?;
    let mut int = signal(SignalKind::interrupt()).map_err(|e| e.to_string())?;
    let server = &scenario.server;
    let keys = dir.keys(server.ikey.as_deref(), server.skey.as_deref())?;
    let log = Log::open(args.log.as_deref()).map_err(|e| format!("--log: {e}"))?;
    let auto = args.auto.or(server.auto).unwrap_or(Auto::Off);
    let ttl = args.push_ttl.or(server.push_ttl).map_or(60_000, crate::clock::Span::millis);
    let state = State::new(scenario, auto, ttl);
    let users: Vec<_> = state.users().map(|user| user.spec.name.clone()).collect();
    let hub = Arc::new(Hub::new(state, Arc::new(log)));
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|e| format!("--listen {}: {e}", args.listen))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let mut names = args.san.clone();
    names.push(address.ip().to_string());
    let identity = identity(dir, server.certificate, &names)?;
    let tls = net::tls::acceptor(identity, server.tls, args.chacha20)?;
    let phone = match args.web {
        Web::Off => None,
        Web::At(address) => Some(web::bind(address).await?),
    };
    let url = match &phone {
        None => None,
        Some(phone) => Some(format!("http://{}/", phone.local_addr().map_err(|e| e.to_string())?)),
    };
    if let Some(web) = &url {
        dir.store_control(&Control { web: web.clone() })?;
    }
    println!(
        "{}",
        json!({"host": host_name(address.ip()),
            "port": address.port(), "ikey": keys.ikey, "skey": keys.skey, "cafile": dir.path("ca.pem"),
            "web": url, "users": users})
    );
    let service = service(
        scenario,
        Keys { ikey: keys.ikey, skey: keys.skey, schemes: server.signatures.clone() },
        &hub,
    );
    let page = async {
        match phone {
            Some(phone) => web::serve(Arc::clone(&hub), phone).await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = net::listen(service, listener, tls) => {}
        () = page => {}
        () = hub.run_timer() => {}
        _ = term.recv() => {}
        _ = int.recv() => {}
        () = input_ends(args.until_stdin_closes) => {}
    }
    if let Some(web) = &url {
        dir.forget_control(web);
    }
    hub.log.finish();
    Ok(())
}

fn service(scenario: &Scenario, keys: Keys, hub: &Arc<Hub>) -> Arc<Service> {
    let server = &scenario.server;
    Arc::new(Service {
        hub: Arc::clone(hub),
        keys,
        faults: Faults::new(scenario.faults.clone()),
        forbidden: server.forbidden.iter().filter_map(|name| Endpoint::named(name)).collect(),
        poll: server.poll.0,
        poll_end: server.poll_end,
        clock_offset: server.clock_offset,
        idle_close: server.idle_close.map(|span| span.0),
    })
}

/// Ends with standard input if somebody asked for it. A thread reads, because input may be anything.
async fn input_ends(watched: bool) {
    if !watched {
        return pending().await;
    }
    let (over, told) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // An input that cannot be read is over, too.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        drop(over);
    });
    let _ = told.await;
}

/// What a client on this machine calls the service; the certificate has the name.
fn host_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => "localhost".to_owned(),
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// A thousand waiting phones are a thousand connections, and many systems start programs with room for 1,024 files.
pub fn raise_descriptor_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Without it fewer connections fit; the accept loop copes.
    let _ = setrlimit(Resource::Nofile, limit);
}
