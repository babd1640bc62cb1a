"""Logins that are refused: whoever begins them again sends another push, and may lock the account."""

from .case import Case, answered

ENDS = (
    Case("deny", "", False, "deny", 1, server=answered("deny"), reads="denied"),
    Case("fraud", "", False, "fraud", 1, server=answered("fraud"), reads="reported as fraudulent"),
    Case("lock-out", "", False, "deny", 1, server=answered("deny") + "\nlockout_after = 2", reads="denied"),
    Case("timeout", "", False, "timeout", 1, server='push_ttl = "2s"', config="prompts = 1", reads="Nobody answered"),
    Case("refused", "", False, "refused", 0, user='policy = "deny"', reads="not allowed"),
    Case("enrol", "", False, "not_enrolled", 0, user='policy = "enroll"', reads="https://"),
)
APPROVED = Case("approved", "", True, "allow", 1, server=answered("approve"))
