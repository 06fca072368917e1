/** Stopping the program as Ctrl-Z does (job control, POSIX.1-2017, 11.1.4): the runtime may send no signals. */
import { fromLibc } from "./libc.ts";

const SIGTSTP = 20;
/** Everything that the shell started with it. */
const OWN_GROUP = 0;

const calls = fromLibc({
  kill: { parameters: ["i32", "i32"], result: "i32" },
});

/**
 * Stops the program, and whatever the shell started with it, until somebody continues it; returns then. Where no shell
 * would, the system goes on at once.
 */
export function suspendProgram(): void {
  calls()?.kill(OWN_GROUP, SIGTSTP);
}
