/** What to install, by platform and package manager. Pure. */
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import type { Platform } from "./tools.ts";

/** Package managers that we know the names for. */
export const PACKAGE_MANAGERS = [
  "apt-get",
  "dnf",
  "zypper",
  "pacman",
  "apk",
  "brew",
  "port",
] as const;

export type PackageManager = typeof PACKAGE_MANAGERS[number];

/** Where a package manager lies on the systems that have it: looking needs no permission to run it. */
export const PACKAGE_MANAGER_PATHS: Readonly<Record<PackageManager, readonly string[]>> = {
  "apt-get": ["/usr/bin/apt-get"],
  "dnf": ["/usr/bin/dnf", "/usr/bin/dnf5"],
  "zypper": ["/usr/bin/zypper"],
  "pacman": ["/usr/bin/pacman"],
  "apk": ["/sbin/apk", "/usr/bin/apk"],
  "brew": ["/opt/homebrew/bin/brew", "/usr/local/bin/brew"],
  "port": ["/opt/local/bin/port"],
};

/** How each installs ffmpeg, and sox. */
const LINES: Readonly<Record<PackageManager, Readonly<Record<Wanted, string>>>> = {
  "apt-get": {
    ffmpeg: "sudo apt install ffmpeg",
    sox: "sudo apt install sox libsox-fmt-pulse libsox-fmt-alsa",
  },
  "dnf": { ffmpeg: "sudo dnf install ffmpeg-free", sox: "sudo dnf install sox" },
  "zypper": { ffmpeg: "sudo zypper install ffmpeg", sox: "sudo zypper install sox" },
  "pacman": { ffmpeg: "sudo pacman -S ffmpeg", sox: "sudo pacman -S sox" },
  "apk": { ffmpeg: "doas apk add ffmpeg", sox: "doas apk add sox" },
  "brew": { ffmpeg: "brew install ffmpeg", sox: "brew install sox" },
  "port": { ffmpeg: "sudo port install ffmpeg", sox: "sudo port install sox" },
};

/** The same where no package manager was seen. */
const BY_PLATFORM: Readonly<Record<Platform, Readonly<Record<Wanted, string>>>> = {
  linux: {
    ffmpeg: "apt install ffmpeg, dnf install ffmpeg-free, pacman -S ffmpeg, apk add ffmpeg",
    sox: "apt install sox libsox-fmt-pulse, dnf install sox, pacman -S sox, apk add sox",
  },
  darwin: { ffmpeg: "brew install ffmpeg", sox: "brew install sox" },
  windows: { ffmpeg: "winget install Gyan.FFmpeg", sox: "winget install ChrisBagwell.SoX" },
};

/** What may be asked for. */
export type Wanted = "ffmpeg" | "sox";

/** One line that says how to get `wanted` here; either of the two when none is named. */
export function installHint(
  os: Platform,
  packages: PackageManager | undefined,
  wanted?: Wanted,
): Text {
  const lines = packages === undefined ? BY_PLATFORM[os] : LINES[packages];
  if (wanted !== undefined) return text("voice.install", { how: lines[wanted] });
  return text("voice.install-one", { ffmpeg: lines.ffmpeg, sox: lines.sox });
}
