#!/usr/bin/env python3
"""A drop box: what anybody sends is put away by sender, and receipted with a word (docs/json.md).

    drop_box.py BOX [FLAGS OF p2p listen...]

Files come into BOX/.incoming and are moved to BOX/SENDER/ when they are whole; SENDER is the contact's name, or the
beginning of the key's fingerprint. A file is moved once: one that is not there any more was moved before a kill.
"""
import json
import os
import subprocess
import sys


def free_path(folder: str, name: str) -> str:
    root, extension = os.path.splitext(name)
    path, number = os.path.join(folder, name), 0
    while os.path.lexists(path):
        number += 1
        path = os.path.join(folder, f"{root} ({number}){extension}")
    return path


def main() -> int:
    box, *flags = sys.argv[1:]
    incoming = os.path.join(box, ".incoming")
    os.makedirs(incoming, exist_ok=True)
    p2p = subprocess.Popen(
        ["p2p", "listen", "--json", "--accept", "all", "--no-play", "--save-dir", incoming]
        + ["--cursor-file", os.path.join(box, ".cursor"), *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
    )
    for line in p2p.stdout:
        event = json.loads(line)
        if event["type"] != "received" or "cursor" not in event:
            continue
        peer, paths = event["peer"], event.get("paths", [event["path"]])
        sender = peer.get("name") or peer["fingerprint"].replace(" ", "")[:16]
        folder = os.path.join(box, sender)
        os.makedirs(folder, exist_ok=True)
        for path in filter(os.path.lexists, paths):
            # The name is the sender's choice, but p2p has made it one that is safe to have.
            os.rename(path, free_path(folder, os.path.basename(path)))
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        text = f"got {event['name']}{more}, thank you"
        command = {"type": "message", "to": peer["key"], "text": text}
        p2p.stdin.write(json.dumps({**command, "once": event["id"], "ack": event["cursor"]}) + "\n")
    return p2p.wait()


if __name__ == "__main__":
    sys.exit(main())
