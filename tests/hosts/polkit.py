"""polkit: pkexec, with the agent for terminals."""

from support.case import Case
from support.etc import PASSWORD
from support.machine import Machine, wait_for_file
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU
from support.terminal import Rule, talk

# The agent answers for the process that asks, and has to be there first.
SCRIPT = """\
#!/bin/sh
rm -f ~/ready
mkfifo ~/ready
pkttyagent --process $$ --notify-fd 3 3>~/ready &
agent=$!
# Ends when the agent closes its end.
cat ~/ready
pkexec --disable-internal-agent id -un
status=$?
kill $agent
wait $agent 2>/dev/null
exit $status
"""


class Pkexec(Cases, Matrix):
    """A command as root, by the word of polkit."""

    title = "polkit, pkexec"
    about = """
`pkexec id -un` with polkitd, a bus and `pkttyagent` on the terminal, with `pam.d/polkit-1.debian`. `ends with` is
pkexec's exit status.
"""
    service_name = "polkit-1"
    started_by_a_person = True

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("polkit-1")
        script = machine.home("demo") / "as-root"
        script.write_text(SCRIPT)
        script.chmod(0o755)
        machine.start("dbus-daemon", "--system", "--nofork", "--nopidfile")
        wait_for_file(machine.folder / "run/dbus/system_bus_socket")
        machine.start("/usr/lib/polkit-1/polkitd", "--no-debug")

    def play(self, case: Case) -> Played:
        rules = [Rule("Password: ", PASSWORD), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^C", "^C")]
        told = talk(self.machine.on_terminal("/home/demo/as-root", user="demo"), rules)
        return Played(told.text, f"exit {told.exit}", told.exit == 0 and told.text.endswith("\nroot"))
