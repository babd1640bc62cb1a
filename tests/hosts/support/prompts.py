"""How prompts look to a person who looks at the end of the last line."""

# "Passcode or option (1-3) [1]: ", "Passcode: ", and the one line of hosts that have no room for more.
MENU = r"Passcode[^\n]*: |Duo: [^\n]*"
ENTER = r"press Enter[^\n]*"

# For a person's .bash_profile: a prompt that is known.
SHELL = "PS1='demo$ '\nunset HISTFILE\nbind 'set enable-bracketed-paste off'\n"
# sshd's question, and the one that OpenSSH's client asks in vain once sshd takes no more tries.
SSH_PASSWORD = r"(?:Password|password): "
