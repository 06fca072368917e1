/** English: recording and playing. */
import type { Text, Wording } from "../text.ts";

export const voice = {
  "voice.busy": (
    { direction, device }: { direction: "record" | "play"; device: string | undefined },
  ) =>
    `the ${direction === "record" ? "microphone" : "loudspeaker"}${
      device === undefined ? "" : ` "${device}"`
    } is in use by another program`,
  "voice.busy.darwin":
    "close the program that holds it; 'p2p voice --device NAME' records from another",
  "voice.busy.linux":
    "close the program that holds it (see: fuser -v /dev/snd/*); 'p2p voice --device NAME' records from another",
  "voice.busy.windows":
    "close the program that holds it, or switch off exclusive mode in the device's properties",
  "voice.cannot-play": ({ reason }: { reason: Text }, { text }: Wording) =>
    `it cannot be played here: ${text(reason)}`,
  "voice.check-output": "check the sound output in the system's settings",
  "voice.choose-device":
    "see the devices: p2p voice --list-devices; choose one: p2p voice --device NAME",
  "voice.cut-short": ({ reason }: { reason: Text }, { text }: Wording) =>
    `it ended early: ${text(reason)}`,
  "voice.damaged": ({ file, reason }: { file: string; reason: Text }, { text }: Wording) =>
    `read ${file}: ${text(reason)}`,
  "voice.damaged-box": "damaged box",
  "voice.data-before-format": "data before its format",
  "voice.denied": (
    { direction, device }: { direction: "record" | "play"; device: string | undefined },
  ) =>
    `the system does not let p2p use the ${direction === "record" ? "microphone" : "loudspeaker"}${
      device === undefined ? "" : ` "${device}"`
    }`,
  "voice.denied.darwin-play": "System Settings > Sound > Output: choose a device",
  "voice.denied.darwin-record":
    "System Settings > Privacy & Security > Microphone: switch on your terminal, then start it again",
  "voice.denied.linux":
    "be a member of the group audio (sudo usermod -aG audio $USER, then log in again); in a container or sandbox, share the sound server with it",
  "voice.denied.windows-play": "Settings > System > Sound > Output: choose a device",
  "voice.denied.windows-record":
    "Settings > Privacy & security > Microphone: switch on access, also for desktop apps",
  "voice.device-colon": ({ device }: { device: string }) =>
    `choose device ${device}: a name with a colon cannot be given to ffmpeg`,
  "voice.device-colon.hint": "give its number: p2p voice --list-devices",
  "voice.device-control": "choose device: a control character in the name",
  "voice.device-name": ({ device }: { device: string }) =>
    `choose device ${device}: not a device name`,
  "voice.device-name.hint": "see the names: p2p voice --list-devices",
  "voice.enter-stops": ". Enter stops",
  "voice.impossible-format": "impossible format",
  "voice.impossible-rate": "impossible sample rate",
  "voice.discarded": "record voice: discarded",
  "voice.interrupted": "record voice: interrupted",
  "voice.install": ({ how }: { how: string }) => `install it: ${how}`,
  "voice.install-one": ({ ffmpeg, sox }: { ffmpeg: string; sox: string }) =>
    `install one: ${ffmpeg}   (or: ${sox})`,
  "voice.keep-question": "keep it? Enter: yes   p: play it   a: record again   n: no",
  "voice.keep-where": "save voice: --keep-encrypted wants a file, -o FILE",
  "voice.kept-unsent": ({ path }: { path: string }) =>
    `the note is kept; send it with: p2p voice PEER --input ${path}`,
  "voice.list-needs-ffmpeg": "list devices: sox cannot list them, ffmpeg is not installed",
  "voice.needs-ffprobe": ({ path }: { path: string }) =>
    `read ${path}: ffprobe is needed to look into this kind of file`,
  "voice.no-data": "truncated, no sound data",
  "voice.no-device": ({ direction }: { direction: "record" | "play" }) =>
    `no ${direction === "record" ? "microphone" : "loudspeaker"} found`,
  "voice.no-device.darwin-play": "choose an output in System Settings > Sound > Output",
  "voice.no-device.darwin-record":
    "connect a microphone (System Settings > Sound > Input), or send a sound file: p2p voice PEER --input FILE",
  "voice.no-device.linux-play":
    "connect a loudspeaker or headphones; the note can be played later: p2p voice --play FILE",
  "voice.no-device.linux-record":
    "connect a microphone and see it with: p2p voice --list-devices; or send a sound file: p2p voice PEER --input FILE",
  "voice.no-device.windows-play": "choose an output in Settings > System > Sound > Output",
  "voice.no-device.windows-record":
    "connect a microphone (Settings > System > Sound > Input), or send a sound file: p2p voice PEER --input FILE",
  "voice.no-peer": "send voice: name the peer",
  "voice.no-peer.hint": "p2p voice PEER; or -o FILE to record for yourself",
  "voice.no-player": "no player found (ffmpeg or sox)",
  "voice.no-recorder": "no recorder found (ffmpeg or sox)",
  "voice.no-server": "no sound server answers",
  "voice.no-server.darwin": "start the sound service again: sudo killall coreaudiod",
  "voice.no-server.linux":
    "start the sound server: systemctl --user start pipewire-pulse (or: pulseaudio --start); over ssh or in a container set PULSE_SERVER",
  "voice.no-server.windows": "start the service Windows Audio",
  "voice.no-server-no-card":
    "no sound server answers, and there is no sound card to use without one",
  "voice.no-sound": ({ path }: { path: string }) => `read ${path}: there is no sound in it`,
  "voice.no-stream-info": "no stream info",
  "voice.no-such-device": ({ device }: { device: string }) => `there is no device "${device}"`,
  "voice.not-installed": ({ tool }: { tool: string }) => `${tool} is not installed`,
  "voice.not-regular": ({ path }: { path: string }) => `read ${path}: not a regular file`,
  "voice.not-sound": ({ path }: { path: string }) =>
    `read ${path}: not a sound file that p2p knows`,
  "voice.not-sound.hint":
    "WAV, Ogg, FLAC, MP3, M4A, AAC, AIFF and AMR are known; for other files: p2p send-file",
  "voice.not-wav": "not a WAV file",
  "voice.nothing-recorded": "record voice: nothing was recorded",
  "voice.opening": "opening the microphone",
  "voice.play-peer": "play voice: --play takes no peer",
  "voice.play-peer.hint": "it plays here: p2p voice --play FILE",
  "voice.read": ({ path, reason }: { path: string; reason: Text }, { text }: Wording) =>
    `read ${path}: ${text(reason)}`,
  "voice.recorded": ({ note }: { note: string }) => `recorded ${note}`,
  "voice.recording": (
    { meter, seconds, left }: { meter: string; seconds: number; left: number },
    { duration }: Wording,
  ) => `recording [${meter}] ${duration(seconds)}, ${duration(left)} left`,
  "voice.recording-for": ({ seconds }: { seconds: number }, { duration }: Wording) =>
    `recording ${duration(seconds)}`,
  "voice.run-failed": ({ tool }: { tool: string }) => `run ${tool}: it cannot be started`,
  "voice.run-missing": ({ tool }: { tool: string }) => `run ${tool}: not installed`,
  "voice.saved": ({ path }: { path: string }) => `saved: ${path}`,
  "voice.silence":
    "nothing but silence was recorded: is the microphone switched off, or not allowed?",
  "voice.silence.linux":
    "unmute it (pactl set-source-mute @DEFAULT_SOURCE@ 0); 'p2p voice --device NAME' records from another",
  "voice.stalled": ({ tool }: { tool: string }) => `${tool} gave no more sound`,
  "voice.timeout": (
    { direction, device, tool }: {
      direction: "record" | "play";
      device: string | undefined;
      tool: string;
    },
  ) =>
    `the ${direction === "record" ? "microphone" : "loudspeaker"}${
      device === undefined ? "" : ` "${device}"`
    } gives no sound (${tool})`,
  "voice.too-long": (
    { path, seconds, limit }: { path: string; seconds: number; limit: number },
    { duration }: Wording,
  ) =>
    `send ${path}: it lasts ${duration(seconds)}, and a voice note lasts ${
      duration(limit)
    } at most`,
  "voice.too-long.hint": "send it as a file: p2p send-file PEER FILE",
  "voice.tool-ended": ({ tool, said }: { tool: string; said: string }) => `${tool} ended: ${said}`,
  "voice.tool-failed": ({ tool, said }: { tool: string; said: string }) =>
    `${tool} failed: ${said || "no reason given"}`,
  "voice.trouble": (
    { direction, reason }: { direction: "record" | "play"; reason: Text },
    { text }: Wording,
  ) => `${direction} voice: ${text(reason)}`,
  "voice.truncated": "truncated",
  "voice.truncated-format": "truncated format",
  "voice.unknown-coding": "its coding is not known to p2p",
  "voice.unreadable": ({ path }: { path: string }) =>
    `read ${path}: neither p2p nor ffprobe can make out what is in it`,
  "voice.unsupported": ({ tool, said }: { tool: string; said: string }) =>
    `${tool} cannot do it: ${said || "no reason given"}`,
} as const;
