/** Whether the state folder and the keys in it are their owner's alone. */
import { look, namesIn } from "../system/look.ts";
import { ownUser } from "../system/machine.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { fail, type Judgement, ok, shellLine, shellWord, warn } from "./finding.ts";

/** Names right in the folder that are looked at. */
const MOST_NAMES = 1000;
/** What group and others may do. */
const OTHERS = 0o077;
/** Files with a secret in plain. */
const SECRET = /^identity\.pem/;

/** One file or folder. */
export interface Owned {
  /** Below the home; "" is the home itself. */
  readonly name: string;
  /** Permission bits; undefined where the system has none. */
  readonly mode: number | undefined;
  readonly user: number | undefined;
}

/**
 * @param entries the home and what lies right in it; none where there is no home
 * @param user who runs this; undefined where users have no numbers
 */
export function judgePermissions(
  home: string,
  entries: readonly Owned[],
  user: number | undefined,
): Judgement {
  if (entries.length === 0) return ok(text("doctor.permissions.nothing"));
  if (entries.every(({ mode }) => mode === undefined)) {
    return ok(text("doctor.permissions.none-here"));
  }
  const open = entries.filter(({ mode }) => ((mode ?? 0) & OTHERS) !== 0);
  const secret = open.find(({ name }) => SECRET.test(name));
  const shown = secret ?? open[0];
  if (shown !== undefined) {
    const name = shown.name === "" ? home : shown.name;
    const mode = shown.mode!.toString(8).padStart(4, "0");
    const detail = text("doctor.permissions.open", { name, mode, more: open.length - 1 });
    return (secret === undefined ? warn : fail)(
      detail,
      shellLine(`chmod -R go= ${shellWord(home)}`),
    );
  }
  const foreign = entries.find((entry) => user !== undefined && entry.user !== user);
  if (foreign?.user !== undefined) {
    const name = foreign.name === "" ? home : foreign.name;
    return warn(
      text("doctor.permissions.foreign", { name, user: foreign.user }),
      user === 0
        ? text("doctor.permissions.as-root")
        : shellLine(`sudo chown -R "$USER" ${shellWord(home)}`),
    );
  }
  return ok(text("doctor.permissions", { count: entries.length - 1 }));
}

/** @param home undefined where no place for one is set */
export function checkPermissions(home: string | undefined): Judgement {
  if (home === undefined) return ok(text("doctor.permissions.nothing"));
  const entries = ["", ...namesIn(home, MOST_NAMES)].flatMap((name): Owned[] => {
    const found = look(join(home, name));
    return "mode" in found ? [{ name, mode: found.mode, user: found.user }] : [];
  });
  return judgePermissions(home, entries, ownUser());
}
