/** Asks the machine's tools for its microphones. */
import type { Recorder } from "./capture-commands.ts";
import { run, type ToolCommand } from "./child.ts";
import {
  type Device,
  parseArecord,
  parseAvfoundation,
  parseDshow,
  parseFfmpegSources,
  parsePactl,
  parsePactlDefault,
} from "./devices.ts";
import type { Host } from "./host.ts";
import { classify, missingToolError, tellingLine, troubleError, VoiceError } from "./problem.ts";

/** A listing takes no longer than this, in milliseconds. */
const LIST_MS = 10_000;

const FFMPEG = ["-nostdin", "-hide_banner"] as const;
const LIST_AVFOUNDATION: ToolCommand = {
  tool: "ffmpeg",
  args: [...FFMPEG, "-f", "avfoundation", "-list_devices", "true", "-i", ""],
};
const LIST_DSHOW: ToolCommand = {
  tool: "ffmpeg",
  args: [...FFMPEG, "-f", "dshow", "-list_devices", "true", "-i", "dummy"],
};

/** The microphones of this machine; the default first. A VoiceError where they cannot be told. */
export async function listDevices(host: Host, signal?: AbortSignal): Promise<Device[]> {
  const devices = host.os === "linux"
    ? await linuxDevices(host, signal)
    : await ffmpegDevices(host, signal);
  return devices.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

async function ffmpegDevices(host: Host, signal: AbortSignal | undefined): Promise<Device[]> {
  if (host.find("ffmpeg") === undefined) {
    if (host.find("sox") === undefined) throw missingToolError("record", host);
    throw new VoiceError("no-tool", "voice.list-needs-ffmpeg", {}, {
      hint: missingToolError("record", host).hint,
    });
  }
  const [command, parse] = host.os === "darwin"
    ? [LIST_AVFOUNDATION, parseAvfoundation] as const
    : [LIST_DSHOW, parseDshow] as const;
  const { stderr } = await run(host, command, { timeout: LIST_MS, signal });
  const devices = parse(stderr);
  if (devices.length > 0) return devices;
  const backend = host.os === "darwin" ? "avfoundation" : "dshow";
  const problem = classify(stderr, "ffmpeg", backend);
  const attempt = { tool: "ffmpeg", backend, said: tellingLine(stderr) } as const;
  throw troubleError("record", [{
    ...attempt,
    problem: problem === "failed" ? "no-device" : problem,
  }], host);
}

/** The sound server's sources, then the sound cards of ALSA. */
async function linuxDevices(host: Host, signal: AbortSignal | undefined): Promise<Device[]> {
  const text = async (command: ToolCommand): Promise<string> => {
    if (host.find(command.tool) === undefined) return "";
    const { stdout } = await run(host, command, { timeout: LIST_MS, signal });
    return new TextDecoder().decode(stdout);
  };
  const list = await text({ tool: "pactl", args: ["list", "sources"] });
  const info = list === "" ? "" : await text({ tool: "pactl", args: ["info"] });
  let devices = parsePactl(list, parsePactlDefault(info));
  if (devices.length === 0) {
    devices = parseFfmpegSources(
      await text({ tool: "ffmpeg", args: [...FFMPEG, "-sources", "pulse"] }),
    );
  }
  devices.push(...parseArecord(await text({ tool: "arecord", args: ["-l"] })));
  if (devices.length > 0) return devices;
  if (
    ["ffmpeg", "sox", "rec", "arecord", "parecord"].every((tool) =>
      host.find(tool as "sox") === undefined
    )
  ) {
    throw missingToolError("record", host);
  }
  const nothing = { tool: "pactl", backend: "pulse", problem: "no-device", said: "" } as const;
  throw troubleError("record", [nothing], host);
}

/** The name that must be given where a recorder has no default of its own: ffmpeg on Windows. */
export async function defaultDevice(
  host: Host,
  recorder: Recorder,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (host.os !== "windows" || recorder === "sox" || host.find("ffmpeg") === undefined) {
    return undefined;
  }
  return (await listDevices(host, signal))[0]?.name;
}
