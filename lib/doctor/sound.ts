/** What voice notes need: a program that records, one that plays, a microphone. */
import { P2PError } from "../errors.ts";
import { captureCommands } from "../voice/capture-commands.ts";
import type { Device } from "../voice/devices.ts";
import { OPUS, WAV } from "../voice/formats/sniff.ts";
import type { Host } from "../voice/host.ts";
import { listDevices } from "../voice/list-devices.ts";
import { playCommands } from "../voice/play-commands.ts";
import { missingToolError, VoiceError } from "../voice/problem.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { type Judgement, ok, warn } from "./finding.ts";

function toolsOf(commands: readonly { readonly tool: string }[]): string[] {
  return [...new Set(commands.map(({ tool }) => tool))];
}

/** Which programs record. */
export function checkRecorder(host: Host): Judgement {
  const tools = toolsOf(captureCommands(host, "auto", undefined));
  if (tools.length === 0) return warn(text("voice.no-recorder"), missing("record", host));
  return ok(text("doctor.tools", { tools }));
}

/** Which programs play what peers record. */
export function checkPlayer(host: Host): Judgement {
  const players = (type: typeof OPUS) =>
    toolsOf(playCommands(host, `/note${type.extension}`, type, 1));
  const tools = players(OPUS);
  if (tools.length > 0) return ok(text("doctor.tools", { tools }));
  const plain = players(WAV);
  const install = missing("play", host);
  return plain.length === 0
    ? warn(text("voice.no-player"), install)
    : warn(text("doctor.player.plain", { tools: plain }), install);
}

function missing(direction: "record" | "play", host: Host): Text | undefined {
  return missingToolError(direction, host).hint;
}

/** @param devices the microphones, or why they cannot be told */
export function judgeMicrophone(devices: readonly Device[] | P2PError): Judgement {
  if (devices instanceof P2PError) {
    const reason = devices.params["reason"];
    const isText = typeof reason === "object" && "code" in reason;
    return warn(isText ? reason : devices, devices.hint);
  }
  const [first] = devices;
  if (first === undefined) return warn(text("voice.no-device", { direction: "record" }));
  const name = first.description || first.name;
  return ok(text("doctor.microphone", { name, more: devices.length - 1 }));
}

/** @param signal ends the asking */
export async function checkMicrophone(host: Host, signal: AbortSignal): Promise<Judgement> {
  try {
    return judgeMicrophone(await listDevices(host, signal));
  } catch (error) {
    if (signal.aborted) return warn(text("doctor.microphone.late"));
    if (error instanceof VoiceError) return judgeMicrophone(error);
    throw error;
  }
}
