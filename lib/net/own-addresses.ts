/** Where this machine can be reached, as far as it knows itself. */
import type { Address } from "./address.ts";

/** Addresses that reach nobody else: this machine's own, and those made up where nobody gave one (RFC 3927, RFC 4291). */
const USELESS = /^127\.|^169\.254\.|^::1$|^fe80:/i;

/** Interfaces between this machine and its own containers and machines within it. */
const WITHIN = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|podman|cni)/;

/** Whether an interface leads nowhere but to this machine, and to what runs within it. */
export function isInside({ name, address }: Deno.NetworkInterfaceInfo): boolean {
  return /^(?:127\.|::1$)/.test(address) || /^lo\d*$/.test(name) || WITHIN.test(name);
}

/** Bound to all addresses. */
const ALL = ["0.0.0.0", "::"];

/** An interface and an address of it that others may reach. */
export interface Interface {
  readonly name: string;
  readonly address: string;
  /** See `isInside`. */
  readonly inside: boolean;
}

/** All of them, IPv4 first and those that lead out of the machine. */
export function ownInterfaces(): Interface[] {
  const rank = ({ family, name }: Deno.NetworkInterfaceInfo) =>
    (family === "IPv4" ? 0 : 1) + (WITHIN.test(name) ? 2 : 0);
  return Deno.networkInterfaces()
    .filter(({ address }) => !USELESS.test(address))
    .sort((a, b) => rank(a) - rank(b))
    .map((own) => ({ name: own.name, address: own.address, inside: isInside(own) }));
}

/** Their addresses, with `port`. */
export function ownAddresses(port: number): Address[] {
  return ownInterfaces().map(({ address }) => ({ hostname: address, port }));
}

/** Where others reach a socket that is bound to `address`, the likeliest first. */
export function reachedAt(address: Address): Address[] {
  if (!ALL.includes(address.hostname)) return [address];
  return ownAddresses(address.port);
}
