/** The state folder: where it is, and whether it can be written to. */
import { P2PError } from "../errors.ts";
import { homeDirectory } from "../state/home.ts";
import { type Look, look, writeProblem } from "../system/look.ts";
import { dirname } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { fail, type Judgement, ok, shellLine, shellWord } from "./finding.ts";

/** Where the home is; undefined where no place for one is set. */
export function homeOf(): string | undefined {
  try {
    return homeDirectory();
  } catch (error) {
    if (error instanceof P2PError) return undefined;
    throw error;
  }
}

/** The nearest folder at or above `path` that is there. */
export function thereAbove(path: string): string {
  for (let at = path;;) {
    const above = dirname(at);
    if (look(at).kind !== "nothing" || above === at) return at;
    at = above;
  }
}

/** @param problem why nothing can be written there, or, where it is not there yet, above it */
export function judgeHome(path: string, found: Look, problem: Text | undefined): Judgement {
  switch (found.kind) {
    case "unknown":
      return fail(
        text("doctor.home.unreadable", { path, reason: found.reason }),
        text("doctor.home.elsewhere"),
      );
    case "file":
    case "other":
      return fail(text("doctor.home.no-folder", { path }), text("doctor.home.elsewhere"));
    case "nothing":
      return problem === undefined ? ok(text("doctor.home.none", { path })) : fail(
        text("doctor.home.cannot-make", { path, reason: problem }),
        cureOf(problem, `sudo install -d -m 700 -o "$USER" ${shellWord(path)}`),
      );
    case "folder":
      return problem === undefined ? ok(text("doctor.home", { path })) : fail(
        text("doctor.home.not-writable", { path, reason: problem }),
        cureOf(
          problem,
          `sudo chown -R "$USER" ${shellWord(path)} && chmod u+rwx ${shellWord(path)}`,
        ),
      );
  }
}

/** What makes it one's own, where that would do. */
function cureOf({ code }: Text, line: string): Text {
  return code === "system.permission" ? shellLine(line) : text("doctor.home.elsewhere");
}

/** @param home undefined where no place for one is set */
export function checkHome(home: string | undefined): Judgement {
  if (home === undefined) return fail(text("state.home-unset"), text("state.home-unset.hint"));
  const found = look(home);
  const place = found.kind === "nothing" ? thereAbove(home) : home;
  return judgeHome(home, found, look(place).kind === "folder" ? writeProblem(place) : undefined);
}
