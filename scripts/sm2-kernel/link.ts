/** Puts functions of our own in the place of a module's imports. */
import { concat } from "../../lib/bytes.ts";
import { unsigned } from "./wide-code.ts";

const IMPORTS = 2, FUNCTIONS = 3, CODE = 10, FUNCTION = 0;

/** Reads what the sections are made of. */
class Reader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  number(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error("link SM2 kernel: the module ends early");
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }
}

function section(id: number, count: number, ...parts: Uint8Array[]): Uint8Array {
  const body = concat(Uint8Array.from(unsigned(count)), ...parts);
  return concat(Uint8Array.from([id, ...unsigned(body.length)]), body);
}

/**
 * The module with `bodies` (of the code section) by name instead of its imports, all of which are functions. As defined
 * functions are numbered after the imported ones, those in front keep everybody's number.
 */
export function linkFunctions(
  module: Uint8Array,
  bodies: ReadonlyMap<string, readonly number[]>,
): Uint8Array {
  const reader = new Reader(module);
  const out = [reader.take(8)]; // magic and version
  const types: number[] = [], code: Uint8Array[] = [];
  while (reader.at < module.length) {
    const start = reader.at, id = reader.number(), length = reader.number();
    const body = new Reader(reader.take(length));
    if (id === IMPORTS) {
      for (let count = body.number(); count > 0; count--) {
        body.take(body.number()); // the name of a module
        const name = new TextDecoder().decode(body.take(body.number()));
        const found = bodies.get(name);
        if (body.number() !== FUNCTION || found === undefined) {
          throw new Error(`link SM2 kernel: nothing to put in the place of ${name}`);
        }
        types.push(...unsigned(body.number()));
        code.push(Uint8Array.from(found));
      }
    } else if (id === FUNCTIONS) {
      out.push(section(id, body.number() + code.length, Uint8Array.from(types), body.rest()));
    } else if (id === CODE) {
      out.push(section(id, body.number() + code.length, ...code, body.rest()));
    } else {
      out.push(module.subarray(start, reader.at));
    }
  }
  return concat(...out);
}
