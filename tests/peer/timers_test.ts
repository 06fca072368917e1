/** The heap of deadlines agrees with a sorted list. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Timed, Timers } from "../../lib/peer/timers.ts";

Deno.test("timers: due in order of deadline, however they were set, moved and removed", () => {
  const step = fc.record({
    item: fc.nat(15),
    deadline: fc.option(fc.nat(100), { nil: undefined }),
    due: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const timers = new Timers<Timed & { name: number }>();
    const items = Array.from(
      { length: 16 },
      (_, name) => ({ name, heapIndex: -1, heapDeadline: 0 }),
    );
    const model = new Map<number, number>();
    for (const { item, deadline, due } of steps) {
      if (due) {
        const earliest = Math.min(...model.values());
        const found = timers.due(earliest);
        assert.equal(found === undefined ? Infinity : model.get(found.name), earliest);
        if (found !== undefined) model.delete(found.name);
      } else {
        timers.set(items[item]!, deadline);
        if (deadline === undefined) model.delete(item);
        else model.set(item, deadline);
      }
      assert.equal(timers.next ?? Infinity, Math.min(...model.values()));
    }
    assert.equal(timers.due(-1), undefined);
  }));
});
