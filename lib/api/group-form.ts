/** A group and who is in it, as programs and the page are told of it. */
import { fromHex } from "../bytes.ts";
import type { StoredGroup } from "../state/groups.ts";
import type { State } from "../state/state.ts";
import { membersOf } from "../talk/group/store.ts";
import { personJson, personOf } from "../talk/person.ts";
import type { GroupDetailJson } from "./event-types.ts";

/** A group and who is in it. */
export function groupJson(state: State, group: StoredGroup): GroupDetailJson {
  const { id, name, state: standing, added } = group;
  const members = membersOf(state, group).map((key) => personJson(personOf(state, fromHex(key))));
  return { id, name, state: standing, added, members };
}
