"""What is read of a process that waits."""

import mmap
import os
import subprocess
import unittest

from waiting import memory

SIZE = 64 << 20
# Nearly all of it, in KiB: Python gives back other memory meanwhile.
MOST = 60 << 10


class AProcess(unittest.TestCase):
    def test_its_peak_stays_when_memory_is_given_back(self):
        before = memory(os.getpid())
        with mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as taken:
            taken.write(b"x" * SIZE)
            during = memory(os.getpid())
        after = memory(os.getpid())
        self.assertGreater(during.private, before.private + MOST)
        self.assertLess(after.private, during.private - MOST)
        self.assertGreater(after.peak, during.private)

    def test_its_peak_is_not_that_of_whom_it_was_forked_from(self):
        taken = bytearray(b"x" * SIZE)
        with subprocess.Popen(["sleep", "infinity"]) as child:
            try:
                self.assertLess(memory(child.pid).peak, len(taken) >> 10)
            finally:
                child.kill()


if __name__ == "__main__":
    unittest.main()
