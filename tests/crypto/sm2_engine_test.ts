// The SM2 kernels against their slow twin: random numbers, every edge of the windows, and points of every kind.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, concat, hex } from "../../lib/bytes.ts";
import { FailureError } from "../../lib/errors.ts";
import { ORDER, toBytes32, toNumber } from "../../lib/crypto/sm2-curve.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import {
  PreparedPoint,
  runsSm2Kernel,
  selfTestSm2,
  Sm2Engine,
  sm2Engine,
  type Sm2KernelKind,
  type Sm2Operation,
} from "../../lib/crypto/sm2-engine.ts";
import { SM2_KERNEL_FILES, sm2KernelModule } from "../../scripts/sm2-kernel/compile.ts";
import * as twin from "../reference/sm2.ts";
import { testUnless } from "../support/requires.ts";

/** Why the wide kernel cannot run here. */
const noWideKernel = runsSm2Kernel("wide") ? undefined : "needs products of 128 bits";

/** A test of every kernel; the tests run with the flags of the executable. */
function testKernels(what: string, run: (engine: Sm2Engine) => void): void {
  for (const kind of ["narrow", "wide"] satisfies Sm2KernelKind[]) {
    const reason = kind === "wide" ? noWideKernel : undefined;
    testUnless(reason, `SM2 kernel, ${kind}: ${what}`, () => run(new Sm2Engine(kind)));
  }
}
const text = (bytes: Uint8Array | undefined) => bytes === undefined ? "none" : hex(bytes);

/** Scalars where the recoding into digits −8…8 carries, is all zeros, all ones or changes sign in every window. */
const EDGES: bigint[] = [
  ...Array.from({ length: 40 }, (_, i) => BigInt(i + 1)),
  ...[127n, 128n, 129n],
  ...Array.from({ length: 40 }, (_, i) => ORDER - BigInt(i + 1)),
  ...[4n, 63n, 64n, 65n, 128n, 252n, 255n].flatMap((i) => [2n ** i, 2n ** i - 1n, 2n ** i + 1n]),
  ...["8", "7", "88888887", "77777778", "f0", "0f", "80"].map((digits) =>
    BigInt("0x" + digits.repeat(64).slice(0, 64)) % ORDER
  ),
  (ORDER - 1n) / 2n,
  (ORDER + 1n) / 2n,
];

const scalar = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.bigInt({ min: 1n, max: ORDER - 1n }),
  fc.bigInt({ min: 1n, max: 2n ** 64n }),
).map(toBytes32);
const point = scalar.map((k) => twin.multiplyBase(k)!);
const fieldElement = fc.oneof(
  fc.bigInt({ min: 0n, max: CURVE.p - 1n }),
  fc.constantFrom(0n, 1n, 2n, CURVE.p - 1n, CURVE.p - 2n, 2n ** 255n, CURVE.Gx),
).map(toBytes32);

testKernels("every edge of the windows, for the base point and another", (engine) => {
  const other = twin.multiplyBase(toBytes32(0x1234567890abcdefn))!;
  const prepared = new PreparedPoint(other);
  for (const k of EDGES.map(toBytes32)) {
    assert.equal(hex(engine.multiplyBase(k)), text(twin.multiplyBase(k)), hex(k));
    assert.equal(hex(engine.multiply(k, other)), text(twin.multiply(k, other)), hex(k));
    assert.equal(hex(engine.multiplyPrepared(k, prepared)), text(twin.multiply(k, other)), hex(k));
    const [sum, right] = [engine.combinePrepared(k, k, prepared), twin.combine(k, k, other)];
    assert.equal(text(sum), text(right), hex(k));
  }
});

testKernels("multiplication agrees with the twin", (engine) => {
  fc.assert(fc.property(scalar, point, (k, p) => {
    assert.equal(hex(engine.multiplyBase(k)), text(twin.multiplyBase(k)));
    assert.equal(hex(engine.multiply(k, p)), text(twin.multiply(k, p)));
    const prepared = engine.multiplyPrepared(k, new PreparedPoint(p));
    assert.equal(hex(prepared), text(twin.multiply(k, p)));
  }));
});

