#!/usr/bin/env node
/**
 * Runs p2p from its npm package: Deno, of npm's package `deno`, with the bundle. starts.json says how. No shell takes
 * part, so it does the same on Windows.
 */
import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const starts = JSON.parse(readFileSync(join(HERE, "starts.json"), "utf8"));

/** Says what is wrong, in the language of the run, and ends. */
function fail(english, chinese) {
  const { P2P_LANG, LC_ALL, LC_MESSAGES, LANG } = process.env;
  const locale = P2P_LANG || LC_ALL || LC_MESSAGES || LANG || "";
  process.stderr.write(`${locale.startsWith("zh") ? `p2p：${chinese}` : `p2p: ${english}`}\n`);
  process.exit(1);
}

/** The path of Deno, which its package finds for this machine. */
function runtime() {
  try {
    return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (error) {
    return fail(
      `find Deno: ${error.message}; install p2p again, with its optional dependencies`,
      `查找 Deno：${error.message}；请重新安装 p2p，并包括其可选依赖`,
    );
  }
}

/** Whether nobody but the user can write into the folder. Windows keeps the folders of users to themselves. */
function isPrivate(folder) {
  if (process.platform === "win32") return true;
  const about = lstatSync(folder);
  return about.isDirectory() && about.uid === process.getuid() && (about.mode & 0o022) === 0;
}

/** Where Deno keeps what it compiled: the user's cache, or nowhere where that is not private. */
function codeCache() {
  const { P2P_CACHE, XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const nowhere = join(process.execPath, "none");
  const usual = process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME;
  const base = P2P_CACHE || usual || (HOME && join(HOME, ".cache"));
  if (!base) return nowhere;
  const folder = join(base, "p2p");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isPrivate(folder) ? join(folder, "code") : nowhere;
  } catch {
    return nowhere;
  }
}

/** Descriptors for the program: the first three, and the one that a passphrase is read from. */
function descriptors(args) {
  const all = ["inherit", "inherit", "inherit"];
  for (const [i, argument] of args.entries()) {
    const [, value = args[i + 1]] = /^--passphrase-fd(?:=(.*))?$/.exec(argument) ?? [, ""];
    if (!/^\d{1,3}$/.test(value)) continue;
    while (all.length <= Number(value)) all.push("ignore");
    if (Number(value) > 2) all[Number(value)] = Number(value);
  }
  return all;
}

const args = process.argv.slice(2);
const flags = starts.flags[`${process.platform}-${process.arch}`];
if (flags === undefined) {
  fail(
    `no Deno for ${process.platform} on ${process.arch}`,
    `没有适用于 ${process.platform} ${process.arch} 的 Deno`,
  );
}
const command = starts.commands.find(({ name }) => name === args[0]);
if (command === undefined || command.starts) flags.push(starts.programs);
const child = spawn(
  runtime(),
  [...starts.run, ...flags, join(HERE, "program", `${command?.name ?? "main"}.js`), ...args],
  {
    stdio: descriptors(args),
    env: { ...process.env, ...starts.environment, P2P_CLOSED: "", DENO_DIR: codeCache() },
  },
);
// At a terminal Ctrl-C reaches the program by itself as well, which takes both for one (lib/system/cleanup.ts).
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => fail(`start Deno: ${error.message}`, `启动 Deno：${error.message}`));
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
