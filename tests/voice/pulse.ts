/**
 * A PulseAudio server of the test's own, in a temporary folder, with two sinks that lead nowhere: what is played into
 * "mic" comes out of the microphone "mic.monitor", and what p2p plays into "ear" is heard at "ear.monitor".
 */
import { join } from "node:path";
import { type Host, makeHost } from "../../lib/voice/host.ts";
import { samplesOf } from "../../lib/voice/pcm.ts";
import { withFolder } from "../support/executable.ts";
import { until } from "../support/until.ts";

const RATE = 16_000;
/** Sound cannot wait, and tests run beside others: priority for the test's own part of it, where root runs them. */
const URGENT = ["-n", "-15"];

/** A sound server that runs. */
export interface Pulse {
  /** Variables by which programs find it; sound goes to "ear" and comes from "mic.monitor". */
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
  /** This machine with that sound server; only these tools are found where they are named. */
  host(...tools: string[]): Promise<Host>;
  /** Plays the file into the microphone, again and again, while `use` runs. */
  speak<T>(path: string, use: () => Promise<T>): Promise<T>;
  /** What is heard in the loudspeaker while `use` runs, at 16 kHz. */
  hear(use: () => Promise<unknown>): Promise<Int16Array>;
}

/** Runs `use` with a server, and ends the server. */
export async function withPulse(use: (pulse: Pulse) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const socket = join(folder, "native");
    const variables = {
      PULSE_SERVER: `unix:${socket}`,
      PULSE_RUNTIME_PATH: folder,
      PULSE_SINK: "ear",
      PULSE_SOURCE: "mic.monitor",
      HOME: folder,
    };
    const server = new Deno.Command("nice", {
      args: [
        ...URGENT,
        "pulseaudio",
        ...["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm"],
        ...["mic", "ear"].map((name) =>
          `--load=module-null-sink sink_name=${name} rate=48000 norewinds=1`
        ),
        `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      ],
      env: variables,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      await answers(variables);
      await use(new Server(folder, variables));
    } finally {
      server.kill("SIGKILL");
      await server.status;
    }
  });
}

async function answers(env: Record<string, string>): Promise<void> {
  await until(async () => {
    const { success } = await new Deno.Command("pactl", { args: ["info"], env }).output();
    return success;
  }, "an answer of the test's sound server");
}

class Server implements Pulse {
  constructor(readonly folder: string, readonly variables: Readonly<Record<string, string>>) {}

  async host(...tools: string[]): Promise<Host> {
    const path = tools.length === 0 ? Deno.env.get("PATH") : await this.#links(tools);
    return makeHost("linux", (name) => name === "PATH" ? path : this.variables[name]);
  }

  /** A folder that holds these tools and no others. */
  async #links(tools: readonly string[]): Promise<string> {
    const folder = await Deno.makeTempDir({ dir: this.folder });
    for (const tool of tools) await Deno.symlink(`/usr/bin/${tool}`, join(folder, tool));
    return folder;
  }

  async speak<T>(path: string, use: () => Promise<T>): Promise<T> {
    const player = new Deno.Command("nice", {
      args: [...URGENT, "sox", "-V1", "-q", path, "-t", "pulseaudio", "mic", "repeat", "99"],
      env: this.variables,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      return await use();
    } finally {
      player.kill("SIGKILL");
      await player.status;
    }
  }

  async hear(use: () => Promise<unknown>): Promise<Int16Array> {
    const recorder = new Deno.Command("nice", {
      args: [
        ...URGENT,
        "parecord",
        ...["--raw", "--format=s16le", `--rate=${RATE}`, "--channels=1", "--latency-msec=20"],
        "--device=ear.monitor",
      ],
      env: this.variables,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const parts: Uint8Array[] = [];
    const reader = recorder.stdout.getReader();
    const first = await reader.read();
    const reading = (async () => {
      for (let piece = first; !piece.done; piece = await reader.read()) parts.push(piece.value);
    })();
    try {
      await use();
    } finally {
      recorder.kill("SIGTERM");
      await reading;
      await recorder.status;
    }
    return samplesOf(await new Blob(parts as BlobPart[]).bytes());
  }
}

/** Loudness of every 20 ms of sound at 16 kHz. */
function envelope(samples: Int16Array): number[] {
  const step = RATE / 50;
  return Array.from({ length: Math.floor(samples.length / step) }, (_, i) => {
    let sum = 0;
    for (let k = i * step; k < (i + 1) * step; k++) sum += Math.abs(samples[k]!);
    return sum / step;
  });
}

/** What a recording must have of what was said, by `likeness`: another sentence of such length reaches 0.5, noise 0.25. */
const ALIKE = 0.65;
/** A machine too busy to keep up with the sound loses some of it: then it is tried again. */
const ATTEMPTS = 3;

/** Asserts that what `measure` records or plays is like what it should be. */
export async function assertAlike(what: string, measure: () => Promise<number>): Promise<void> {
  const found: number[] = [];
  while (found.length < ATTEMPTS) {
    found.push(await measure());
    if (found.at(-1)! > ALIKE) return;
  }
  throw new Error(`${what}: likeness ${found.join(", ")}`);
}

/**
 * How well the loudness of `heard` follows that of `said`, repeated without end, at the best offset: 1 is the same, what
 * has nothing to do with it is near 0. Silence is 0.
 */
export function likeness(heard: Int16Array, said: Int16Array): number {
  const [a, b] = [envelope(heard), envelope(said)];
  let best = 0;
  for (let offset = 0; offset < b.length; offset++) {
    best = Math.max(best, correlation(a, a.map((_, i) => b[(i + offset) % b.length]!)));
  }
  return best;
}

/** The same for a sound heard once somewhere within a longer time. */
export function likenessWithin(heard: Int16Array, said: Int16Array): number {
  const [a, b] = [envelope(heard), envelope(said)];
  let best = 0;
  for (let offset = 0; offset + b.length <= a.length; offset++) {
    best = Math.max(best, correlation(a.slice(offset, offset + b.length), b));
  }
  return best;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - ma, b[i]! - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** The strongest frequency by zero crossings, in Hz: for a pure tone. */
export function toneOf(samples: Int16Array, rate: number): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) {
    if (samples[i - 1]! < 0 && samples[i]! >= 0) crossings++;
  }
  return crossings * rate / samples.length;
}

/** Decodes any sound file to 16 kHz mono, by ffmpeg. */
export async function decoded(path: string): Promise<Int16Array> {
  const { stdout, success } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-nostdin", "-i", path, "-ac", "1", "-ar", `${RATE}`, "-f", "s16le", "-"],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${path} cannot be decoded`);
  return samplesOf(stdout);
}

/** Lets espeak-ng say `text` into a WAV file. */
export async function sayInto(path: string, text: string): Promise<void> {
  const { success } = await new Deno.Command("espeak-ng", {
    args: ["-v", "en", "-s", "150", "-w", path, text],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error("espeak-ng does not speak");
}
