//! What the flow needs from the world. The edges implement these; tests implement them too.

use std::time::{Instant, SystemTime};

use crate::core::failure::Failure;
use crate::core::machine::Trace;
use crate::core::reply::HttpReply;
use crate::core::request::Request;
use crate::core::secret::Secret;
use crate::core::text::Text;

/// The conversation with the person who logs in (`pam_conv(3)`).
pub trait Host {
    /// Shows a line; `PAM_TEXT_INFO`. A host that shows nothing is no failure.
    fn info(&mut self, text: &Text);
    /// Shows a line as an error; `PAM_ERROR_MSG`. A host that shows nothing is no failure.
    fn error(&mut self, text: &Text);
    /// Asks with echo on (`PAM_PROMPT_ECHO_ON`) and returns the answer as typed.
    ///
    /// # Errors
    /// [`NoAnswer`] when the host has no conversation, refuses it, or the person wants no more.
    fn ask(&mut self, text: &Text) -> Result<Secret, NoAnswer>;
}

/// Why the conversation gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// There is nobody to ask, or what came is no answer.
    Nobody,
    /// The person pressed Ctrl-C, or the host is to end.
    Cancelled,
}

/// One connection to the service and the only wait of the program.
pub trait Api {
    /// Takes a request to be sent. Nothing is on the wire before [`Api::next`]; a request that was
    /// sent before and is still unanswered is given up together with its connection.
    fn send(&mut self, request: &Request);

    /// Drives resolver, connection, TLS and request until something happens that the flow has to
    /// know, or until `until`. With nothing in flight it only waits. A poll in flight survives: call
    /// it again, after a prompt too, and the reply that came meanwhile is there.
    fn next(&mut self, until: Instant) -> Wake;

    /// Has the login lost its person? Looks once and does not wait; a request in flight stays as it is.
    fn look(&mut self) -> Option<Gone>;

    /// `until` of the last [`Api::next`] was the end of the budget: why is there still no reply?
    /// (`Outage::ResolverLate`, `ConnectTimedOut` or `Silent`, whichever step it hangs in; a failure
    /// of this machine where that is the known cause.) Closes the connection.
    fn give_up(&mut self) -> Failure;
}

/// Why [`Api::next`] came back.
#[derive(Debug)]
pub enum Wake {
    /// A whole reply, whatever it says.
    Reply(HttpReply),
    /// There will be no reply to this request; the connection is closed.
    Failed(Failure),
    /// `until` has come; a request in flight still is.
    Tick,
    /// The person pressed Ctrl-C (a blocked SIGINT, SIGQUIT, SIGTERM or SIGHUP is pending; it stays so).
    Cancelled,
    /// The client at the other end of the host's connection is gone.
    PeerGone,
}

/// How a login loses its person, whatever else goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// As [`Wake::Cancelled`].
    Cancelled,
    /// As [`Wake::PeerGone`].
    PeerGone,
}

/// Time, so that tests can make their own.
pub trait Clock {
    /// Monotonic; for deadlines.
    fn now(&self) -> Instant;
    /// Wall clock; for the `Date` header only.
    fn wall(&self) -> SystemTime;
}

/// The log, as far as the flow needs it; the verdict's line is written by who called the flow.
pub trait Audit {
    /// A step, for an admin who put `debug` behind the module's name.
    fn debug(&mut self, text: &str);
    /// Testifies that a factor goes out: whoever makes it buzz may end the process before the verdict.
    fn sending(&mut self, trace: &Trace);
}
