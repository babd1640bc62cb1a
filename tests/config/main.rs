//! The configuration as an admin meets it: files that are read, files that are refused and what
//! is said of them, the shipped sample and the documentation.

mod diagnostics;
mod generate;
mod ini;
mod loading;
mod opening;
mod pasted;
mod properties;
mod shipped;
mod support;
