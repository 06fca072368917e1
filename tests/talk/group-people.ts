/** People in groups for tests: real sockets on loopback, real databases, a face that writes down. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { formatAddress } from "../../lib/net/address.ts";
import { openState, type State } from "../../lib/state/state.ts";
import type { Person } from "../../lib/talk/person.ts";
import type { TalkOptions } from "../../lib/talk/talk.ts";
import { withFolder } from "../support/executable.ts";
import { until } from "../support/until.ts";
import { ToyFace } from "./toy-face.ts";

/** One person: a home, and the program that runs on it. */
export class Somebody {
  readonly identity = generateKeyPair();
  #state: State | undefined;
  #face: ToyFace | undefined;

  constructor(readonly name: string, readonly folder: string) {}

  /** Where what is received goes. */
  get saveDir(): string {
    return join(this.folder, `${this.name}-files`);
  }

  get state(): State {
    return this.#state!;
  }

  get face(): ToyFace {
    return this.#face!;
  }

  async start(options: Partial<TalkOptions> = {}, port = 0): Promise<this> {
    const home = join(this.folder, this.name);
    const trouble = () => assert.fail("the state is in trouble");
    await Deno.mkdir(this.saveDir, { recursive: true });
    this.#state = await openState({ home, identity: this.identity, now: Date.now, trouble });
    this.#face = new ToyFace(this.identity, this.#state, this.saveDir, { port, ...options });
    return this;
  }

  async stop(): Promise<void> {
    await this.#face?.talk.close();
    this.#state?.close();
    this.#face = this.#state = undefined;
  }

  /** Knows others by name, and where they are. */
  know(...others: readonly Somebody[]): void {
    for (const { name, identity, face } of others) {
      this.state.contacts.save({
        ...{ name, key: identity.publicKey, address: formatAddress(face.talk.address) },
        added: "2026-01-01T00:00:00Z",
      });
    }
  }

  /** What the history of a group says. */
  history(name: string): string[] {
    const { id } = this.state.groups.needed(name);
    return this.state.history.find({ talk: Uint8Array.fromHex(id), limit: 1000 })
      .map(({ text }) => text);
  }
}

/** Runs `use` with people who know each other. */
export async function people(
  names: string,
  use: (...all: Somebody[]) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const all = [...names].map((name) => new Somebody(name, folder));
    try {
      for (const each of all) await each.start();
      for (const each of all) each.know(...all.filter((other) => other !== each));
      await use(...all);
    } finally {
      for (const each of all) await each.stop();
    }
  });
}

/** Makes a group of all, which all are in when this is done. */
export async function together(...[first, ...others]: readonly Somebody[]): Promise<Person> {
  const { groups } = first!.face.talk;
  groups.create("friends", others.map(({ identity }) => identity.publicKey));
  groups.callAll();
  for (const each of others) await each.face.next("membership");
  await until(() => groups.uninformed("friends").length === 0);
  return groups.needed("friends");
}
