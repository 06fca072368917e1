#!/usr/bin/env python3
"""Posts the results of builds to somebody or to a group: each once, whatever is killed and however often (docs/json.md).

    build_gateway.py SPOOL TO [FLAGS OF p2p listen...]

A build leaves SPOOL/ANYTHING.json, made elsewhere and moved there so that it is whole: {"job": "main", "status": "failed",
"url": "https://..."}. The file goes when p2p has the message for good; whoever is away gets it when they are back.
"""
import json
import os
import subprocess
import sys
import threading
import time

LOOK_SECONDS = 0.5


def words(result: dict[str, str]) -> str:
    mark = "✓" if result["status"] == "passed" else "✗"
    return f"{mark} {result['job']}: {result['status']} {result.get('url', '')}".rstrip()


def main() -> int:
    spool, to, *flags = sys.argv[1:]
    p2p = subprocess.Popen(
        ["p2p", "listen", "--json", "--accept", "contacts", "--no-play", *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
    )
    begun: set[str] = set()

    def post() -> None:
        while p2p.poll() is None:
            for name in sorted(os.listdir(spool)):
                path = os.path.join(spool, name)
                if not name.endswith(".json"):
                    continue
                # The next result of this name is another one.
                once = f"{name} {os.stat(path).st_mtime_ns}"
                if once in begun:
                    continue
                begun.add(once)
                try:
                    with open(path, encoding="utf-8") as file:
                        text = words(json.load(file))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    print(f"{name}: {error!r}: it is {name}.bad now", file=sys.stderr)
                    os.rename(path, path + ".bad")
                    continue
                tell = {"type": "message", "to": to, "text": text, "ref": [name, once], "once": once}
                p2p.stdin.write(json.dumps(tell) + "\n")
            time.sleep(LOOK_SECONDS)

    threading.Thread(target=post, daemon=True).start()
    for line in p2p.stdout:
        event = json.loads(line)
        if "ref" not in event:
            continue
        name, once = event["ref"]
        path = os.path.join(spool, name)
        # On its way, kept for later, or there from before a kill: p2p has it.
        if event["type"] in ("sent", "waiting", "result"):
            if os.path.exists(path) and once == f"{name} {os.stat(path).st_mtime_ns}":
                os.remove(path)
        elif event["type"] in ("failed", "error"):
            print(f"{name}: {event['message'] if 'message' in event else event}", file=sys.stderr)
    return p2p.wait()


if __name__ == "__main__":
    sys.exit(main())
