//! A host that nothing can be relied on in: calls that fail one after another, and C programs that treat
//! a PAM module as no host should.

mod built;
mod imports;
mod needs_root;
mod user;
