"""What the tests of the hosts share: a private machine, a terminal, the table of cases, the document."""
