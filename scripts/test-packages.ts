/** Programs that tests drive, and the Debian packages that hold them. Installed when missing, as root only. */

/** Program or file → Debian package. A `*` in a path stands for one folder, whatever its name. */
const TEST_PACKAGES: Readonly<Record<string, string>> = {
  openssl: "openssl",
  ffmpeg: "ffmpeg",
  sox: "sox",
  "/usr/lib/*/sox/libsox_fmt_pulse.so": "libsox-fmt-pulse",
  pulseaudio: "pulseaudio",
  pactl: "pulseaudio-utils",
  "espeak-ng": "espeak-ng",
  "systemd-analyze": "systemd",
  tmux: "tmux",
  script: "bsdutils",
  python3: "python3",
  botan: "botan",
  javac: "default-jdk-headless",
  "/usr/share/java/bcprov.jar": "libbcprov-java",
  "/usr/share/java/bcpkix.jar": "libbcpkix-java",
  ip: "iproute2",
  zbarimg: "zbar-tools",
  nft: "nftables",
  mandoc: "mandoc",
  zsh: "zsh",
  fish: "fish",
  chromium: "chromium",
};

/** The paths that `pattern` may stand for. */
async function expand(pattern: string): Promise<string[]> {
  const [before, after] = pattern.split("*");
  if (after === undefined) return [pattern];
  const found: string[] = [];
  for await (const { name } of Deno.readDir(before!)) found.push(`${before}${name}${after}`);
  return found;
}

async function present(name: string): Promise<boolean> {
  const places = name.startsWith("/")
    ? await expand(name)
    : (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${name}`);
  for (const place of places) {
    try {
      await Deno.stat(place);
      return true;
    } catch (error) {
      const absent = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory;
      if (!absent) throw error;
    }
  }
  return false;
}

async function apt(...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command("apt-get", {
    args,
    stdin: "null",
    stdout: "null",
    env: { DEBIAN_FRONTEND: "noninteractive" },
  }).output();
  return success;
}

/** Installs the packages whose programs are missing; says what it does, and what it could not do. */
export async function installMissing(): Promise<void> {
  const missing: string[] = [];
  for (const [name, pack] of Object.entries(TEST_PACKAGES)) {
    if (!await present(name)) missing.push(pack);
  }
  if (missing.length === 0) return;
  if (Deno.uid() !== 0 || !await present("apt-get")) {
    console.log(`not installed: ${missing.join(" ")} (tests that need them are skipped)`);
    return;
  }
  console.log(`installing from Debian: ${missing.join(" ")}`);
  await apt("update", "-qq");
  const ok = await apt("install", "-y", "-qq", "--no-install-recommends", ...missing);
  if (!ok) console.log("apt-get install did not succeed: tests that need those will say so");
}
