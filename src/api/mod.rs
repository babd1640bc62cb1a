//! One connection to the service: resolver, dial, TLS, framing, and the only wait.
