/** Sound: recorded with the browser's microphone and made a WAV that every receiver can play; looked into for its picture. */

/** Samples a second of a note. */
const RATE = 24_000;
/** A note lasts so long at most, in seconds. */
export const MOST_SECONDS = 600;
/** Bars of a picture. */
export const BARS = 48;

/** A recording that goes on. */
export interface Recording {
  /** Loudness now, 0 to 1. */
  level(): number;
  seconds(): number;
  /** Ends it: the note. */
  stop(): Promise<{ readonly file: File; readonly seconds: number }>;
  /** Ends it; nothing is kept. */
  drop(): void;
}

/** Begins to record. Rejects where there is no microphone, or it may not be used. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true },
  });
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const stopped = new Promise<void>((resolve) => recorder.onstop = () => resolve());
  recorder.start(1000);
  const began = performance.now();
  const samples = new Float32Array(analyser.fftSize);
  const free = () => {
    for (const track of stream.getTracks()) track.stop();
    return context.close();
  };
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      let peak = 0;
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
      return Math.max(0, 1 + Math.log10(Math.max(peak, 1e-4)) / 3);
    },
    seconds: () => (performance.now() - began) / 1000,
    async stop() {
      recorder.stop();
      await stopped;
      const sound = await decode(await new Blob(pieces).arrayBuffer());
      await free();
      const bytes = wav(sound.getChannelData(0), RATE);
      const name = `voice-${stamp(new Date())}.wav`;
      return { file: new File([bytes], name, { type: "audio/wav" }), seconds: sound.duration };
    },
    drop() {
      recorder.stop();
      free().catch(() => undefined);
    },
  };
}

function stamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}-` +
    `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

/** Any sound that the browser knows, as one channel at `RATE`. */
async function decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
  const out = new OfflineAudioContext(1, Math.max(1, Math.ceil(decoded.duration * RATE)), RATE);
  const source = out.createBufferSource();
  source.buffer = decoded;
  source.connect(out.destination);
  source.start();
  return await out.startRendering();
}

/** 16-bit PCM in a WAV. */
export function wav(samples: Float32Array, rate: number): ArrayBuffer {
  const out = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at: number, word: string) => {
    for (let i = 0; i < 4; i++) out.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, "RIFF");
  out.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVE");
  text(12, "fmt ");
  out.setUint32(16, 16, true);
  out.setUint16(20, 1, true);
  out.setUint16(22, 1, true);
  out.setUint32(24, rate, true);
  out.setUint32(28, rate * 2, true);
  out.setUint16(32, 2, true);
  out.setUint16(34, 16, true);
  text(36, "data");
  out.setUint32(40, samples.length * 2, true);
  for (let i = 0; i < samples.length; i++) {
    const value = Math.max(-1, Math.min(1, samples[i]!));
    out.setInt16(44 + i * 2, Math.round(value * 32767), true);
  }
  return out.buffer;
}

/** The picture of a sound: `BARS` heights, 0 to 1, the loudest 1; and how long it lasts. */
export async function lookInto(
  bytes: ArrayBuffer,
): Promise<{ readonly bars: readonly number[]; readonly seconds: number }> {
  const sound = await decode(bytes);
  const samples = sound.getChannelData(0);
  const peaks = Array.from({ length: BARS }, (_, i) => {
    const from = Math.floor(i * samples.length / BARS);
    const to = Math.floor((i + 1) * samples.length / BARS);
    let peak = 0;
    for (let at = from; at < to; at++) peak = Math.max(peak, Math.abs(samples[at]!));
    return peak;
  });
  const most = Math.max(...peaks, 1e-3);
  return { bars: peaks.map((peak) => Math.sqrt(peak / most)), seconds: sound.duration };
}
