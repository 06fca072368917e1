/** Which pictures the page shows: those that browsers decode and nothing runs in, told by their first bytes. Pure. */

/** Media types of pictures that are shown. */
export type PictureType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** Bytes that `pictureType` looks at. */
export const PICTURE_HEAD_BYTES = 12;

/** The type of the picture that begins with `head`; undefined for everything else, whatever its name says. */
export function pictureType(head: Uint8Array): PictureType | undefined {
  const text = String.fromCharCode(...head.subarray(0, PICTURE_HEAD_BYTES));
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
  if (text.startsWith("RIFF") && text.slice(8) === "WEBP") return "image/webp";
  return undefined;
}
