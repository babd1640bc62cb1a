//! What the service, the config or the user says, made safe for terminals and logs.

/// One or more lines without control characters, bidi overrides or escape sequences, cut to size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);