testKernels("[s]G + [t]P agrees with the twin, infinity and doubling included", (engine) => {
  fc.assert(fc.property(scalar, scalar, point, (s, t, p) => {
    assert.equal(text(engine.combine(s, t, p)), text(twin.combine(s, t, p)));
    const prepared = engine.combinePrepared(s, t, new PreparedPoint(p));
    assert.equal(text(prepared), text(twin.combine(s, t, p)));
  }));
  for (const d of [1n, 5n, ORDER - 7n]) {
    const p = twin.multiplyBase(toBytes32(d))!;
    const t = toBytes32(3n);
    const same = toBytes32((3n * d) % ORDER);
    const opposite = toBytes32((ORDER - (3n * d) % ORDER) % ORDER);
    assert.equal(text(engine.combine(same, t, p)), text(twin.combine(same, t, p)), "doubling");
    assert.equal(engine.combine(opposite, t, p), undefined, "infinity");
    const prepared = new PreparedPoint(p);
    assert.equal(text(engine.combinePrepared(same, t, prepared)), text(twin.combine(same, t, p)));
    assert.equal(engine.combinePrepared(opposite, t, prepared), undefined, "infinity");
  }
});

testKernels(
  "points are told from other pairs, and roots found or not, as by the twin",
  (engine) => {
    fc.assert(fc.property(fieldElement, fieldElement, fc.boolean(), (x, y, odd) => {
      const expected = twin.decompress(x, odd);
      assert.equal(text(engine.decompress(x, odd)), text(expected));
      if (expected !== undefined) assert.equal(engine.isPoint(expected), true);
      let isPoint = true;
      try {
        twin.pointOf(concat(x, y));
      } catch {
        isPoint = false;
      }
      assert.equal(engine.isPoint(concat(x, y)), isPoint);
    }));
  },
);

testKernels("the signature's arithmetic modulo n agrees with the twin", (engine) => {
  fc.assert(fc.property(scalar, scalar, scalar, (d, k, r) => {
    if (toNumber(d) === ORDER - 1n) return; // 1 + d has no inverse, and d is no secret key
    assert.equal(hex(engine.signature(engine.invertKey(d), k, r)), hex(twin.signature(d, k, r)));
  }));
});

testKernels("more points than there are tables for take turns", (own) => {
  const points = Array.from({ length: 20 }, (_, i) => twin.multiplyBase(toBytes32(BigInt(i + 2)))!);
  const prepared = points.map((p) => new PreparedPoint(p));
  const k = toBytes32(ORDER - 5n);
  for (const i of [...prepared.keys(), 0, 3, 19, 4, 0, 5]) {
    assert.equal(hex(own.multiplyPrepared(k, prepared[i]!)), text(twin.multiply(k, points[i]!)));
  }
});

testKernels("nothing secret stays in its memory", ({ kind }) => {
  const memories: WebAssembly.Memory[] = [];
  const { Instance } = WebAssembly;
  let own: Sm2Engine;
  try {
    WebAssembly.Instance = class extends Instance {
      constructor(module: WebAssembly.Module) {
        super(module);
        memories.push(this.exports["memory"] as WebAssembly.Memory);
      }
    };
    own = new Sm2Engine(kind);
  } finally {
    WebAssembly.Instance = Instance;
  }
  const memory = new Uint8Array(memories[0]!.buffer);
  own.multiplyBase(toBytes32(1n)); // makes the table of the base point, which is public
  const k = toBytes32(0x123456789abcdef0123456789abcdef0n), p = twin.multiplyBase(k)!;
  const prepared = new PreparedPoint(p);
  own.multiplyPrepared(toBytes32(1n), prepared); // its table is as public as the point
  const before = hex(memory);
  own.multiply(k, p);
  own.multiplyBase(k);
  own.multiplyPrepared(k, prepared);
  own.combinePrepared(k, k, prepared);
  own.signature(own.invertKey(k), k, k);
  own.combine(k, k, p);
  assert.ok(hex(memory) === before, "the memory has changed");
});

