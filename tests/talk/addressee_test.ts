/** To whom a typed line goes (threat 25), held against a slow twin that knows only the rules as they are written. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Addressee } from "../../lib/talk/addressee.ts";

const PEERS = ["alice", "bob", "carol", "mallory"] as const;
type Peer = typeof PEERS[number];

type Step =
  | { readonly type: "joined"; readonly peer: Peer; readonly called: boolean; contact: boolean }
  | { readonly type: "heard"; readonly peer: Peer }
  | { readonly type: "choose"; readonly peer: Peer }
  | { readonly type: "draft"; readonly begun: boolean }
  | { readonly type: "spoken" };

const peer = fc.constantFrom(...PEERS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("joined" as const),
    peer,
    called: fc.boolean(),
    contact: fc.boolean(),
  }),
  fc.record({ type: fc.constant("heard" as const), peer }),
  fc.record({ type: fc.constant("choose" as const), peer }),
  fc.record({ type: fc.constant("draft" as const), begun: fc.boolean() }),
  fc.constant({ type: "spoken" as const }),
);

function apply(addressee: Addressee, step: Step): void {
  switch (step.type) {
    case "joined":
      return addressee.joined(step.peer, step);
    case "heard":
      return addressee.heard(step.peer);
    case "choose":
      return addressee.choose(step.peer);
    case "draft":
      return addressee.draft(step.begun);
    case "spoken":
      return addressee.spoken();
  }
}

/** The addressee after `steps`, worked out from the whole history each time. */
function twin(steps: readonly Step[]): Peer | undefined {
  let current: Peer | undefined;
  for (const [i, step] of steps.entries()) {
    const before = steps.slice(0, i);
    const begun = before.findLast((s) => s.type === "draft")?.begun ?? false;
    const lastChoice = before.findLastIndex((s) => s.type === "choose");
    const chosen = lastChoice > before.findLastIndex((s) => s.type === "spoken");
    if (step.type === "choose") current = step.peer;
    else if (begun) continue;
    else if (step.type === "heard" && !chosen) current = step.peer;
    else if (step.type === "joined" && current === undefined && (step.called || step.contact)) {
      current = step.peer;
    }
  }
  return current;
}

Deno.test("the addressee is the one that the rules name, after any history", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const addressee = new Addressee();
    for (const [i, each] of steps.entries()) {
      apply(addressee, each);
      assert.equal(addressee.current, twin(steps.slice(0, i + 1)));
    }
  }));
});

Deno.test("nothing that arrives changes whom a begun line goes to, and no stranger gets a line by connecting", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const addressee = new Addressee();
    let begun = false;
    for (const each of steps) {
      const before = addressee.current;
      apply(addressee, each);
      if (each.type === "draft") begun = each.begun;
      const arrival = each.type === "joined" || each.type === "heard";
      if (begun && arrival) assert.equal(addressee.current, before);
      if (each.type === "joined" && !each.called && !each.contact) {
        assert.equal(addressee.current, before, "a stranger connected");
      }
    }
  }));
});
