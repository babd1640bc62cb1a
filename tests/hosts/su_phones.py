"""su, for somebody with more phones than a prompt has room for."""

from support.case import Case, answered
from support.etc import ROOT_PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.prompts import MENU
from support.terminal import Rule, talk

# 39 beside the usual one, with names so long that no prompt has room for them all.
PHONES = "".join(
    f'[[users.devices]]\nid = "DPDEMO{n:014}"\nname = "Phone {n}"\ndisplay_name = "Phone {n}, {"of the help desk, " * 5}"\n'
    f'number = "XXX-XXX-{n:04}"\n'
    for n in range(2, 41)
)
MANY = Case("forty phones", "", True, "allow", 1, autopush=False, menu="118", server=answered("approve"), faults=PHONES)


class ManyPhones(Hosted):
    """Forty phones on one account."""

    service_name = "su"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su")

    def test_the_question_is_whole_and_a_phone_that_is_not_shown_can_be_chosen(self):
        with self.service(MANY):
            rules = [Rule("Password: ", ROOT_PASSWORD), Rule(MENU, MANY.menu)]
            told = talk(self.machine.on_terminal("su", "root", "-c", "id -un", user="demo"), rules)
        self.assertEqual(told.exit, 0, told.text)
        lines = told.text.split("\n")
        shown = [line for line in lines if line.startswith(" ")]
        self.assertEqual(shown.pop(), " … and more, up to 120", told.text)
        self.assertGreater(len(shown), 30)
        for number, line in enumerate(shown, 1):
            self.assertRegex(line, rf"^ {number}\. .*(of the help desk,|-\d{{4}}\)?)$")
        self.assertIn("Passcode or option (1-120) [1]: 118", lines)
        self.ended("root", "allow", pushes=1, seen=told.text)
        self.assertEqual(self.pushes()[0]["device"], "DPDEMO00000000000040")
