/** What to install, by platform and package manager. Pure. */
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

const LINES: Readonly<Record<PackageManager, string>> = {
  "apt-get":
    "sudo apt install ffmpeg   (or: sudo apt install sox libsox-fmt-pulse libsox-fmt-alsa)",
  "dnf": "sudo dnf install ffmpeg-free   (or: sudo dnf install sox)",
  "zypper": "sudo zypper install ffmpeg   (or: sudo zypper install sox)",
  "pacman": "sudo pacman -S ffmpeg   (or: sudo pacman -S sox)",
  "apk": "doas apk add ffmpeg   (or: doas apk add sox)",
  "brew": "brew install ffmpeg   (or: brew install sox)",
  "port": "sudo port install ffmpeg   (or: sudo port install sox)",
};

const BY_PLATFORM: Readonly<Record<Platform, string>> = {
  linux: "apt install ffmpeg, dnf install ffmpeg-free, pacman -S ffmpeg, apk add ffmpeg (or sox)",
  darwin: "brew install ffmpeg (or: brew install sox); Homebrew: https://brew.sh",
  windows: "winget install Gyan.FFmpeg   (or: winget install ChrisBagwell.SoX)",
};

/** One line that says how to get ffmpeg or sox here. */
export function installHint(os: Platform, packages: PackageManager | undefined): string {
  if (os === "windows" || packages === undefined) return `install one: ${BY_PLATFORM[os]}`;
  return `install one: ${LINES[packages]}`;
}
