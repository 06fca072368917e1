/** The machine as the voice code sees it: platform, environment for tools, and which tools are there. */
import { PACKAGE_MANAGER_PATHS, PACKAGE_MANAGERS, type PackageManager } from "./install.ts";
import { type Platform, toolPlaces, VOICE_ENVIRONMENT, type VoiceTool } from "./tools.ts";

/** What recording and playing need to know of the machine. Tests make their own. */
export interface Host {
  readonly os: Platform;
  /** The whole environment of a tool. */
  readonly environment: Readonly<Record<string, string>>;
  /** Which package manager to name in advice. */
  readonly packages: PackageManager | undefined;
  /** The absolute path of a tool; undefined when it is not installed. */
  find(tool: VoiceTool): string | undefined;
}

/** This machine. */
export function thisHost(): Host {
  const os = Deno.build.os;
  return makeHost(os === "darwin" || os === "windows" ? os : "linux", (name) => Deno.env.get(name));
}

/** A machine with the given variables: the tools are looked for on its PATH. */
export function makeHost(os: Platform, variable: (name: string) => string | undefined): Host {
  const environment: Record<string, string> = {};
  for (const name of VOICE_ENVIRONMENT) {
    const value = variable(name);
    if (value !== undefined) environment[name] = value;
  }
  // Messages in English, for `classify`.
  environment["LC_ALL"] = "C";
  const path = environment["PATH"] ?? "";
  const found = new Map<VoiceTool, string | undefined>();
  return {
    os,
    environment,
    packages: PACKAGE_MANAGERS.find((name) => PACKAGE_MANAGER_PATHS[name].some(isFile)),
    find(tool) {
      if (!found.has(tool)) found.set(tool, toolPlaces(tool, os, path).find(isProgram));
      return found.get(tool);
    },
  };
}

function fileInfo(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function isFile(path: string): boolean {
  return fileInfo(path)?.isFile ?? false;
}

function isProgram(path: string): boolean {
  const info = fileInfo(path);
  if (info === undefined || !info.isFile) return false;
  return info.mode === null || (info.mode & 0o111) !== 0;
}
