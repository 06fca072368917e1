/** Lists of microphones, read from what the tools print. Pure. */

/** One microphone. */
export interface Device {
  /** What `--device` takes. */
  readonly name: string;
  /** What people call it; empty where there is no more than the name. */
  readonly description: string;
  /** Taken when no device is named. */
  readonly isDefault: boolean;
}

/** `pactl list sources`, and the default's name from `pactl get-default-source` or `pactl info`. */
export function parsePactl(list: string, defaultName: string | undefined): Device[] {
  return list.split(/^Source #\d+\s*$/m).slice(1).flatMap((block) => {
    const name = /^\s*Name: (.+)$/m.exec(block)?.[1]?.trim();
    const description = /^\s*Description: (.+)$/m.exec(block)?.[1]?.trim() ?? "";
    return name === undefined ? [] : [{ name, description, isDefault: name === defaultName }];
  });
}

/** The default source in the output of `pactl info`. */
export function parsePactlDefault(info: string): string | undefined {
  return /^Default Source: (.+)$/m.exec(info)?.[1]?.trim();
}

/** `ffmpeg -sources pulse`: "* NAME [DESCRIPTION] (none)", the star before the default. */
export function parseFfmpegSources(text: string): Device[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const found = /^([* ]) (\S+) \[(.*)\](?: \([^()]*\))?\s*$/.exec(line);
    if (found === null) return [];
    return [{ name: found[2]!, description: found[3]!, isDefault: found[1] === "*" }];
  });
}

/** `ffmpeg -f avfoundation -list_devices true -i ""`: the part of the sound devices, by number. */
export function parseAvfoundation(stderr: string): Device[] {
  const lines = stderr.split(/\r?\n/);
  const start = lines.findIndex((line) => /AVFoundation audio devices:/.test(line));
  if (start < 0) return [];
  return lines.slice(start + 1).flatMap((line) => {
    const found = /^\[AVFoundation[^\]]*\] \[(\d+)\] (.+)$/.exec(line);
    return found === null
      ? []
      : [{ name: found[1]!, description: found[2]!.trim(), isDefault: false }];
  });
}

/**
 * `ffmpeg -f dshow -list_devices true -i dummy`: older ones print the sound devices under a heading, newer ones mark each
 * line with "(audio)". A name with a colon is given by its alternative name, as ffmpeg splits at colons.
 */
export function parseDshow(stderr: string): Device[] {
  const devices: Device[] = [];
  let sound = false;
  let open: string | undefined;
  for (const line of stderr.split(/\r?\n/)) {
    if (/DirectShow (audio|video) devices/.test(line)) sound = /DirectShow audio/.test(line);
    const alternative = /Alternative name "([^"]+)"/.exec(line)?.[1];
    if (alternative !== undefined) {
      if (open !== undefined) {
        devices[devices.length - 1] = { ...devices.at(-1)!, name: alternative, description: open };
        open = undefined;
      }
      continue;
    }
    const found = /^\[[^\]]*\]\s+"(.+)"(?:\s+\((audio|video|none)[^)]*\))?\s*$/.exec(line);
    if (found === null) continue;
    open = undefined;
    if (found[2] === undefined ? !sound : found[2] !== "audio") continue;
    const name = found[1]!;
    devices.push({ name, description: "", isDefault: devices.length === 0 });
    if (name.includes(":")) open = name;
  }
  return devices;
}

/** `arecord -l`: "card 1: USB [USB Audio], device 0: …", named so that ALSA converts the format. */
export function parseArecord(text: string): Device[] {
  const lines = text.matchAll(/^card (\d+): \S+ \[([^\]]*)\], device (\d+): [^[]*\[([^\]]*)\]/gm);
  return [...lines].map(([, card, cardName, device, deviceName]) => ({
    name: `plughw:${card},${device}`,
    description: [cardName, deviceName].filter(Boolean).join(", "),
    isDefault: false,
  }));
}
