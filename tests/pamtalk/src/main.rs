//! pamtalk: one PAM login with a scripted conversation, told as JSON.
fn main() {}