Deno.test("SM2 kernel: an engine with a wrong answer does not start", () => {
  const flip = (bytes: Bytes | undefined) => {
    if (bytes !== undefined) bytes[bytes.length - 1]! ^= 1;
    return bytes as Bytes;
  };
  class Wrong extends Sm2Engine {
    override multiplyBase = (k: Uint8Array) => flip(super.multiplyBase(k));
    override multiply = (k: Uint8Array, p: Uint8Array) => flip(super.multiply(k, p));
    override combine = (s: Uint8Array, t: Uint8Array, p: Uint8Array) =>
      flip(super.combine(s, t, p));
    override multiplyPrepared = (k: Uint8Array, p: PreparedPoint) =>
      flip(super.multiplyPrepared(k, p));
    override combinePrepared = (s: Uint8Array, t: Uint8Array, p: PreparedPoint) =>
      flip(super.combinePrepared(s, t, p));
    override signature = (d: Uint8Array, k: Uint8Array, r: Uint8Array) =>
      flip(super.signature(d, k, r));
    override decompress = (x: Uint8Array, odd: boolean) => flip(super.decompress(x, odd));
    override isPoint = () => true;
  }
  selfTestSm2(new Sm2Engine());
  const operations: Sm2Operation[] = [
    ...["multiplyBase", "multiply", "combine"] as const,
    ...["multiplyPrepared", "combinePrepared"] as const,
    ...["signature", "decompress", "isPoint"] as const,
  ];
  for (const operation of operations) {
    assert.throws(() => selfTestSm2(new Wrong(), [operation]), FailureError, operation);
    sm2Engine(operation);
  }
});

testUnless(
  noWideKernel,
  "SM2 kernel: where the wide one gives a wrong answer, the narrow one does all that comes",
  async () => {
    const own = await import("../../lib/crypto/sm2-engine.ts?wrong");
    const { decompress } = own.Sm2Engine.prototype;
    own.Sm2Engine.prototype.decompress = function (x, odd) {
      const point = decompress.call(this, x, odd);
      if (this.kind === "wide" && point !== undefined) point[0]! ^= 1;
      return point;
    };
    const k = toBytes32(5n), p = twin.multiplyBase(toBytes32(7n))!;
    const prepared = new own.PreparedPoint(p);
    const wide = own.sm2Engine("multiplyPrepared");
    assert.equal(wide.kind, "wide");
    wide.multiplyPrepared(k, prepared);
    assert.equal(own.sm2Engine("decompress").kind, "narrow");
    const narrow = own.sm2Engine("multiplyPrepared");
    assert.equal(narrow.kind, "narrow");
    assert.equal(hex(narrow.multiplyPrepared(k, prepared)), text(twin.multiply(k, p)));
  },
);

testUnless(
  noWideKernel,
  "SM2 kernel: both give the same once the compiler has optimised them",
  () => {
    const wide = new Sm2Engine("wide"), narrow = new Sm2Engine("narrow");
    let point = twin.multiplyBase(toBytes32(3n))!;
    for (let i = 0; i < 1500; i++) {
      const k = toBytes32(toNumber(point.subarray(0, 32)) % (ORDER - 1n) + 1n);
      const next = wide.multiply(k, point), sum = wide.combine(k, k, point);
      assert.equal(hex(next), hex(narrow.multiply(k, point)));
      assert.equal(text(sum), text(narrow.combine(k, k, point)));
      assert.equal(hex(wide.invertKey(k)), hex(narrow.invertKey(k)));
      point = next;
    }
  },
);

Deno.test("SM2 kernel: the committed modules are what their source compiles to", async () => {
  for (const kind of ["narrow", "wide"] satisfies Sm2KernelKind[]) {
    assert.equal(Deno.readTextFileSync(SM2_KERNEL_FILES[kind]), await sm2KernelModule(kind), kind);
  }
});
