/** English: what `p2p doctor` finds. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

interface Because {
  readonly path: string;
  readonly reason: Text;
}

export const doctor = {
  "doctor.state.ok": "ok",
  "doctor.state.warn": "warn",
  "doctor.state.fail": "FAILED",
  "doctor.cure": ({ cure }: { cure: Text }, { text }: Wording) => `cure: ${text(cure)}`,
  "doctor.run": ({ command }: { command: string }) => command,
  "doctor.busy": ({ name }: { name: Text }, { text }: Wording) => `checking: ${text(name)}`,
  "doctor.late": ({ seconds }: { seconds: number }) => `no answer within ${seconds} s`,
  "doctor.all-well": ({ total }: { total: number }) => `${counted(total, "check")}, all is well`,
  "doctor.warnings": ({ total, warnings }: { total: number; warnings: number }) =>
    `${counted(total, "check")}, ${warnings === 1 ? "1 warning" : `${warnings} warnings`}`,
  "doctor.failed": ({ failed, total }: { failed: number; total: number }) =>
    `check this machine: ${failed} of ${total} checks failed`,
  "doctor.failed-crypto": ({ failed, total }: { failed: number; total: number }) =>
    `check cryptography: ${failed} of ${total} tests failed`,
  "doctor.failed.hint": "do not use this build on this machine: what it writes may be unreadable",
  "doctor.passed": ({ total, kernel }: { total: number; kernel: string }) =>
    `all ${counted(total, "test")} passed; kernel: ${kernel}`,
  "doctor.crypto": ({ total }: { total: number }) => `all ${counted(total, "test")} passed`,

  "doctor.name.addresses": "addresses",
  "doctor.name.clock": "clock",
  "doctor.name.crypto": "cryptography",
  "doctor.name.database": "database",
  "doctor.name.firewall": "firewall",
  "doctor.name.home": "home",
  "doctor.name.identity": "identity",
  "doctor.name.microphone": "microphone",
  "doctor.name.multicast": "multicast",
  "doctor.name.permissions": "permissions",
  "doctor.name.player": "player",
  "doctor.name.port": "port",
  "doctor.name.recorder": "recorder",
  "doctor.name.space": "free space",
  "doctor.name.version": "version",

  "doctor.version": (
    { version, deno, v8, target, kernel }: {
      version: string;
      deno: string;
      v8: string;
      target: string;
      kernel: string;
    },
  ) => `p2p ${version}, Deno ${deno}, V8 ${v8}, ${target}; kernel: ${kernel}`,

  "doctor.clock": (
    { time, keeper }: { time: string; keeper: "synchronized" | "other" | "unknown" },
  ) =>
    time + {
      synchronized: ", synchronized over the network",
      other: ", kept by a time service (chrony or ntpd)",
      unknown: "; nothing here tells whether it is synchronized",
    }[keeper],
  "doctor.clock.early": ({ time, released }: { time: string; released: string }) =>
    `${time}: wrong, this p2p was made on ${released}; certificates and times of messages will be wrong`,
  "doctor.clock.late": ({ time }: { time: string }) =>
    `${time}: too far ahead; certificates and times of messages will be wrong`,
  "doctor.clock.unsynchronized": ({ time }: { time: string }) =>
    `${time}, not synchronized over the network`,

  "doctor.home": ({ path }: { path: string }) => `${path}, can be written to`,
  "doctor.home.none": ({ path }: { path: string }) =>
    `${path}, not there yet: it is made when it is needed`,
  "doctor.home.unreadable": ({ path, reason }: Because, { text }: Wording) =>
    `${path} cannot be looked at: ${text(reason)}`,
  "doctor.home.no-folder": ({ path }: { path: string }) => `${path} is not a folder`,
  "doctor.home.cannot-make": ({ path, reason }: Because, { text }: Wording) =>
    `${path} cannot be made: ${text(reason)}`,
  "doctor.home.not-writable": ({ path, reason }: Because, { text }: Wording) =>
    `${path} cannot be written to: ${text(reason)}`,
  "doctor.home.elsewhere": "set P2P_HOME to a folder that can be written to",

  "doctor.permissions": ({ count }: { count: number }) =>
    `the home and what lies in it (${count}) are yours alone`,
  "doctor.permissions.nothing": "there is nothing to protect yet",
  "doctor.permissions.none-here": "this system keeps no permissions that could be looked at",
  "doctor.permissions.open": (
    { name, mode, more }: { name: string; mode: string; more: number },
  ) => `others may use ${name} (mode ${mode})${more === 0 ? "" : `, and ${more} more`}`,
  "doctor.permissions.foreign": ({ name, user }: { name: string; user: number }) =>
    `${name} belongs to another user (number ${user})`,
  "doctor.permissions.as-root": "run p2p as that user: what root makes there, he cannot read",

  "doctor.identity.none": "there is none yet",
  "doctor.identity.unreadable": ({ path, reason }: Because, { text }: Wording) =>
    `${path} cannot be read: ${text(reason)}`,
  "doctor.identity.no-key": ({ path, reason }: Because, { text }: Wording) =>
    `${path} holds no private key: ${text(reason)}`,
  "doctor.identity.no-key.cure":
    "put a backup in its place, or begin anew with another key: p2p keygen --force",
  "doctor.identity.locked":
    "protected by a passphrase; the fingerprint is behind it, see: p2p pubkey",
  "doctor.identity.plain": ({ fingerprint }: { fingerprint: string }) =>
    `${fingerprint}, without a passphrase`,

  "doctor.database.none": "there is none yet: the first conversation makes it",
  "doctor.database": (
    { version, bytes, current }: { version: number; bytes: number; current: number | undefined },
    { size }: Wording,
  ) =>
    `opens; version ${version}, ${size(bytes)}${
      current === undefined ? "" : `; the next run brings it to version ${current}`
    }`,
  "doctor.database.fault": ({ path, reason }: Because, { text }: Wording) =>
    `${path}: ${text(reason)}`,

  "doctor.space": (
    { home, files, full }: {
      home: number | undefined;
      files: number | undefined;
      full: string | undefined;
    },
    { size }: Wording,
  ) => {
    const room = (bytes: number | undefined) => bytes === undefined ? "unknown" : size(bytes);
    const names = full === undefined ? "" : `; ${full} has no room for more files`;
    return `home ${room(home)}, this folder (where files go) ${room(files)}${names}`;
  },

  "doctor.addresses": ({ shown, more }: { shown: readonly string[]; more: number }) =>
    `${shown.join(", ")}${more === 0 ? "" : `, and ${more} more`}`,
  "doctor.addresses.none": "this machine has none that others could reach: connect it to a network",

  "doctor.port.free": ({ port }: { port: number }) => `UDP ${port} is free`,
  "doctor.port.own": ({ port }: { port: number }) =>
    `UDP ${port} is held by a p2p of this home, which shares it`,
  "doctor.port.other": ({ port }: { port: number }) =>
    `UDP ${port} is held by another program: end it, or use p2p listen --port N`,
  "doctor.port.refused": ({ port, reason }: { port: number; reason: Text }, { text }: Wording) =>
    `UDP ${port} cannot be had: ${text(reason)}`,

  "doctor.firewall.none":
    "the files of ufw, firewalld, nftables and iptables keep nobody out; a router's are not seen",
  "doctor.firewall.not-looked": "it cannot be looked at on this system; if it keeps peers out:",
  "doctor.firewall.open": (
    { names, ports }: { names: readonly string[]; ports: readonly string[] },
  ) => `${names.join(", ")}: UDP ${ports.join(" and ")} may come in`,
  "doctor.firewall.closed": (
    { name, ports, calls }: { name: string; ports: readonly string[]; calls: boolean },
  ) =>
    `${name}: UDP ${ports.join(" and ")} may not come in, so ${
      calls ? "peers cannot call" : "contacts on the LAN are not found"
    }, as far as its files tell`,
  "doctor.firewall.unreadable": ({ name }: { name: string }) =>
    `${name} is on, and its rules are not for this user to read; if peers cannot call:`,

  "doctor.multicast": ({ heard }: { heard: readonly string[] }) =>
    `works: ${heard.join(", ")}; contacts are found by themselves`,
  "doctor.multicast.off": "not tried: P2P_LAN=off",
  "doctor.multicast.no-interface": "not tried: there is no interface",
  "doctor.multicast.deaf": (
    { deaf, heard, why, port }: {
      deaf: readonly string[];
      heard: readonly string[];
      why: "join" | "send" | "hear";
      port: number;
    },
  ) => {
    const what = {
      join: "the group cannot be joined",
      send: "nothing can be sent to the group",
      hear: `what is sent to the group (UDP ${port}) does not come back`,
    }[why];
    const rest = heard.length === 0 ? "" : `; it works on ${heard.join(", ")}`;
    return `${deaf.join(", ")}: ${what}, so contacts there must be called by address${rest}`;
  },
  "doctor.multicast.firewall": ({ port }: { port: number }) =>
    `let UDP ${port} pass the firewall, or call by address: p2p chat 192.168.1.7`,
  "doctor.multicast.address": "call by address: p2p chat 192.168.1.7",

  "doctor.tools": ({ tools }: { tools: readonly string[] }) => tools.join(", "),
  "doctor.player.plain": ({ tools }: { tools: readonly string[] }) =>
    `${tools.join(", ")}: plays WAV alone, and notes come as Opus mostly`,
  "doctor.microphone": ({ name, more }: { name: string; more: number }) =>
    `${name}${more === 0 ? "" : `, and ${more} more`}`,
  "doctor.microphone.late": "the sound's programs do not answer",
} as const;
