/** Where others can reach this machine. */
import { type Interface, ownInterfaces } from "../net/own-addresses.ts";
import { type System, thisSystem } from "../system/machine.ts";
import { text } from "../text/catalogue.ts";
import { type Judgement, ok, shellLine, warn } from "./finding.ts";

/** More addresses than these say nothing more. */
const MOST_SHOWN = 6;

const SHOW: Readonly<Record<System, string>> = {
  linux: "ip address",
  darwin: "ifconfig",
  windows: "ipconfig",
};

/** @param all interfaces with an address that others may reach, the likeliest first */
export function judgeAddresses(all: readonly Interface[], system: System): Judgement {
  const outside = all.filter(({ inside }) => !inside);
  if (outside.length === 0) return warn(text("doctor.addresses.none"), shellLine(SHOW[system]));
  const shown = outside.slice(0, MOST_SHOWN).map(({ name, address }) => `${name} ${address}`);
  return ok(text("doctor.addresses", { shown, more: outside.length - shown.length }));
}

/** Asks the system for its interfaces. */
export function checkAddresses(): Judgement {
  return judgeAddresses(ownInterfaces(), thisSystem());
}
