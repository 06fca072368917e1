/** A picture and a voice note for the demo, made from nothing. */
import { deflateSync } from "node:zlib";
import { type Bytes, concat } from "../../lib/bytes.ts";
import { PNG_SIGNATURE } from "../../lib/stego/png/read.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";
import { writeWav } from "../../lib/voice/wav.ts";

/** A sunset over hills, with grain as a photo has it: 8-bit RGB PNG. */
export function sunset(width: number, height: number): Bytes {
  const rows = new Uint8Array(height * (1 + 3 * width));
  let noise = 0x2545f491;
  const grain = () => {
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    return ((noise >>> 0) % 9) - 4;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hill = height * (0.72 + 0.07 * Math.sin(x / 61) + 0.04 * Math.sin(x / 23 + 2));
      const sun = Math.hypot(x - width * 0.62, y - height * 0.55) / height;
      const glow = Math.exp(-6 * sun);
      const sky = y / height;
      const colour = y > hill
        ? [38 + 30 * glow, 44 + 20 * glow, 40]
        : sun < 0.08
        ? [255, 226, 150]
        : [70 + 170 * sky + 60 * glow, 80 + 60 * sky + 60 * glow, 150 - 70 * sky];
      const at = y * (1 + 3 * width) + 1 + 3 * x;
      const shade = grain();
      colour.forEach((value, i) => rows[at + i] = Math.max(0, Math.min(255, value + shade)));
    }
  }
  const header = { width, height, bitDepth: 8, colourType: 2, interlaced: false } as const;
  return concat(
    PNG_SIGNATURE,
    chunk("IHDR", headerData(header)),
    chunk("IDAT", new Uint8Array(deflateSync(rows))),
    chunk("IEND", new Uint8Array(0)),
  );
}

/** Two seconds of a rising chime: 16 kHz mono WAV. */
export function chime(): Bytes {
  const rate = 16000;
  const notes = [523.25, 659.25, 783.99, 1046.5];
  const samples = new Int16Array(2 * rate);
  for (let i = 0; i < samples.length; i++) {
    const note = Math.min(notes.length - 1, Math.floor((i / samples.length) * notes.length));
    const since = i / rate - (note * 2) / notes.length;
    const tone = Math.sin(2 * Math.PI * notes[note]! * (i / rate));
    samples[i] = Math.round(9000 * tone * Math.exp(-4 * since));
  }
  return writeWav(samples, rate);
}
