//! How the module is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // libpam opens and closes a module at each transaction. The resolver's thread may outlive one,
    // and must not find its code unmapped; std's thread-local destructors neither. So it stays.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    // What distributions ask of a file that root's processes load.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,relro,-z,now");
}
