/** `p2p peers`: which contacts are on the LAN, and who shows a name to everybody. */
import { buildCommand } from "@stricli/core";
import type { Bytes } from "../lib/bytes.ts";
import { FailureError } from "../lib/errors.ts";
import { type Address, formatAddress } from "../lib/net/address.ts";
import type { State } from "../lib/state/state.ts";
import { type Person, personJson, personOf } from "../lib/talk/person.ts";
import { lanIsOff, Presence } from "../lib/talk/presence.ts";
import { onInterrupt } from "../lib/system/cleanup.ts";
import { notice } from "../lib/terminal/notice.ts";
import { text as words } from "../lib/text/catalogue.ts";
import { safeJson, safeText } from "../lib/text/safe.ts";
import type { IdentityFlags } from "./conversation/own-identity.ts";
import type { CommandContext } from "./shared/context.ts";
import { switchFlag } from "./shared/flags.ts";
import { docsOf, helpOf } from "./shared/help.ts";
import { printLine } from "./shared/output.ts";
import { ownAliases, ownFlags, withState } from "./shared/people.ts";
import { say } from "./shared/speech.ts";

const help = helpOf("peers");

/** How long a single look takes, in milliseconds: the seeks of the first quarter of a second, and their answers. */
const LOOK_MS = 800;

interface Flags extends IdentityFlags {
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Somebody who was heard. */
interface Heard {
  readonly type: "present" | "announced";
  readonly person: Person;
  readonly address: Address;
  /** The name shown to everybody: theirs to choose, whoever they are. */
  readonly announced?: string;
}

/** One line about somebody who is there; in JSON or with tabs. */
function lineOf({ type, person, address, announced }: Heard, json: boolean | undefined): string {
  const where = formatAddress(address);
  const { label, verified } = person;
  if (json) {
    return safeJson({ type, peer: personJson(person), address: where, verified, announced });
  }
  const mark = verified ? "verified" : person.name === undefined ? "stranger" : "unverified";
  const shown = announced === undefined ? [] : [safeText(announced)];
  return [label, where, mark, ...shown].join("\t");
}

/** Whether an address is better to show than another: one that a person can type. */
function isPlain({ hostname }: Address): boolean {
  return !hostname.includes("%");
}

/** Those who are heard within a moment, each once. */
async function look(state: State, make: (heard: (each: Heard) => void) => Presence) {
  const all = new Map<string, Heard>();
  const presence = make((each) => {
    const id = `${each.type} ${each.person.keyText}`;
    const known = all.get(id);
    if (known === undefined || (!isPlain(known.address) && isPlain(each.address))) {
      all.set(id, each);
    }
  });
  await presence.seekAll();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  await presence.close();
  return [...all.values()].sort((a, b) =>
    a.type === b.type ? a.person.label < b.person.label ? -1 : 1 : a.type === "present" ? -1 : 1
  ).filter(({ type, person }) =>
    type === "present" || state.contacts.byKey(person.key) === undefined
  );
}

async function peers(this: CommandContext, flags: Flags): Promise<void> {
  if (lanIsOff()) throw new FailureError("peers.off", {}, { hint: words("peers.off.hint") });
  await withState(flags, async (state, identity) => {
    const failure = Promise.withResolvers<never>();
    const make = (handlers: {
      heard: (each: Heard) => void;
      absent?: (key: Bytes) => void;
    }) =>
      new Presence({
        ...{ identity, state, port: 0, everybody: true },
        present: (key, address) =>
          handlers.heard({ type: "present", person: personOf(state, key), address }),
        announced: (key, announced, address) => {
          const person = personOf(state, key);
          handlers.heard({ type: "announced", person, address, announced });
        },
        ...(handlers.absent === undefined ? {} : { absent: handlers.absent }),
        failed: failure.reject,
      });
    const looking = flags.watch
      ? watch(state, make, flags)
      : look(state, (heard) => make({ heard })).then(async (all) => {
        for (const each of all) await printLine(lineOf(each, flags.json));
        if (all.length === 0 && !flags.json) notice(say("peers.none"), flags);
      });
    await Promise.race([looking, failure.promise]);
  });
}

/** Tells who comes and goes, until it is interrupted. */
async function watch(
  state: State,
  make: (handlers: {
    heard: (each: Heard) => void;
    absent: (key: Bytes) => void;
  }) => Presence,
  flags: Flags,
): Promise<never> {
  let writing = Promise.resolve();
  const broken = Promise.withResolvers<never>();
  const print = (line: string) => {
    writing = writing.then(() => printLine(line));
    writing.catch(broken.reject);
  };
  const presence = make({
    heard: (each) => print(`${flags.json ? "" : "+\t"}${lineOf(each, flags.json)}`),
    absent: (key) => {
      const person = personOf(state, key);
      print(
        flags.json ? safeJson({ type: "absent", peer: personJson(person) }) : `-\t${person.label}`,
      );
    },
  });
  onInterrupt(() => presence.close());
  presence.start();
  await presence.seekAll();
  return await broken.promise;
}

export const command = buildCommand<Flags, [], CommandContext>({
  func: peers,
  parameters: {
    flags: {
      watch: switchFlag(help.flags.watch),
      json: switchFlag(help.flags.json),
      ...ownFlags,
    },
    aliases: ownAliases,
  },
  docs: docsOf(help),
});
