//! `mockduo bench`: how many logins a service serves while others wait for their phones.

mod client;
mod figures;
mod service;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::cli::Bench;
use client::{Client, Connection};
use figures::Figures;
use service::Child;

/// Its pushes are approved at once; `waiting`'s never are.
pub const QUICK: &str = "quick";
pub const WAITING: &str = "waiting";

/// Prints a line of figures without anybody waiting, and one with `pending` pushes open.
///
/// # Errors
/// The service does not start, or a call fails: a bench never counts a failure as a login.
pub fn bench(args: &Bench) -> Result<(), String> {
    crate::serve::raise_descriptor_limit();
    let service = Child::start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| e.to_string())?;
    let client = Arc::new(Client::of(&service)?);
    println!(
        "{} logins, {} at a time; each: connect, TLS, preauth, auth, auth_status",
        args.logins, args.parallel
    );
    println!("{}", Figures::HEAD);
    runtime.block_on(async {
        let idle = logins(&client, args).await?;
        println!("{}", idle.row(0));
        let waiting = hold(&client, args.pending).await?;
        let busy = logins(&client, args).await?;
        println!("{}", busy.row(waiting.len()));
        println!("ratio of the rates: {:.2}", busy.rate() / idle.rate());
        Ok(())
    })
}

/// `args.logins` logins, `args.parallel` at a time.
async fn logins(client: &Arc<Client>, args: &Bench) -> Result<Figures, String> {
    let start = Instant::now();
    let mut running = JoinSet::new();
    for lane in 0..args.parallel {
        let share = args.logins / args.parallel + usize::from(lane < args.logins % args.parallel);
        let client = Arc::clone(client);
        running.spawn(async move {
            let mut took = Vec::with_capacity(share);
            for _ in 0..share {
                took.push(login(&client).await?);
            }
            Ok::<_, String>(took)
        });
    }
    let mut took = Vec::with_capacity(args.logins);
    while let Some(lane) = running.join_next().await {
        took.extend(lane.map_err(|e| e.to_string())??);
    }
    Ok(Figures::of(took, start.elapsed()))
}

/// From the connection to the allow.
async fn login(client: &Arc<Client>) -> Result<Duration, String> {
    let start = Instant::now();
    let mut connection = client.connect().await?;
    let preauth = connection.call("POST", "preauth", &[("username", QUICK)]).await?;
    expect(&preauth["result"], "auth")?;
    let txid = push(&mut connection, QUICK).await?;
    loop {
        let status = connection.call("GET", "auth_status", &[("txid", &txid)]).await?;
        if status["result"] != "waiting" {
            expect(&status["result"], "allow")?;
            return Ok(start.elapsed());
        }
    }
}

/// The connections of people who wait, each with its long poll open.
async fn hold(client: &Arc<Client>, pending: usize) -> Result<Vec<Connection>, String> {
    let mut held = Vec::with_capacity(pending);
    for _ in 0..pending {
        let mut connection = client.connect().await?;
        let txid = push(&mut connection, WAITING).await?;
        let poll = [("txid", txid.as_str())];
        expect(&connection.call("GET", "auth_status", &poll).await?["status"], "pushed")?;
        connection.send("GET", "auth_status", &poll).await?;
        held.push(connection);
    }
    Ok(held)
}

async fn push(connection: &mut Connection, user: &str) -> Result<String, String> {
    let params = [("async", "1"), ("device", "auto"), ("factor", "push"), ("username", user)];
    let reply = connection.call("POST", "auth", &params).await?;
    reply["txid"].as_str().map(str::to_owned).ok_or_else(|| format!("no txid in {reply}"))
}

fn expect(value: &serde_json::Value, wanted: &str) -> Result<(), String> {
    if value == wanted { Ok(()) } else { Err(format!("{value} where {wanted} was expected")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_expected_goes_on() {
        assert_eq!(expect(&"allow".into(), "allow"), Ok(()));
        let why = expect(&"deny".into(), "allow").unwrap_err();
        assert_eq!(why, "\"deny\" where allow was expected");
        assert!(expect(&serde_json::Value::Null, "allow").is_err());
    }
}
