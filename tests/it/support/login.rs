//! One login: a config, a stack, a script of answers; run through pamtalk.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::etc::{DEMO, Etc};
use super::{Mock, Told, bins, ini, me};

/// In a line that is written before a factor goes out.
pub const SENDING: &str = "): Sending Duo factor for '";

/// A login to be made. Defaults: service `login`, autopush, the user who runs the tests.
pub struct Login {
    user: String,
    service: String,
    also: Vec<String>,
    options: BTreeMap<String, String>,
    tables: String,
    whole_config: Option<String>,
    format: Format,
    stack: Vec<String>,
    pamtalk: Vec<String>,
    environment: Option<Vec<(String, String)>>,
    etc: Option<Etc>,
    within: Vec<String>,
    program: PathBuf,
    file: ConfigFile,
    owner: Option<u32>,
}

/// How the config is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Toml,
    /// As Duo's own module reads it.
    Ini,
}

impl Format {
    /// What the config file is called.
    pub fn file(self) -> &'static str {
        match self {
            Format::Toml => "pam_duo2.toml",
            Format::Ini => "pam_duo.conf",
        }
    }
}

/// The state of the config file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigFile {
    Mode(u32),
    /// A link to the file.
    Link,
    Missing,
}

impl Login {
    /// A config that leads to this mock.
    pub fn new(mock: &Mock) -> Self {
        let hello = &mock.hello;
        Login::unconfigured()
            .option("ikey", &format!("{:?}", hello.ikey))
            .option("skey", &format!("{:?}", hello.skey))
            .option("host", &format!("\"{}:{}\"", hello.host, hello.port))
            .option("cafile", &format!("{:?}", hello.cafile))
            .option("autopush", "true")
    }

    /// A config with nothing in it.
    pub fn unconfigured() -> Self {
        Login {
            user: me().to_owned(),
            service: "login".to_owned(),
            also: Vec::new(),
            options: BTreeMap::new(),
            tables: String::new(),
            whole_config: None,
            format: Format::Toml,
            stack: Vec::new(),
            pamtalk: Vec::new(),
            environment: None,
            etc: None,
            within: Vec::new(),
            program: bins::pamtalk(),
            owner: None,
            file: ConfigFile::Mode(0o600),
        }
    }

    /// As [`Login::new`], in a private namespace with a /dev/log, and for the user `demo`. Root only.
    pub fn logged(mock: &Mock) -> Self {
        Login::new(mock).privately(Etc::new())
    }

    /// In a private namespace with this /etc and a /dev/log, and for the user `demo`. Root only.
    pub fn privately(self, etc: Etc) -> Self {
        Login { user: DEMO.to_owned(), etc: Some(etc), ..self }
    }

    /// pamtalk is run by this command, whose last argument runs what follows it (`setpriv … --`).
    pub fn within(mut self, command: &[&str]) -> Self {
        self.within = command.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// pamtalk lies here.
    pub fn program(mut self, pamtalk: PathBuf) -> Self {
        self.program = pamtalk;
        self
    }

    /// The config and its folder belong to this user. Root only.
    pub fn owned_by(mut self, uid: u32) -> Self {
        self.owner = Some(uid);
        self
    }

    pub fn config_file(mut self, file: ConfigFile) -> Self {
        self.file = file;
        self
    }

    pub fn user(mut self, name: &str) -> Self {
        name.clone_into(&mut self.user);
        self
    }

    pub fn service(mut self, name: &str) -> Self {
        name.clone_into(&mut self.service);
        self
    }

    /// The same stack under another name too, for a host that changes the service.
    pub fn also_service(mut self, name: &str) -> Self {
        self.also.push(name.to_owned());
        self
    }

    /// A key of the table `[duo]`, its value as TOML; the last one counts.
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.insert(name.to_owned(), value.to_owned());
        self
    }

    /// More of the config file, behind `[duo]`.
    pub fn tables(mut self, text: &str) -> Self {
        self.tables += text;
        self
    }

    /// This config file instead.
    pub fn config(mut self, text: &str) -> Self {
        self.whole_config = Some(text.to_owned());
        self
    }

    /// The config as `pam_duo.conf`. Options that are not set have the defaults of that format
    /// then; those of TOML alone, and [`Login::tables`], are not for it.
    pub fn ini(self) -> Self {
        self.format(Format::Ini)
    }

    /// The config in this format; see [`Login::ini`].
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// A line of the service file, in place of the four usual ones. `{module}` is the module's path
    /// with its `conf=`, `{so}` and `{conf}` are its parts.
    pub fn stack(mut self, line: &str) -> Self {
        self.stack.push(line.to_owned());
        self
    }

