"""What the bench reads in packets."""

import struct
import unittest

from distance import Segment, of_stream, parsed, turned
from network import per_request, records

SYN, ACK = 0x02, 0x10


def packet(payload: bytes, *, flags: int = ACK, sequence: int = 7, protocol: int = 6, options: bytes = b"") -> bytes:
    """From 198.51.100.1:40000 to 198.51.100.2:443."""
    tcp = struct.pack("!HHIIBBHHH", 40000, 443, sequence, 0, (20 + len(options)) << 2, flags, 0, 0, 0) + options + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, protocol, 0)
    return head + bytes([198, 51, 100, 1]) + bytes([198, 51, 100, 2]) + tcp


def checksum(data: bytes) -> int:
    """Of the internet (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def record(kind: int, length: int) -> bytes:
    return bytes([kind, 3, 3]) + struct.pack("!H", length) + bytes(length)


class APacket(unittest.TestCase):
    def test_its_payload_is_what_stands_behind_both_headers(self):
        segment = parsed(packet(b"hello", options=bytes(12)) + b"padding", 1.5)
        self.assertEqual(segment, Segment(1.5, 40000, 443, 7, False, b"hello"))
        self.assertTrue(parsed(packet(b"", flags=SYN), 0).syn)

    def test_what_is_no_tcp_over_ipv4_is_none(self):
        self.assertIsNone(parsed(packet(b"", protocol=17), 0))
        self.assertIsNone(parsed(b"\x60" + bytes(60), 0))

    def test_it_comes_back_from_whom_it_was_sent_to_with_the_same_sum(self):
        there = packet(b"text")
        back = turned(there)
        self.assertEqual((back[12:16], back[16:20]), (there[16:20], there[12:16]))
        self.assertEqual((back[:12], back[20:]), (there[:12], there[20:]))
        self.assertEqual(checksum(back), checksum(there))

    def test_what_was_sent_again_counts_once_and_at_its_first_time(self):
        first, again, later = (Segment(at, 1, 2, sequence, False, b"x") for at, sequence in ((1, 5), (2, 5), (3, 6)))
        self.assertEqual(of_stream([first, Segment(1.5, 1, 2, 6, False, b""), again, later]), [first, later])


class ARequest(unittest.TestCase):
    HELLO, FINISHED, REQUEST, GOODBYE = record(22, 200), record(20, 1) + record(23, 69), record(23, 300), record(23, 19)

    def test_records_are_read_one_behind_the_other(self):
        self.assertEqual(records(self.HELLO + self.GOODBYE + b"\x17\x03"), [(22, 200), (23, 19)])

    def counts(self, *packets: bytes, requests: int = 2) -> list[int] | None:
        return per_request(b"".join(packets), [len(each) for each in packets], requests)

    def test_each_has_a_record_and_a_packet_of_its_own(self):
        first = self.FINISHED + self.REQUEST
        self.assertEqual(self.counts(self.HELLO, first, self.REQUEST), [1, 1])
        self.assertEqual(self.counts(self.HELLO, first, self.REQUEST, self.GOODBYE), [1, 1])

    def test_two_records_in_a_packet_are_seen(self):
        self.assertEqual(self.counts(self.HELLO, self.FINISHED + self.REQUEST, self.REQUEST + self.REQUEST), [1, 2])

    def test_one_that_is_cut_into_several_packets_is_seen(self):
        head, body = record(23, 100), record(23, 200)
        self.assertIsNone(self.counts(self.HELLO, self.FINISHED, head, body, head, body))
        self.assertIsNone(self.counts(self.HELLO, self.FINISHED + self.REQUEST, self.REQUEST[:50], self.REQUEST[50:]))


if __name__ == "__main__":
    unittest.main()
