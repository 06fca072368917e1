/** Loudness of sound, as numbers, as a meter and as a small picture in text. Pure. */

/** Loudness of a piece of sound; full scale is 1. */
export interface SoundLevel {
  readonly peak: number;
  readonly rms: number;
}

/** Quieter than this is an empty meter, in dB below full scale: the room, not the voice. */
const METER_FLOOR_DB = -60;
/** Quieter than this is the lowest step of a waveform. */
const WAVE_FLOOR_DB = -42;

const STEPS = "▁▂▃▄▅▆▇█";
const EIGHTHS = " ▏▎▍▌▋▊▉";

/** Loudness of `samples`. */
export function levelOf(samples: Int16Array): SoundLevel {
  let peak = 0;
  let squares = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size > peak) peak = size;
    squares += sample * sample;
  }
  const rms = samples.length === 0 ? 0 : Math.sqrt(squares / samples.length);
  return { peak: peak / 32768, rms: rms / 32768 };
}

/** Decibels below full scale (0 and less); −Infinity for silence. */
export function decibels(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

/** Where `amplitude` lies between `floor` dB (0) and full scale (1). */
function share(amplitude: number, floor: number): number {
  return Math.min(1, Math.max(0, 1 - decibels(amplitude) / floor));
}

/** A bar of `width` characters for the loudness: "█████▍      ". */
export function meterBar({ rms, peak }: SoundLevel, width: number): string {
  // Speech peaks some 12 dB above its mean; the bar shows what the ear hears, but a peak at full scale fills it.
  const filled = (peak >= 0.999 ? 1 : share(Math.min(1, rms * 2), METER_FLOOR_DB)) * width;
  const whole = Math.floor(filled);
  const part = whole < width ? EIGHTHS[Math.floor((filled - whole) * 8)] ?? "" : "";
  return `${"█".repeat(whole)}${part}`.padEnd(width);
}

/** The loudest sample of each of `count` equal parts, 0…1. */
export function peaks(samples: Int16Array, count: number): number[] {
  const length = Math.min(count, samples.length);
  return Array.from({ length }, (_, i) => {
    const from = Math.floor(i * samples.length / length);
    const to = Math.max(from + 1, Math.floor((i + 1) * samples.length / length));
    return levelOf(samples.subarray(from, to)).peak;
  });
}

/** A picture of the sound, `width` characters wide: "▁▂▆█▇▃▁". Its loudest part is the highest. */
export function waveform(samples: Int16Array, width = 24): string {
  const parts = peaks(samples, width);
  const loudest = Math.max(...parts, 1 / 32768);
  return parts.map((peak) => {
    const step = Math.round(share(peak / loudest, WAVE_FLOOR_DB) * (STEPS.length - 1));
    // A quiet recording is not blown up to a loud one: what is below the floor of the meter stays flat.
    return STEPS[share(loudest, METER_FLOOR_DB) === 0 ? 0 : step] ?? "";
  }).join("");
}
