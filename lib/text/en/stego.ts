/** English: pictures, and what is wrong with them. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const stego = {
  "bmp.compressed": "a compressed bitmap",
  "bmp.header": "a header that is not known",
  "gif.no-picture": "no picture in it",
  "jpeg.cmyk": "its colours are CMYK",
  "jpeg.cmyk.hint": "convert it to RGB first",
  "jpeg.length": "impossible length",
  "jpeg.no-frame": "no frame header",
  "jpeg.no-marker": "no marker where one must be",
  "jpeg.scans": ({ limit }: { limit: number }) => `more than ${counted(limit, "scan")}`,
  "picture.convert.hint": "convert it to PNG first",
  "picture.cost": ({ cost, limit }: { cost: number; limit: number }, { size }: Wording) =>
    `decoding it takes ${size(cost)} of memory, more than the limit of ${size(limit)}`,
  "picture.damaged": ({ picture, reason }: { picture: string; reason: Text }, { text }: Wording) =>
    `read ${picture}: ${text(reason)}`,
  "picture.deep-pixels": (
    { width, height, bits, limit }: { width: number; height: number; bits: number; limit: number },
  ) => `${width}×${height} pixels of ${bits} bits are more than the limit of ${limit} bytes`,
  "picture.empty": "the file is empty",
  "picture.file-too-large": ({ limit }: { limit: number }, { size }: Wording) =>
    `the file has more than ${size(limit)}`,
  "picture.kind": ({ kind }: { kind: string }) => `${kind} pictures cannot be read`,
  "picture.no-size": "impossible size",
  "picture.palette": "no two colours of its palette are close enough to stand for each other",
  "picture.pixels": ({ width, height, limit }: { width: number; height: number; limit: number }) =>
    `${width}×${height} pixels are more than the limit of ${limit}`,
  "picture.pixels.hint":
    "make it smaller; or where there is the memory for it: p2p stego … --max-pixels N",
  "picture.read": ({ picture, reason }: { picture: string; reason: Text }, { text }: Wording) =>
    `read ${picture}: ${text(reason)}`,
  "picture.shallow": ({ bitDepth }: { bitDepth: number }) =>
    `in grey of ${counted(bitDepth, "bit")} every change could be seen`,
  "picture.too-large": (
    { picture, reason }: { picture: string; reason: Text },
    { text }: Wording,
  ) => `read ${picture}: ${text(reason)}`,
  "picture.transparent": "all of it is transparent",
  "picture.truncated": "truncated",
  "picture.undecodable": "damaged, or of a kind that cannot be read",
  "picture.unsuitable": (
    { picture, reason }: { picture: string; reason: Text },
    { text }: Wording,
  ) => `hide in ${picture}: nothing can be hidden in this picture: ${text(reason)}`,
  "picture.unsuitable.hint": "choose another: a photo in 8 or 16 bits per channel hides best",
  "png.deflate": ({ reason }: { reason: Text }, { text }: Wording) => `write PNG: ${text(reason)}`,
  "stego.bomb": ({ size: bytes, limit }: { size: number; limit: number }) =>
    `reveal: what is hidden has ${counted(bytes, "byte")}, more than the limit of ${limit}`,
  "stego.bomb.hint": "'p2p stego reveal --max-bytes N' allows more",
  "stego.code-block": "code message: block too long",
  "stego.code-lengths": "code message: lengths do not match",
  "stego.code-memory": "code message: not enough memory",
  "stego.code-shape": ({ height, width }: { height: number; width: number }) =>
    `code message: no code of ${height} × ${width}`,
  "stego.content-too-large": ({ limit }: { limit: number }, { size }: Wording) =>
    `hide message: more than ${size(limit)} cannot be hidden`,
  "stego.different-shapes": "compare pictures: they differ in size, depth or kind",
  "stego.malformed": "malformed",
  "stego.newer": "made by a newer version of p2p",
  "stego.no-order": "read bits: no order is set",
  "stego.no-positions": "order samples: none left",
  "stego.no-room": "hide message: too large for this picture",
  "stego.payload": ({ reason }: { reason: Text }, { text }: Wording) =>
    `read hidden message: ${text(reason)}`,
  "stego.positions": ({ size: count }: { size: number }) =>
    `order samples: impossible number ${count}`,
  "stego.undecodable": "its compressed content is damaged",
  "stego.wrong-length": "its content has not the length it says",
  "png.before-beginning": "compressed data: refers to before the beginning",
  "png.block-kind": "compressed data: unknown kind of block",
  "png.block-length": "compressed data: length of a block is wrong",
  "png.checksum": ({ chunk }: { chunk: string }) => `checksum of ${chunk} is wrong`,
  "png.chunk-length": "impossible chunk length",
  "png.chunk-type": "impossible chunk type",
  "png.chunks": "too many or too large chunks",
  "png.colour-type": ({ colourType }: { colourType: number }) =>
    `unknown colour type ${colourType}`,
  "png.compression": "unknown compression method",
  "png.data-checksum": "compressed data: checksum is wrong",
  "png.depth": ({ bitDepth, colourType }: { bitDepth: number; colourType: number }) =>
    `a depth of ${counted(bitDepth, "bit")} does not go with colour type ${colourType}`,
  "png.dictionary": "compressed data: needs a dictionary",
  "png.dimensions": "impossible width or height",
  "png.empty-chunks": "too many empty chunks",
  "png.end-data": "IEND has data",
  "png.endless-block": "compressed data: a block without an end",
  "png.ends-early": "compressed data: ends too early",
  "png.filter-method": "unknown filter method",
  "png.filter-type": ({ filter }: { filter: number }) => `unknown filter type ${filter}`,
  "png.grey-palette": "a grey picture has no palette",
  "png.header-length": "IHDR is not 13 bytes long",
  "png.header-twice": "IHDR twice",
  "png.impossible-code": "compressed data: impossible code",
  "png.interlace": "unknown interlace method",
  "png.no-data": "no image data",
  "png.no-header": "does not begin with IHDR",
  "png.no-length": "compressed data: repeats a length that is not there",
  "png.no-palette": "no palette",
  "png.not-zlib": "compressed data: not a zlib stream",
  "png.palette-length": "PLTE has an impossible length",
  "png.palette-place": "PLTE is out of place",
  "png.scattered-data": "IDAT chunks do not stand together",
  "png.signature": "not a PNG file, nor another picture that p2p reads",
  "png.too-few-codes": "compressed data: too few codes",
  "png.too-little-data": "less image data than the header says",
  "png.too-many-codes": "compressed data: too many codes",
  "png.too-many-lengths": "compressed data: too many code lengths",
  "png.too-much-data": "more image data than the header says",
  "png.trailing": "too much behind the image",
  "png.transparency-length": "tRNS has an impossible length",
  "png.transparency-place": "tRNS before PLTE",
  "png.transparency-twice": "tRNS twice",
  "png.unknown-chunk": ({ chunk }: { chunk: string }) => `unknown critical chunk ${chunk}`,
  "stego.hide-usage": 'p2p stego hide in.png "message"',
} as const;
