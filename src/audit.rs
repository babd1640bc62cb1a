//! The log: one line per login to syslog, never a word to the host's stdout or stderr.
