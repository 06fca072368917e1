/**
 * The decoders of `imagescript`: WebAssembly modules with a handful of exports, without imports, instantiated anew
 * for every picture so that none sees what another left. Its TIFF decoder is left out: version 1.3.1 traps on
 * every TIFF that netpbm writes. A decoder for WebP it does not have.
 */
import type { Bytes } from "../../bytes.ts";
import { P2PError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import { PictureError } from "../problem.ts";
import type { PictureSize } from "./size.ts";

/** A picture as a decoder gives it. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel: 1 grey, 3 RGB, 4 RGBA (or, from a JPEG, CMYK). */
  readonly channels: number;
  /** In the decoder's memory: valid until it is used again. */
  readonly samples: Uint8Array;
}

type Exports = Readonly<Record<string, (...args: number[]) => number>>;

class Module {
  readonly #exports: WebAssembly.Exports;

  constructor(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}) {
    this.#exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  }

  /** Calls an export. */
  call(name: string, ...args: number[]): number {
    return (this.#exports as Exports)[name]!(...args);
  }

  view(at: number, length: number): Uint8Array {
    return new Uint8Array((this.#exports.memory as WebAssembly.Memory).buffer, at, length);
  }

  /** Moves `bytes` in; the module owns and frees them. Where they were is given back at once: a file may be large. */
  moveIn(bytes: Bytes): readonly [at: number, length: number] {
    const { length } = bytes;
    const at = this.call("walloc", length);
    this.view(at, length).set(bytes);
    bytes.buffer.transfer(0);
    return [at, length];
  }

  /** What the export `name` of the picture at `picture` points to; its length is that of the last result. */
  result(name: string, picture: number): Uint8Array {
    const at = this.call(name, picture);
    return this.view(at, this.call("wlen"));
  }
}

/** Runs a decoder; whatever it throws (a WebAssembly trap as well) means a bad picture. */
function decoding(kind: string, run: () => Decoded): Decoded {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof P2PError) throw cause;
    throw new PictureError(kind, text("picture.undecodable"), { cause });
  }
}

function refuse(kind: string): never {
  throw new PictureError(kind, text("picture.undecodable"));
}

/** Decodes a JPEG, whose bytes are used up. */
export async function decodeJpeg(bytes: Bytes): Promise<Decoded> {
  const code = await import("imagescript/wasm/any/jpeg.wasm", { with: { type: "bytes" } });
  return decoding("JPEG", () => {
    const module = new Module(code.default);
    const picture = module.call("decode", ...module.moveIn(bytes), 0, 0);
    if (picture <= 1) refuse("JPEG");
    const channels = [1, 3, 4][module.call("decode_format", picture)];
    if (channels === undefined) refuse("JPEG");
    return {
      width: module.call("decode_width", picture),
      height: module.call("decode_height", picture),
      channels,
      samples: module.result("decode_buffer", picture),
    };
  });
}

/** A frame of RGBA samples where it lies on the screen. */
function onScreen(
  { width, height }: PictureSize,
  frame: PictureSize & { readonly left: number; readonly top: number },
  samples: Uint8Array,
): Decoded {
  const whole = frame.width === width && frame.height === height;
  if (whole) return { width, height, channels: 4, samples };
  const rowBytes = 4 * frame.width;
  const fits = frame.left + frame.width <= width && frame.top + frame.height <= height;
  if (!fits || samples.length < rowBytes * frame.height) refuse("GIF");
  const screen = new Uint8Array(4 * width * height);
  for (let y = 0; y < frame.height; y++) {
    const row = samples.subarray(y * rowBytes, (y + 1) * rowBytes);
    screen.set(row, 4 * ((frame.top + y) * width + frame.left));
  }
  return { width, height, channels: 4, samples: screen };
}

/**
 * Decodes the first frame of a GIF, on a screen of the given size: what it does not cover is transparent. The bytes are used up.
 */
export async function decodeGif(bytes: Bytes, screen: PictureSize): Promise<Decoded> {
  const code = await import("imagescript/wasm/any/gif.wasm", { with: { type: "bytes" } });
  return decoding("GIF", () => {
    const module = new Module(code.default, { env: { push_to_stream: () => undefined } });
    const decoder = module.call("decoder_new", ...module.moveIn(bytes), 0);
    if (decoder === 0) refuse("GIF");
    const frame = module.call("decoder_frame", decoder);
    if (frame <= 1) refuse("GIF");
    const place = {
      left: module.call("decoder_frame_x", frame),
      top: module.call("decoder_frame_y", frame),
      width: module.call("decoder_frame_width", frame),
      height: module.call("decoder_frame_height", frame),
    };
    return onScreen(screen, place, module.result("decoder_frame_buffer", frame));
  });
}
