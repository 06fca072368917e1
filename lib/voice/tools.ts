/**
 * Everything that p2p may run as another program, and the little of its environment that such a program sees.
 * The compiled executable is given permission for exactly these names (`scripts/compile.ts`).
 */

/** Programs that record, play, convert or describe sound. */
export const VOICE_TOOLS = [
  "ffmpeg",
  "ffprobe",
  "ffplay",
  "sox",
  "soxi",
  "rec",
  "play",
  "mpv",
  "aplay",
  "arecord",
  "paplay",
  "parecord",
  "pactl",
  "afplay",
  "powershell",
] as const;

/** The name of one of them. */
export type VoiceTool = typeof VOICE_TOOLS[number];

/** Systems that differ in how sound is reached; every other Unix is treated as Linux. */
export type Platform = "linux" | "darwin" | "windows";

/**
 * Variables handed on to a tool: where programs and homes are, and how to reach the sound server. Nothing else of the
 * environment (tokens, proxies, LD_PRELOAD, P2P_HOME) reaches it.
 */
export const VOICE_ENVIRONMENT = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  // PulseAudio, PipeWire
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "DBUS_SESSION_BUS_ADDRESS",
  "PULSE_SERVER",
  "PULSE_COOKIE",
  "PULSE_RUNTIME_PATH",
  "PULSE_STATE_PATH",
  "PULSE_SINK",
  "PULSE_SOURCE",
  "PULSE_CLIENTCONFIG",
  "PIPEWIRE_REMOTE",
  "PIPEWIRE_RUNTIME_DIR",
  // ALSA, sox, SDL (ffplay)
  "ALSA_CARD",
  "ALSA_PCM_CARD",
  "ALSA_CONFIG_PATH",
  "AUDIODEV",
  "AUDIODRIVER",
  "SDL_AUDIODRIVER",
  "SDL_AUDIO_DRIVER",
  // Windows
  "SystemRoot",
  "SystemDrive",
  "windir",
  "PATHEXT",
  "TEMP",
  "TMP",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "ProgramFiles",
  "ProgramData",
] as const;

/**
 * Where programs of that name may lie, in order. Folders that are not absolute are left out, so that no program comes
 * from the current folder.
 */
export function toolPlaces(
  tool: VoiceTool,
  os: Platform,
  path: string,
): string[] {
  const windows = os === "windows";
  const absolute = windows ? /^(?:[A-Za-z]:[\\/]|\\\\)/ : /^\//;
  return path.split(windows ? ";" : ":")
    .filter((folder) => absolute.test(folder))
    .map((folder) => {
      const base = folder.replace(windows ? /[\\/]+$/ : /\/+$/, "");
      return windows ? `${base}\\${tool}.exe` : `${base}/${tool}`;
    });
}
