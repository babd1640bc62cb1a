//! The stacks in `pam.d/`, with what its README promises of each, and the files that they include.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file in `pam.d/`.
#[derive(Clone)]
pub struct Shipped {
    /// `SERVICE.SYSTEM`
    pub file: String,
    /// What it is installed as.
    pub service: String,
    pub text: String,
    /// A wrong password reaches the phone.
    pub loud: bool,
    /// The files that it includes: names and texts.
    pub included: BTreeMap<String, String>,
}

impl Shipped {
    /// The lines of ours that are in force for this group.
    pub fn ours(&self, group: &str) -> usize {
        self.text.lines().filter(|line| names_us(line, group)).count()
    }

    /// With the lines in force that are for those who want them: our `account` lines behind a `#`.
    pub fn with_account_line(mut self) -> Self {
        let put_in = |line: &str| {
            let said = line.strip_prefix('#').filter(|said| names_us(said, "account"));
            said.unwrap_or(line).to_owned() + "\n"
        };
        self.text = self.text.lines().map(put_in).collect();
        self
    }
}

/// Every file, Red Hat's once with each of the forms in which authselect writes what it includes.
///
/// # Panics
/// When one is not in the README's table, or the table has one that is not there.
pub fn shipped() -> Vec<Shipped> {
    let mut rows = table();
    let mut found = Vec::new();
    for (file, text) in texts("pam.d") {
        if file == "README.md" {
            continue;
        }
        let (service, loud) =
            rows.remove(&file).unwrap_or_else(|| panic!("{file} is not in pam.d/README.md"));
        assert!(text.contains("pam_duo2.so"), "{file} does not name the module");
        let forms = if file.contains(".redhat") { &FORMS[..] } else { &FORMS[..1] };
        for form in forms {
            let (file, service, text) = (file.clone(), service.clone(), text.clone());
            found.push(Shipped { file, service, text, loud, included: included(form) });
        }
    }
    assert!(rows.is_empty(), "pam.d/README.md tells of {rows:?}");
    found
}

/// Folders in `tests/stacks/` whose files replace those beside them: authselect's local profile, and
/// its newer release. The first form replaces nothing.
const FORMS: [&str; 3] = ["", "local", "1.7.1"];

/// Files that shipped stacks include, as a form has them: names and texts.
pub fn included(form: &str) -> BTreeMap<String, String> {
    let mut files = texts("tests/stacks");
    files.extend(texts(&format!("tests/stacks/{form}")));
    files
}

fn names_us(line: &str, group: &str) -> bool {
    line.starts_with(group) && line.contains("pam_duo2.so")
}

/// The README's rows: file, service, loud.
fn table() -> BTreeMap<String, (String, bool)> {
    let text = fs::read_to_string(repository("pam.d/README.md")).expect("the README");
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| [`")?.split('|').collect();
        let file = cells[0].split('`').next()?.to_owned();
        let service = cells[1].split('`').nth(1)?.strip_prefix("/etc/pam.d/")?.to_owned();
        let loud = match cells[2].trim() {
            word if word.starts_with("**yes**") => true,
            word if word.starts_with("no") => false,
            other => panic!("{file}: does a wrong password reach the phone? {other}"),
        };
        Some((file, (service, loud)))
    };
    text.lines().filter_map(row).collect()
}

fn texts(folder: &str) -> BTreeMap<String, String> {
    let text = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        path.is_file()
            .then(|| (name.to_owned(), fs::read_to_string(&path).expect("a file to read")))
    };
    fs::read_dir(repository(folder)).expect("a folder").filter_map(text).collect()
}

pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
