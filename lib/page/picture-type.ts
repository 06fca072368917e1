/** Which pictures the page shows: those that browsers decode and nothing runs in, told by their first bytes. Pure. */

/** Media types of pictures that are shown. */
export type PictureType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** Bytes that are looked at: metadata before a JPEG's frame may be long. */
export const PICTURE_HEAD_BYTES = 256 << 10;

/** Pictures of more pixels are not shown: a browser takes four bytes for each, whatever the file has. */
const MOST_PIXELS = 64_000_000;

/**
 * The type of the picture that begins with `head`; undefined for everything else, whatever its name says, and for
 * pictures that say they are too large, or do not say how large.
 */
export function pictureType(head: Uint8Array): PictureType | undefined {
  const type = typeOf(head);
  if (type === undefined) return undefined;
  const pixels = pixelsOfPicture(type, new DataView(head.buffer, head.byteOffset, head.length));
  return pixels !== undefined && pixels > 0 && pixels <= MOST_PIXELS ? type : undefined;
}

function typeOf(head: Uint8Array): PictureType | undefined {
  const text = String.fromCharCode(...head.subarray(0, 12));
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
  if (text.startsWith("RIFF") && text.slice(8) === "WEBP") return "image/webp";
  return undefined;
}

/** Width times height, where the head says it. */
function pixelsOfPicture(type: PictureType, head: DataView): number | undefined {
  const fits = (bytes: number) => head.byteLength >= bytes;
  switch (type) {
    case "image/png":
      return fits(24) ? head.getUint32(16) * head.getUint32(20) : undefined;
    case "image/gif":
      return fits(10) ? head.getUint16(6, true) * head.getUint16(8, true) : undefined;
    case "image/webp":
      return fits(30) ? webpPixels(head) : undefined;
    case "image/jpeg":
      return jpegPixels(head);
  }
}

/** RFC 9649, 2.5 to 2.7: lossy, lossless, extended. */
function webpPixels(head: DataView): number | undefined {
  switch (head.getUint32(12)) {
    case 0x56503820: // "VP8 "
      return (head.getUint16(26, true) & 0x3fff) * (head.getUint16(28, true) & 0x3fff);
    case 0x5650384c: { // "VP8L"
      const bits = head.getUint32(21, true);
      return ((bits & 0x3fff) + 1) * ((bits >>> 14 & 0x3fff) + 1);
    }
    case 0x56503858: { // "VP8X"
      const u24 = (at: number) => head.getUint16(at, true) | head.getUint8(at + 2) << 16;
      return (u24(24) + 1) * (u24(27) + 1);
    }
    default:
      return undefined;
  }
}

/** The frame header of a JPEG (ITU-T T.81, B.2.2): segments are skipped until one of SOF0 to SOF15 comes. */
function jpegPixels(head: DataView): number | undefined {
  for (let at = 2; at + 9 <= head.byteLength;) {
    if (head.getUint8(at) !== 0xff) return undefined;
    const marker = head.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return head.getUint16(at + 5) * head.getUint16(at + 7);
    at += 2 + head.getUint16(at + 2);
  }
  return undefined;
}
