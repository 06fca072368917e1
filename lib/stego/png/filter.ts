/**
 * PNG filters (ISO/IEC 15948 §9.2) in both directions, on whole scanlines with their filter byte in front.
 */
import { pngError } from "../problem.ts";
import type { Pass } from "./header.ts";

/** Filter types (§9.2, table 9.1). */
const Filter = { none: 0, sub: 1, up: 2, average: 3, paeth: 4 } as const;

/**
 * Turns filtered scanlines into samples, in place. The filter bytes stay, so that the same ones can be applied
 * again. `distance` is that of the bytes compared.
 */
export function unfilterPass(scanlines: Uint8Array, pass: Pass, distance: number): void {
  const { stride, height, offset } = pass;
  for (let row = 0; row < height; row++) {
    const at = offset + row * stride;
    const above = row === 0 ? -1 : at - stride;
    unfilterRow(scanlines, at, above, stride, distance);
  }
}

/** One scanline at `at`; `above` is where the one above it begins, −1 for the first. */
function unfilterRow(
  bytes: Uint8Array,
  at: number,
  above: number,
  stride: number,
  distance: number,
): void {
  const end = at + stride;
  const first = at + 1;
  const second = Math.min(first + distance, end);
  const up = above - at;
  switch (bytes[at]) {
    case Filter.none:
      return;
    case Filter.sub:
      for (let i = second; i < end; i++) bytes[i] = bytes[i]! + bytes[i - distance]!;
      return;
    case Filter.up:
      if (above < 0) return;
      for (let i = first; i < end; i++) bytes[i] = bytes[i]! + bytes[i + up]!;
      return;
    case Filter.average:
      if (above < 0) {
        for (let i = second; i < end; i++) bytes[i] = bytes[i]! + (bytes[i - distance]! >> 1);
        return;
      }
      for (let i = first; i < second; i++) bytes[i] = bytes[i]! + (bytes[i + up]! >> 1);
      for (let i = second; i < end; i++) {
        bytes[i] = bytes[i]! + ((bytes[i - distance]! + bytes[i + up]!) >> 1);
      }
      return;
    case Filter.paeth:
      if (above < 0) {
        for (let i = second; i < end; i++) bytes[i] = bytes[i]! + bytes[i - distance]!;
        return;
      }
      for (let i = first; i < second; i++) bytes[i] = bytes[i]! + bytes[i + up]!;
      for (let i = second; i < end; i++) {
        bytes[i] = bytes[i]! +
          paeth(bytes[i - distance]!, bytes[i + up]!, bytes[i + up - distance]!);
      }
      return;
    default:
      throw pngError("png.filter-type", { filter: bytes[at]! });
  }
}

/** The Paeth predictor (§9.4): whichever of left, above and above-left is nearest to their linear estimate. */
function paeth(left: number, above: number, corner: number): number {
  const fromLeft = Math.abs(above - corner);
  const fromAbove = Math.abs(left - corner);
  const fromCorner = Math.abs(left + above - 2 * corner);
  if (fromLeft <= fromAbove && fromLeft <= fromCorner) return left;
  return fromAbove <= fromCorner ? above : corner;
}

/**
 * Filters the scanline at `at` with filter `type` into `out` at `outAt`; the inverse of unfilterRow. `above` is
 * where the scanline above begins, −1 for the first.
 */
export function filterRow(
  bytes: Uint8Array,
  at: number,
  above: number,
  stride: number,
  distance: number,
  type: number,
  out: Uint8Array,
  outAt: number,
): void {
  const end = at + stride;
  const first = at + 1;
  const second = Math.min(first + distance, end);
  const up = above - at;
  let to = outAt;
  out[to++] = type;
  switch (type) {
    case Filter.none:
      for (let i = first; i < end; i++) out[to++] = bytes[i]!;
      return;
    case Filter.sub:
      for (let i = first; i < second; i++) out[to++] = bytes[i]!;
      for (let i = second; i < end; i++) out[to++] = bytes[i]! - bytes[i - distance]!;
      return;
    case Filter.up:
      if (above < 0) break;
      for (let i = first; i < end; i++) out[to++] = bytes[i]! - bytes[i + up]!;
      return;
    case Filter.average:
      if (above < 0) {
        for (let i = first; i < second; i++) out[to++] = bytes[i]!;
        for (let i = second; i < end; i++) out[to++] = bytes[i]! - (bytes[i - distance]! >> 1);
        return;
      }
      for (let i = first; i < second; i++) out[to++] = bytes[i]! - (bytes[i + up]! >> 1);
      for (let i = second; i < end; i++) {
        out[to++] = bytes[i]! - ((bytes[i - distance]! + bytes[i + up]!) >> 1);
      }
      return;
    case Filter.paeth:
      if (above < 0) {
        for (let i = first; i < second; i++) out[to++] = bytes[i]!;
        for (let i = second; i < end; i++) out[to++] = bytes[i]! - bytes[i - distance]!;
        return;
      }
      for (let i = first; i < second; i++) out[to++] = bytes[i]! - bytes[i + up]!;
      for (let i = second; i < end; i++) {
        out[to++] = bytes[i]! -
          paeth(bytes[i - distance]!, bytes[i + up]!, bytes[i + up - distance]!);
      }
      return;
  }
  for (let i = first; i < end; i++) out[to++] = bytes[i]!;
}

/**
 * Gives every scanline of a new picture the filter with the least sum of absolute differences (§12.8), by writing
 * the filter bytes. `scratch` holds a scanline.
 */
export function chooseFilters(scanlines: Uint8Array, pass: Pass, distance: number): void {
  const { stride, height, offset } = pass;
  const scratch = new Uint8Array(stride);
  for (let row = 0; row < height; row++) {
    const at = offset + row * stride;
    const above = row === 0 ? -1 : at - stride;
    let best: number = Filter.none;
    let least = Infinity;
    for (const type of [Filter.sub, Filter.up, Filter.average, Filter.paeth, Filter.none]) {
      filterRow(scanlines, at, above, stride, distance, type, scratch, 0);
      let sum = 0;
      for (let i = 1; i < stride; i++) {
        const byte = scratch[i]!;
        sum += byte < 128 ? byte : 256 - byte;
      }
      if (sum < least) {
        least = sum;
        best = type;
      }
    }
    scanlines[at] = best;
  }
}
