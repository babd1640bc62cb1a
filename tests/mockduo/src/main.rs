//! mockduo: a Duo-compatible service to test and demonstrate with.
fn main() {}
