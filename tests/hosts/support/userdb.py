"""systemd's userdb with one membership, as a directory or systemd-homed adds them (varlink, `io.systemd.UserDatabase`)."""

import json
import socket
import threading
from pathlib import Path


class Userdb:
    """Knows that `user` is in `group`. libnss_systemd asks every socket of that folder; use it in a `with`."""

    def __init__(self, run: Path, user: str, group: str, number: int):
        self._answers = {
            "GetMemberships": {"userName": user, "groupName": group},
            "GetGroupRecord": {"record": {"groupName": group, "gid": number}, "incomplete": False},
        }
        place = run / "systemd" / "userdb" / "example.Directory"
        place.parent.mkdir(parents=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(place))
        place.chmod(0o666)
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as asked:
            text = b""
            while byte := asked.read(1):
                if byte != b"\0":
                    text += byte
                    continue
                connection.sendall(json.dumps(self._answer(json.loads(text))).encode() + b"\0")
                text = b""

    def _answer(self, call: dict) -> dict:
        answer = self._answers.get(call["method"].rpartition(".")[2], {})
        known = {**answer, **answer.get("record", {})}
        asked = {key: value for key, value in call.get("parameters", {}).items() if key != "service"}
        if not answer or any(known.get(key) != value for key, value in asked.items()):
            return {"error": "io.systemd.UserDatabase.NoRecordFound", "parameters": {}}
        return {"parameters": answer}

    def __enter__(self) -> "Userdb":
        return self

    def __exit__(self, *_) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
