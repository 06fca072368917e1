/** Room for what is remembered, and for files that are received. */
import { type Room, roomAt } from "../system/machine.ts";
import { text } from "../text/catalogue.ts";
import { type CheckState, type Judgement, shellLine, shellWord, worst } from "./finding.ts";
import { thereAbove } from "./home.ts";

/** Less than this is soon used up, in bytes. */
const LITTLE_BYTES = 200 * 1024 * 1024;
/** With less than this nothing is sure to be stored. */
const LEAST_BYTES = 4 * 1024 * 1024;

/** A folder and the room there; undefined where the system does not say. */
export interface Space {
  readonly path: string;
  readonly room: Room | undefined;
}

function stateOf({ room }: Space): CheckState {
  if (room === undefined) return "ok";
  if (room.bytes < LEAST_BYTES || !room.names) return "fail";
  return room.bytes < LITTLE_BYTES ? "warn" : "ok";
}

/**
 * @param home undefined where no place for one is set
 * @param files where received files go
 */
export function judgeSpace(home: Space | undefined, files: Space): Judgement {
  const states = [home, files].map((space) => space === undefined ? "ok" : stateOf(space));
  const state = worst(states);
  const tight = states[0] === state && home !== undefined ? home : files;
  const detail = text("doctor.space", {
    home: home?.room?.bytes,
    files: files.room?.bytes,
    full: tight.room?.names === false ? tight.path : undefined,
  });
  const cure = state === "ok" ? undefined : shellLine(`df -h ${shellWord(tight.path)}`);
  return { state, detail, cure };
}

/** See `judgeSpace`. */
export async function checkSpace(home: string | undefined, files: string): Promise<Judgement> {
  const at = async (path: string): Promise<Space> => ({
    path,
    room: await roomAt(thereAbove(path)),
  });
  return judgeSpace(home === undefined ? undefined : await at(home), await at(files));
}
