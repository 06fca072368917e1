/**
 * Takes raw sound from a recorder's stdout into memory: one recorder after the other until one gives sound, then
 * until the length is reached, the user stops it, or the recorder ends.
 */
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import {
  type CaptureCommand,
  captureCommands,
  checkDevice,
  RECORD_RATE,
  type Recorder,
} from "./capture-commands.ts";
import { type Child, start } from "./child.ts";
import type { Host } from "./host.ts";
import { levelOf, type SoundLevel } from "./level.ts";
import { defaultDevice } from "./list-devices.ts";
import { PcmBuffer } from "./pcm.ts";
import {
  type Attempt,
  classify,
  missingRecorderError,
  tellingLine,
  troubleError,
} from "./problem.ts";

/** Longest recording, in seconds: 10 minutes of raw sound are 58 MB of memory. */
export const MAX_RECORD_SECONDS = 600;
/** How long a recorder may be silent, at first or later, in milliseconds; on macOS the user may first be asked. */
const STALL_MS = { linux: 8_000, windows: 8_000, darwin: 30_000 } as const;

/** What to record. */
export interface CaptureOptions {
  /** Most seconds of sound. */
  readonly seconds: number;
  readonly device?: string | undefined;
  readonly recorder?: Recorder | undefined;
  /** Called some 20 times a second while sound comes. */
  readonly onLevel?: ((progress: CaptureProgress) => void) | undefined;
  /** When aborted, what came so far is the recording. */
  readonly stop?: AbortSignal | undefined;
  /** When aborted, the recording is given up and the signal's reason thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a recording is. */
export interface CaptureProgress extends SoundLevel {
  /** Seconds recorded. */
  readonly seconds: number;
}

/** Raw sound. */
export interface Captured {
  /** Mono, `RECORD_RATE` a second. */
  readonly samples: Int16Array<ArrayBuffer>;
  readonly seconds: number;
  /** What recorded it. */
  readonly tool: string;
  /** Why it ended before its time, where nobody stopped it. */
  readonly cutShort?: Text;
}

/** Records. Fails with a VoiceError that says what to do. */
export async function capture(host: Host, options: CaptureOptions): Promise<Captured> {
  const recorder = options.recorder ?? "auto";
  const device = options.device === undefined ? undefined : checkDevice(options.device);
  const named = device ?? await defaultDevice(host, recorder, options.signal);
  const attempts: Attempt[] = [];
  for (const command of captureCommands(host, recorder, named)) {
    options.signal?.throwIfAborted();
    const result = await attempt(host, command, options);
    if ("samples" in result) return result;
    attempts.push(result);
    if (options.stop?.aborted) break;
  }
  if (attempts.length === 0) throw missingRecorderError(recorder, host);
  throw troubleError("record", attempts, host, device);
}

async function attempt(
  host: Host,
  command: CaptureCommand,
  options: CaptureOptions,
): Promise<Captured | Attempt> {
  const { tool, backend } = command;
  const child = start(host, command);
  const buffer = new PcmBuffer(Math.round(options.seconds * RECORD_RATE));
  let ending: "full" | "stopped" | "stalled" | "ended";
  try {
    ending = await listen(child, buffer, options, STALL_MS[host.os]);
  } catch (error) {
    await child.stop();
    buffer.wipe();
    throw error;
  }
  if (ending !== "ended") await child.stop();
  const { stderr } = await child.finish();
  const said = tellingLine(stderr);
  if (buffer.length === 0 && ending !== "stopped") {
    const problem = ending === "stalled" ? "timeout" : classify(stderr, tool, backend);
    return { tool, backend, problem, said };
  }
  const samples = buffer.take();
  const seconds = samples.length / RECORD_RATE;
  if (ending === "full" || ending === "stopped") return { samples, seconds, tool };
  const cutShort = ending === "stalled"
    ? text("voice.stalled", { tool })
    : text("voice.tool-ended", { tool, said });
  return { samples, seconds, tool, cutShort };
}

/** Reads until there is enough, or no more. */
async function listen(
  child: Child,
  buffer: PcmBuffer,
  { onLevel, stop, signal }: CaptureOptions,
  stallMs: number,
): Promise<"full" | "stopped" | "stalled" | "ended"> {
  const reader = child.stdout.getReader();
  const interruption = interruptible(stop, signal);
  try {
    for (;;) {
      const result = await interruption.race(reader.read(), stallMs);
      if (result === "stopped" || result === "stalled") return result;
      if (result.done) return "ended";
      const fresh = buffer.push(result.value);
      if (fresh.length > 0) onLevel?.({ seconds: buffer.length / RECORD_RATE, ...levelOf(fresh) });
      if (buffer.full) return "full";
    }
  } finally {
    interruption.end();
    await reader.cancel();
  }
}

/** Lets a read be overtaken by the user's stop, by an abort, or by silence of the recorder. */
function interruptible(stop: AbortSignal | undefined, signal: AbortSignal | undefined) {
  const events = Promise.withResolvers<"stopped">();
  events.promise.catch(() => undefined);
  const onStop = () => events.resolve("stopped");
  const onAbort = () => events.reject(signal?.reason);
  if (signal?.aborted) onAbort();
  if (stop?.aborted) onStop();
  stop?.addEventListener("abort", onStop);
  signal?.addEventListener("abort", onAbort);
  return {
    async race<T>(read: Promise<T>, stallMs: number): Promise<T | "stopped" | "stalled"> {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stalled = new Promise<"stalled">((resolve) => {
        timer = setTimeout(() => resolve("stalled"), stallMs);
      });
      try {
        return await Promise.race([read, events.promise, stalled]);
      } finally {
        clearTimeout(timer);
      }
    },
    end() {
      stop?.removeEventListener("abort", onStop);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
