/** Path MTU discovery in any order of fates, against a path that changes. */
import assert from "node:assert/strict";
import { BASE_DATAGRAM, MtuDiscovery } from "../../../lib/transport/mtu.ts";
import { machine, step } from "../commands.ts";

/** A path that carries up to so much, and loses some of the rest. */
class PathTwin {
  readonly mtu = new MtuDiscovery(BASE_DATAGRAM, 8952, 1452);
  readonly probes: number[] = [];
  readonly passed = new Set([BASE_DATAGRAM]);
  carries = 65_000;
  now = 0;
  near = true;

  /** The probe that is under way has a fate. */
  settle(lost: boolean): void {
    const size = this.probes.shift()!;
    const before = this.mtu.current;
    if (lost || size > this.carries) {
      this.mtu.onProbeLost(size, this.now);
      assert.equal(this.mtu.current, before, "a lost probe makes nothing larger or smaller");
      return;
    }
    this.passed.add(size);
    assert.equal(this.mtu.onProbeAcked(size, this.now), size > before);
    assert.equal(this.mtu.current, Math.max(before, size));
  }

  probe(): void {
    const size = this.mtu.probe(this.now, this.near);
    if (size === 0) return;
    assert.equal(this.probes.length, 0, "one at a time");
    assert.ok(size > this.mtu.current && size <= 8952, `a probe of ${size}`);
    this.mtu.onProbeSent();
    this.probes.push(size);
  }

  datagram(lost: boolean): void {
    const size = this.mtu.current;
    if (!lost && size <= this.carries) return this.mtu.onDatagramAcked(size);
    const hole = this.mtu.onDatagramLost(size, this.now, 20, this.now);
    assert.equal(this.mtu.current, hole ? BASE_DATAGRAM : size);
    // What was under way belongs to a search that is over.
    if (hole) this.probes.length = 0;
  }

  compare(): void {
    const { current } = this.mtu;
    assert.ok(this.passed.has(current), `${current} never passed`);
    assert.ok(current >= BASE_DATAGRAM && current <= 8952);
  }

  /** Nothing is lost any more but what is too large. */
  end(): void {
    this.near = false;
    for (let turn = 0; turn < 800; turn++) {
      // A search that began before may have gone wrong; the next one does not.
      this.now += turn % 400 === 0 ? 600_001 : 50;
      this.mtu.onTimeout(this.now);
      this.datagram(false);
      if (this.probes.length === 0) this.probe();
      else this.settle(false);
    }
    assert.ok(this.mtu.current <= this.carries, `${this.mtu.current} over ${this.carries}`);
    const best = Math.min(this.carries, 1452);
    assert.ok(this.mtu.current > best - 24, `${this.mtu.current} of ${best}`);
  }
}

export const mtuMachine = machine<PathTwin>(
  "mtu",
  "the MTU search uses only what has passed, and ends near what the path carries, whatever it loses",
  [
    step("probe", (twin) => twin.probe(), (twin) => twin.probes.length === 0),
    step("probe arrives", (twin) => twin.settle(false), (twin) => twin.probes.length > 0),
    step("probe is lost", (twin) => twin.settle(true), (twin) => twin.probes.length > 0),
    step("datagram arrives", (twin) => twin.datagram(false)),
    step("datagrams are lost", (twin, n) => {
      for (let i = 0; i < n % 9; i++) {
        twin.now += n % 50;
        twin.datagram(true);
      }
    }),
    step("path changes", (twin, n) => {
      twin.carries = [1200, 1252, 1400, 1452, 1500, 8952, 65_000][n % 7]!;
    }),
    step("near or far", (twin, n) => {
      twin.near = n % 2 === 0;
    }, (twin) => twin.probes.length === 0),
    step("time", (twin, n) => {
      twin.now += 10 * n;
      twin.mtu.onTimeout(twin.now);
    }, (twin) => twin.probes.length === 0),
  ],
  {
    make: () => new PathTwin(),
    compare: (twin) => twin.compare(),
    end: (twin) => twin.end(),
    runs: 500,
  },
);
