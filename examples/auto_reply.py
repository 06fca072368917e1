#!/usr/bin/env python3
"""Answers messages by rules while its owner is away: each once, whatever is killed and however often (docs/json.md).

    auto_reply.py STATE-FOLDER [FLAGS OF p2p listen...]

Rules are in STATE-FOLDER/rules.json, tried in their order: {"ping": "pong", "": "I am away; you wrote: {text}"}. A rule
fits a message that holds its first text, whatever the case; "" fits every message.
"""
import json
import os
import subprocess
import sys


def answer_to(rules: dict[str, str], text: str) -> str | None:
    for word, answer in rules.items():
        if word.lower() in text.lower():
            return answer.replace("{text}", text)
    return None


def main() -> int:
    state, *flags = sys.argv[1:]
    os.makedirs(state, exist_ok=True)
    with open(os.path.join(state, "rules.json"), encoding="utf-8") as file:
        rules = json.load(file)
    p2p = subprocess.Popen(
        ["p2p", "listen", "--json", "--cursor-file", os.path.join(state, "cursor"), *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
    )

    def tell(**command: object) -> None:
        p2p.stdin.write(json.dumps(command) + "\n")

    for line in p2p.stdout:
        event = json.loads(line)
        if event["type"] != "message":
            continue
        group = event.get("group")
        text = answer_to(rules, event["text"])
        # Of a group's messages those that name the robot alone: it is not the only one that would answer.
        if text is None or group is not None and "robot" not in event["text"].lower():
            tell(type="ack", cursor=event["cursor"])
            continue
        to = event["peer"]["key"] if group is None else "@" + group["name"]
        tell(type="message", to=to, text=text, once=event["id"], ack=event["cursor"])
    return p2p.wait()


if __name__ == "__main__":
    sys.exit(main())
