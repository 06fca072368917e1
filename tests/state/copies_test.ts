/** The life of copies that are sent: against a model, with kills, other programs and clocks that go on. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { join } from "node:path";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { type Copies, movedPaths } from "../../lib/state/copies.ts";
import { type DeliveryState, isFinal, mayFollow } from "../../lib/state/delivery.ts";
import type { State } from "../../lib/state/state.ts";
import { type TestHome, withStateHome } from "./support.ts";

const PEOPLE = [1, 2, 3].map(() => generateKeyPair().publicKey);
const GROUP = new Uint8Array(32).fill(7);

/** What the model knows of a message: a row of the history where that is kept, a state for each recipient. */
interface Sent {
  readonly id: string;
  readonly talk: Uint8Array<ArrayBuffer>;
  readonly stays: boolean;
  readonly waiting: Map<number, DeliveryState>;
  readonly expires: number;
  /** What the history says; undefined where it says nothing. */
  said: DeliveryState | undefined;
}

/** Whether a copy must be there. */
function needed({ stays, waiting, said }: Sent): boolean {
  if ([...waiting.values()].some((state) => !isFinal(state))) return true;
  return stays && said !== undefined && said !== "failed" && said !== "cancelled";
}

const step = fc.oneof(
  fc.record({
    do: fc.constant("send" as const),
    stays: fc.boolean(),
    history: fc.boolean(),
    to: fc.subarray([0, 1, 2], { minLength: 1 }),
  }),
  fc.record({
    do: fc.constant("move" as const),
    which: fc.nat(),
    // 3: everybody.
    who: fc.nat(3),
    state: fc.constantFrom<DeliveryState>("sent", "delivered", "failed", "cancelled"),
  }),
  fc.record({ do: fc.constantFrom("delete" as const, "fail", "wait", "kill", "other") }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Life {
  readonly #home: TestHome;
  readonly #sent: Sent[] = [];
  #state: State;
  #count = 0;

  constructor(home: TestHome, state: State) {
    this.#home = home;
    this.#state = state;
  }

  async run(step: Step): Promise<void> {
    switch (step.do) {
      case "send":
        return this.#send(step);
      case "move":
        return this.#move(step);
      case "delete":
        for (const talk of [GROUP, PEOPLE[0]!]) {
          this.#state.history.delete(talk);
          for (const each of this.#sent) if (each.talk === talk) each.said = undefined;
        }
        return;
      case "fail":
        return this.#fail();
      case "wait":
        this.#home.now += 40;
        for (const { id } of this.#state.outbox.expire()) this.#note(id, "failed", "all");
        return;
      case "kill":
        // What a program was making is left behind, its lock is not; and so is what a row no longer owns.
        await Deno.mkdir(join(this.#root, "new-dead", "x"), { recursive: true });
        await Deno.writeTextFile(join(this.#root, "new-dead", "lock"), "");
        await Deno.mkdir(join(this.#root, "sent", "e".repeat(32)), { recursive: true });
        this.#state.close();
        this.#state = await this.#home.open();
        return this.#state.copies.sweep();
      case "other": {
        const making = this.#copy();
        (await this.#home.open()).copies.sweep();
        assert.ok(there(making), "another program took what this one makes");
        this.#state.copies.forget(making);
      }
    }
  }

  get #root(): string {
    return join(this.#home.path, "uploads");
  }

  #copy(): string {
    const path = join(this.#state.copies.newFolder(), "a.bin");
    Deno.writeTextFileSync(path, "a");
    return path;
  }

  #send({ stays, history, to }: { stays: boolean; history: boolean; to: number[] }): void {
    const id = (++this.#count).toString(16).padStart(64, "0");
    const talk = to.length > 1 ? GROUP : PEOPLE[to[0]!]!;
    const { copies } = this.#state;
    const moves = copies.placed([this.#copy()], id, () => stays);
    const expires = this.#home.now + 100;
    copies.moving(moves, () => this.#rows({ id, talk, to, expires, history }, moves));
    this.#sent.push({
      ...{ id, talk, stays, expires, said: history ? "waiting" : undefined },
      waiting: new Map(to.map((who) => [who, "waiting"])),
    });
  }

  #rows(
    { id, talk, to, expires, history }: {
      id: string;
      talk: Uint8Array<ArrayBuffer>;
      to: number[];
      expires: number;
      history: boolean;
    },
    moves: ReturnType<Copies["placed"]>,
  ): void {
    const paths = movedPaths(moves.map(([from]) => from), moves);
    const common = { id, talk, kind: "file", text: "a.bin", written: 0, after: [] } as const;
    const state = this.#state;
    if (history) state.history.add({ ...common, path: paths[0], stored: 0, state: "waiting" });
    for (const who of to) state.outbox.add({ ...common, to: PEOPLE[who]!, paths, expires });
  }

  /** A row that cannot be written: the copy is where it was, and nobody's. */
  #fail(): void {
    const { copies } = this.#state;
    const path = this.#copy();
    const moves = copies.placed([path], "d".repeat(32), () => true);
    assert.throws(() => copies.moving(moves, () => assert.fail("full")), /full/);
    assert.ok(there(path));
    copies.forget(path);
  }

  #move({ which, who, state }: { which: number; who: number; state: DeliveryState }): void {
    const item = this.#sent[which % Math.max(1, this.#sent.length)];
    if (item === undefined) return;
    for (const each of who < PEOPLE.length ? [who] : PEOPLE.keys()) {
      const moved = this.#state.outbox.advance(item.id, PEOPLE[each]!, state);
      const before = item.waiting.get(each);
      assert.equal(moved, before !== undefined && mayFollow(before, state));
      if (moved) this.#note(item.id, state, each);
    }
  }

  #note(id: string, state: DeliveryState, who: number | "all"): void {
    const item = this.#sent.find((each) => each.id === id)!;
    for (const [each, before] of item.waiting) {
      if (who === each || who === "all" && !isFinal(before)) item.waiting.set(each, state);
    }
    const others = [...item.waiting.values()].some((each) => !isFinal(each));
    if (item.said !== undefined) item.said = isFinal(state) && others ? "sent" : state;
  }

  check(): void {
    for (const item of this.#sent) {
      const at = ["sent", "kept"].filter((owner) => there(join(this.#root, owner, item.id)));
      const expected = needed(item) ? [item.stays ? "kept" : "sent"] : [];
      assert.deepEqual(at, expected, JSON.stringify(item));
      for (const { paths } of this.#state.outbox.withId(item.id)) {
        assert.equal(there(paths[0]!), expected.length > 0);
      }
    }
    assert.deepEqual([there(join(this.#root, "new-dead"))], [false]);
    assert.ok(!there(join(this.#root, "sent", "e".repeat(32))));
  }
}

function there(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("a copy is there exactly as long as a row needs it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
      withStateHome(async (home) => {
        const life = new Life(home, await home.open());
        for (const each of steps) {
          await life.run(each);
          life.check();
        }
        assert.deepEqual(home.troubles, []);
      })),
    { numRuns: 60 },
  );
});

Deno.test("a state in memory removes no copy: it does not know the rows", () =>
  withStateHome(async (home) => {
    const folder = join(home.path, "uploads", "sent", "a".repeat(32));
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(home.path, "p2p.db"), "no database".repeat(1000));
    const state = await home.open({ without: "anything" });
    assert.notEqual(state.kind, "disk");
    state.copies.sweep();
    state.copies.settle("a".repeat(32));
    assert.ok(there(folder));
  }));
