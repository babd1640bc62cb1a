"""Signs what stands on standard input as Duo's official client does: a list of cases in JSON, one answer for each.

A case has what was signed (kind, keys, method, host, path, date, params) and what is sent (query, body). The answer has
the client's header and date, and whether what is sent says the same as the parameters.
"""

import email.utils
import hashlib
import json
import sys
from urllib.parse import parse_qsl

from duo_client.client import normalize_params, sign

KINDS = {"v2-sha1": (2, hashlib.sha1), "v2-sha512": (2, hashlib.sha512), "v5": (5, hashlib.sha512)}


def pairs_of(form: str) -> list[list[str]]:
    pairs = parse_qsl(form, keep_blank_values=True, strict_parsing=True, errors="strict") if form else []
    return sorted(map(list, pairs))


def answer(case: dict) -> dict:
    version, digest = KINDS[case["kind"]]
    params = {}
    for name, value in case["params"]:
        params.setdefault(name, []).append(value)
    signed, body = normalize_params(params), None
    if version == 5 and case["method"] == "POST":
        # What the body looks like is the sender's choice; what it says is not.
        signed, body = {}, case["body"]
        sent = json.loads(body, object_pairs_hook=lambda pairs: sorted(map(list, pairs)))
    else:
        body = "" if version == 5 else None
        sent = pairs_of(case["body"] if case["method"] == "POST" else case["query"])
    header = sign(
        case["ikey"], case["skey"], case["method"], case["host"], case["path"], case["date"],
        version, signed, body=body, digestmod=digest, additional_headers={},
    )  # fmt: skip
    return {
        "authorization": header,
        "date": email.utils.formatdate(case["seconds"]),
        "says_the_same": sent == sorted(case["params"]),
    }


if __name__ == "__main__":
    json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