    /// Answers to the prompts, in order; see `pamtalk --help` for the directives.
    pub fn answers<const N: usize>(mut self, answers: [&str; N]) -> Self {
        for answer in answers {
            self.pamtalk.extend(["--answer".to_owned(), answer.to_owned()]);
        }
        self
    }

    /// Further options of pamtalk (`--rhost`, `--tty`, `--hygiene`, …).
    pub fn pamtalk<const N: usize>(self, args: [&str; N]) -> Self {
        self.pamtalk_args(&args)
    }

    /// As [`Login::pamtalk`], for a list whose length is not known.
    pub fn pamtalk_args(mut self, args: &[&str]) -> Self {
        self.pamtalk.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    /// `env -i` with nothing but these.
    pub fn environment<const N: usize>(mut self, pairs: [(&str, &str); N]) -> Self {
        let own = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.environment = Some(own.into());
        self
    }

    /// Makes the login.
    ///
    /// # Panics
    /// When pamtalk itself fails; a denial is no failure.
    pub fn run(self) -> Told {
        let (said, log) = self.output();
        let errors = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.code() < Some(2), "pamtalk: {}: {errors}", said.status);
        assert_eq!(errors, "", "a module writes nothing to its host's standard error");
        let mut told: Told = serde_json::from_slice(&said.stdout)
            .unwrap_or_else(|e| panic!("{:?}: {e}", String::from_utf8_lossy(&said.stdout)));
        (told.sending, told.log) = log.into_iter().partition(|line| line.contains(SENDING));
        told
    }

    /// Makes a login that the host may not survive: what pamtalk wrote, and the log.
    pub fn output(self) -> (Output, Vec<String>) {
        let dir = tempfile::tempdir().expect("a folder for config and stack");
        self.write_files(&dir);
        let mut command = self.host();
        command.arg("--confdir").arg(dir.path());
        command.args(["--service", &self.service, "--user", &self.user]).args(&self.pamtalk);
        if let Some(pairs) = &self.environment {
            command.env_clear().envs(pairs.iter().cloned());
        }
        let said = command.stdin(Stdio::null()).output().expect("pamtalk runs");
        (said, self.etc.as_ref().map(Etc::log).unwrap_or_default())
    }

    /// pamtalk, and what runs it.
    fn host(&self) -> Command {
        let mut words = self.within.iter();
        let mut command = match (&self.etc, words.next()) {
            (Some(etc), first) => {
                let mut command = etc.privately();
                command.args(first);
                command
            }
            (None, Some(first)) => Command::new(first),
            (None, None) => return Command::new(&self.program),
        };
        command.args(words).arg(&self.program);
        command
    }

    fn write_files(&self, dir: &TempDir) {
        let config = dir.path().join(self.format.file());
        let written = match self.file {
            ConfigFile::Link => config.with_file_name("elsewhere"),
            ConfigFile::Mode(_) | ConfigFile::Missing => config.clone(),
        };
        let mode = if let ConfigFile::Mode(mode) = self.file { mode } else { 0o600 };
        fs::write(&written, self.config_text()).expect("the config is written");
        fs::set_permissions(&written, Permissions::from_mode(mode)).expect("its mode is set");
        match self.file {
            ConfigFile::Mode(_) => {}
            ConfigFile::Link => symlink(&written, &config).expect("the link is made"),
            ConfigFile::Missing => fs::remove_file(&config).expect("the config is removed"),
        }
        if let Some(uid) = self.owner {
            for path in [dir.path(), &config] {
                chown(path, Some(uid), None).expect("it changes hands");
            }
        }
        let usual =
            ["auth", "account", "password", "session"].map(|t| format!("{t} required {{module}}"));
        let lines = if self.stack.is_empty() { &usual[..] } else { &self.stack[..] };
        let conf = format!("conf={}", config.display());
        let so = bins::module().display().to_string();
        let module = format!("{so} {conf}");
        let stack = lines.join("\n") + "\n";
        let stack =
            stack.replace("{module}", &module).replace("{so}", &so).replace("{conf}", &conf);
        for service in [&self.service].into_iter().chain(&self.also) {
            fs::write(dir.path().join(service), &stack).expect("the stack is written");
        }
        let other = "auth required pam_deny.so\naccount required pam_deny.so\n";
        fs::write(dir.path().join("other"), other).expect("the fallback stack is written");
    }

    fn config_text(&self) -> String {
        if let Some(text) = &self.whole_config {
            return text.clone();
        }
        if self.format == Format::Ini {
            assert_eq!(self.tables, "", "an INI file has no tables");
            return ini::render(self.options.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        }
        let options: Vec<String> = self.options.iter().map(|(k, v)| format!("{k} = {v}")).collect();
        format!("[duo]\n{}\n{}", options.join("\n"), self.tables)
    }
}
