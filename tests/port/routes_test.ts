/** The table of routes of a shared port against a model that keeps everything, over random lives of programs. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_CALLS, MAX_INDEXES, PortRoutes } from "../../lib/port/routes.ts";

const SEED = Number(Deno.env.get("P2P_TEST_SEED") ?? 20_260_101);

/** A datagram with `index` at `at`. */
function datagram(first: number, at: number, index: number): Uint8Array {
  const bytes = new Uint8Array(60);
  bytes[0] = first;
  new DataView(bytes.buffer).setUint32(at, index);
  return bytes;
}

const initiation = (sender: number) => datagram(1, 4, sender);
const address = (host: number) => ({ hostname: `10.0.0.${host}`, port: 9999 });

interface Guest {
  readonly name: string;
  rank: number;
  readonly indexes: Set<number>;
}

/** What the table must answer, found by looking at all that ever happened. */
class Model {
  programs: Guest[];
  calls: Array<{ name: string; host: number; at: number }> = [];

  constructor(rank: number) {
    this.programs = [{ name: "owner", rank, indexes: new Set() }];
  }

  of(name: string): Guest | undefined {
    return this.programs.find((program) => program.name === name);
  }

  holder(index: number): string {
    return this.programs.find(({ indexes }) => indexes.has(index))?.name ?? "owner";
  }

  get speaker(): string {
    const best = Math.max(...this.programs.map(({ rank }) => rank));
    return best === 0 ? "owner" : this.programs.find(({ rank }) => rank === best)!.name;
  }

  called(host: number, now: number): string {
    const call = this.calls.findLast((each) => each.host === host);
    return call !== undefined && now < call.at + 3000 ? call.name : this.speaker;
  }

  hold(guest: Guest, index: number): void {
    if (guest.name !== "owner" && this.holder(index) === "owner") guest.indexes.add(index);
  }
}

type Step =
  | { do: "join"; program: number; rank: number }
  | { do: "leave"; program: number }
  | { do: "call" | "answer"; program: number; index: number; host: number }
  | { do: "resign" }
  | { do: "hold" | "release"; program: number; index: number }
  | { do: "wait"; ms: number }
  | { do: "response" | "sealed" | "final" | "cookie"; index: number; host: number }
  | { do: "called"; host: number };

const someone = fc.integer({ min: 0, max: 3 });
const guest = fc.integer({ min: 1, max: 3 });
const index = fc.integer({ min: 0, max: 12 });
const host = fc.integer({ min: 1, max: 4 });
const is = <T extends string>(...names: T[]) => fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: is("join"), program: guest, rank: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ do: is("leave"), program: guest }),
  fc.record({ do: is("resign") }),
  fc.record({ do: is("call", "answer"), program: someone, index, host }),
  fc.record({ do: is("hold", "release"), program: guest, index }),
  fc.record({ do: is("wait"), ms: fc.integer({ min: 0, max: 4000 }) }),
  fc.record({ do: is("response", "sealed", "final", "cookie"), index, host }),
  fc.record({ do: is("called"), host }),
);

const FORM = { response: [2, 4], final: [3, 4], cookie: [4, 4], sealed: [0x42, 1] } as const;

/** Does one step to both, and compares what they answer. */
function take(next: Step, routes: PortRoutes<string>, model: Model, now: number): void {
  const name = !("program" in next) || next.program === 0 ? "owner" : `guest ${next.program}`;
  const program = model.of(name);
  switch (next.do) {
    case "wait":
      return;
    case "join":
      if (program !== undefined) return;
      routes.join(name, next.rank);
      model.programs.push({ name, rank: next.rank, indexes: new Set() });
      return;
    case "leave":
      routes.leave(name);
      model.programs = model.programs.filter((each) => each !== program);
      model.calls = model.calls.filter((call) => call.name !== name);
      return;
    case "resign":
      routes.resign();
      model.of("owner")!.rank = 0;
      return;
    case "hold":
      routes.hold(name, next.index);
      if (program !== undefined) model.hold(program, next.index);
      return;
    case "release":
      routes.release(name, next.index);
      program?.indexes.delete(next.index);
      return;
    case "call":
      if (program === undefined) return;
      routes.sent(name, initiation(next.index), address(next.host), now);
      model.hold(program, next.index);
      model.calls.push({ name, host: next.host, at: now });
      return;
    case "answer":
      if (program === undefined) return;
      routes.sent(name, datagram(2, 8, next.index), address(next.host), now);
      model.hold(program, next.index);
      return;
    case "called": {
      const found = routes.route(initiation(99), address(next.host), now);
      return assert.equal(found, model.called(next.host, now));
    }
    default: {
      const [first, at] = FORM[next.do];
      const holder = model.holder(next.index);
      const found = routes.route(datagram(first, at, next.index), address(next.host), now);
      assert.equal(found, holder);
      // A response ends the call of its receiver, if that was the latest there.
      const latest = model.calls.findLast((call) => call.host === next.host);
      if (next.do === "response" && latest?.name === holder) {
        model.calls = model.calls.filter((call) => call.host !== next.host);
      }
    }
  }
}

Deno.test("each datagram goes to the program that holds its index, calls to who calls there or answers calls", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 }), fc.array(step, { maxLength: 60 }), (rank, all) => {
      const routes = new PortRoutes("owner", rank);
      const model = new Model(rank);
      let now = 0;
      for (const next of all) {
        if (next.do === "wait") now += next.ms;
        take(next, routes, model, now);
        assert.equal(routes.speaker, model.speaker);
      }
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

Deno.test("whatever is short or unknown is the owner's", () => {
  const routes = new PortRoutes("owner", 1);
  routes.join("guest", 2);
  for (let first = 0; first < 256; first++) {
    for (const length of [1, 4, 7, 60]) {
      const bytes = new Uint8Array(length);
      bytes[0] = first;
      assert.equal(routes.route(bytes, address(1), 0), first === 1 ? "guest" : "owner");
    }
  }
  assert.equal(routes.route(new Uint8Array(0), address(1), 0), "owner");
});

Deno.test("what one program can make the table hold is bounded", () => {
  const routes = new PortRoutes("owner", 0);
  routes.join("guest", 0);
  for (let i = 0; i < MAX_INDEXES + 10; i++) routes.hold("guest", i);
  assert.equal(routes.route(datagram(0x42, 1, 5), address(1), 0), "owner");
  assert.equal(routes.route(datagram(0x42, 1, MAX_INDEXES + 5), address(1), 0), "guest");
  for (let i = 0; i < MAX_CALLS + 10; i++) {
    routes.sent("guest", initiation(i), { hostname: `10.0.0.${i}`, port: 1 }, 0);
  }
  const called = (i: number) =>
    routes.route(initiation(1), { hostname: `10.0.0.${i}`, port: 1 }, 1);
  assert.equal(called(5), "owner");
  assert.equal(called(MAX_CALLS + 5), "guest");
});
