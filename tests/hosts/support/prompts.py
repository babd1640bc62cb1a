"""How the module's prompts look to a person who looks for the end of the last line."""

# "Passcode or option (1-3) [1]: ", "Passcode: ", and the one line of hosts that have no room for more.
MENU = r"Passcode[^\n]*: |Duo: [^\n]*"
ENTER = r"press Enter[^\n]*"
