"""The bench's tables, without measuring anything."""

import tempfile
import unittest
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from measures import Cost
from network import Waits, Wire
from served import tabled
from table import HEAD, Rows, called, publish
from waiting import Memory

COLUMNS = HEAD.splitlines()[0].count("|")


def wire(**other) -> Wire:
    requests = ["POST /rest/v1/preauth.bson", "POST /rest/v1/auth.bson", "GET /auth/v2/auth_status"]
    return Wire(**{"connects": 1, "handshakes": 1, "requests": requests, "sent": 10, "received": 20, "records": 7, "packets": 5, "each": [1, 1, 1]} | other)


def all_rows(peer: bool) -> list[str]:
    """Each kind of row, with figures for the peer or without."""
    with redirect_stdout(StringIO()):
        return filled(Rows(), lambda figure: figure if peer else None)


def filled(rows: Rows, theirs) -> list[str]:
    rows.size(2_210_000, theirs((100_000, 5_420_000)))
    rows.loading(0.1, 0.3, theirs(1.6))
    rows.instructions("`cafile`", 500_000, 4_000_000, theirs(27_000_000), "3.2 M")
    rows.costs("`cafile`", Cost(1.0, 0.5, 1024), Cost(3.0, 2.0, 4096), theirs(Cost(96.0, 8.0, 7168)), targets=True)
    rows.system_calls("by name", {"read": 10}, {"read": 12, "close": 8}, theirs({"read": 40}))
    rows.waiting(100, Memory(2048, 160), Memory(4096, 500), theirs(Memory(7168, 1200)))
    rows.growth((0, 0), (0, 0), theirs((18695.4, 18555.0)))
    rows.wire(wire(), theirs(wire(each=None)), 1, theirs(3))
    rows.waits(0.04, Waits(146.0, 21.3), theirs(Waits(272.0, 21.6)))
    return rows.rows


def cells(rows: list[str], figure: str) -> list[str]:
    """A row's cells behind its name."""
    return [cell.strip() for cell in next(row for row in rows if row.startswith(f"| {figure} |")).split("|")[2:-1]]


class ATable(unittest.TestCase):
    def test_every_row_has_every_column_with_and_without_the_peer(self):
        for peer in (True, False):
            for row in all_rows(peer):
                self.assertEqual(row.count("|"), COLUMNS, row)

    def test_both_modules_are_compared_with_the_floor(self):
        rows = all_rows(True)
        self.assertEqual(cells(rows, "instructions, `cafile`"), ["0.50 M", "4.00 M", "3.50 M", "8.0", "27.00 M", "26.50 M", "3.2 M"])
        self.assertEqual(cells(rows, "peak RSS, `cafile`"), ["1.00 MiB", "4.00 MiB", "3.00 MiB", "4.0", "7.00 MiB", "6.00 MiB", "2 MB"])
        self.assertEqual(cells(rows, "peak RSS of each of 100 that wait"), ["2.00 MiB", "4.00 MiB", "2.00 MiB", "2.0", "7.00 MiB", "5.00 MiB", ""])
        self.assertEqual(cells(rows, "private memory of each of 100 that wait"), ["0.16 MiB", "0.49 MiB", "0.33 MiB", "3.1", "1.17 MiB", "1.02 MiB", "1 MB"])
        self.assertEqual(cells(rows, "system calls, by name"), ["10", "20", "10", "2.0", "40", "30", ""])
        self.assertEqual(cells(rows, "growth by each login of one process, heap"), ["0 B", "0 B", "0 B", "", "18695 B", "18695 B", "0"])

    def test_waiting_is_counted_in_round_trips(self):
        rows = all_rows(True)
        buzz = ["", "146.0 ms", "3.65 round trips", "", "272.0 ms", "6.80 round trips", "4 round trips"]
        self.assertEqual(cells(rows, "until the phone buzzes, 40 ms round trip"), buzz)
        back = ["", "21.3 ms", "one way and 1.3 ms", "", "21.6 ms", "one way and 1.6 ms", "one way and 1 ms"]
        self.assertEqual(cells(rows, "tap to return, 40 ms round trip"), back)

    def test_without_the_peer_its_cells_are_empty(self):
        for row in all_rows(False):
            self.assertEqual([cell.strip() for cell in row.split("|")[6:8]], ["", ""], row)

    def test_a_call_has_one_name_in_both_apis(self):
        self.assertEqual([called(request) for request in wire().requests], ["preauth", "auth", "auth_status"])


class ADocument(unittest.TestCase):
    def test_a_table_takes_the_place_between_its_own_marks(self):
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "document.md"
            document.write_text("a\n<!-- one -->\nold\n<!-- end -->\nb\n<!-- two -->\n<!-- end -->\nc\n", encoding="utf-8")
            publish("two", "new\n", document)
            publish("one", "newer\n", document)
            self.assertEqual(
                document.read_text(encoding="utf-8"),
                "a\n<!-- one -->\nnewer\n<!-- end -->\nb\n<!-- two -->\nnew\n<!-- end -->\nc\n",
            )

    def test_a_document_without_the_marks_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "document.md"
            for text in ("nothing\n", "<!-- one -->\nno end\n"):
                document.write_text(text, encoding="utf-8")
                self.assertRaises(RuntimeError, publish, "one", "new\n", document)
                self.assertEqual(document.read_text(encoding="utf-8"), text)


class WhatMockduoServes(unittest.TestCase):
    SAID = (
        "2000 logins, 8 at a time; each: connect, TLS, preauth, auth, auth_status\n"
        "  pending   logins/s    median ms   99th pct ms    slowest ms\n"
        "        0        671         9.13         34.50         57.66\n"
        "     1000        661        10.18         33.28         56.49\n"
        "ratio of the rates: 0.99\n"
    )

    def test_its_rows_become_a_table(self):
        rows = tabled(self.SAID).splitlines()[2:]
        self.assertEqual(rows, ["| 0 | 671 | 9.13 ms | 34.50 ms | 57.66 ms |", "| 1000 | 661 | 10.18 ms | 33.28 ms | 56.49 ms |"])

    def test_a_row_that_is_missing_is_an_error(self):
        self.assertRaises(ValueError, tabled, "\n".join(self.SAID.splitlines()[:3]))


if __name__ == "__main__":
    unittest.main()
