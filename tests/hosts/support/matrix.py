"""Plays the table of cases on one host and holds the result against what the table and the document say."""

from dataclasses import dataclass, replace

from .case import CASES, REFUSED_OUTAGE, Case
from .document import Row, compare
from .hosted import Hosted, plain


@dataclass
class Played:
    """What a host's own driver tells of one login."""

    # What the person read, in order.
    text: str
    # In the host's own terms: an exit status, an HTTP status.
    ended: str
    entered: bool


class Matrix(Hosted):
    """One host. A subclass says how it is prepared and driven; the cases are the same for all."""

    # As it stands in the document.
    title = ""
    about = ""
    # The account that is logged in to: whom the log line names.
    user = "demo"
    # The person who logs in has started the host. An outage opens nothing there.
    started_by_a_person = False
    # The host keeps the words of a refusal to itself; then the document says so.
    refusals_are_read = True

    def play(self, case: Case) -> Played:
        """One login by a person who does what the case says."""
        raise NotImplementedError

    def hold(self, case: Case) -> Row:
        """Plays a case and asserts what the table claims."""
        in_vain = self.started_by_a_person and case.name == "outage, safe"
        if in_vain:
            case = replace(case, lets_in=False, reads=REFUSED_OUTAGE)
        with self.service(case):
            played = self.play(case)
        seen = f"\n--- read:\n{played.text}"
        logged = self.ended(self.user, case.outcome, case.pushes, seen)
        self.assertEqual(played.entered, case.lets_in, f"let in: {seen}")
        self.assertEqual("; failmode = safe does not apply: a person started this process" in self.lines()[0], in_vain, seen)
        text = plain(played.text)
        if case.lets_in or self.refusals_are_read:
            self.assertIn(case.reads, text, f"what is to be read: {seen}")
        else:
            self.assertNotIn(case.reads, text, f"words that were said to be lost here: {seen}")
        return Row(case, text, played.ended, logged, case.pushes)


class Cases:
    """The tests of a matrix, apart so that Matrix itself is none."""

    def test_each_case_ends_as_the_table_says_and_reads_as_the_document_shows(self):
        rows = []
        for case in CASES:
            with self.subTest(case.name):
                rows.append(self.hold(case))
        self.assertEqual(len(rows), len(CASES), "the document is compared when each case is as it should be")
        compare(self, self.title, self.about, rows)
