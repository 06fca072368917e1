/** Where this machine can be reached, as far as it knows itself. */
import { type Address, DEFAULT_PORT } from "./address.ts";

/** Addresses that reach nobody else: this machine's own, and those made up where nobody gave one (RFC 3927, RFC 4291). */
const USELESS = /^127\.|^169\.254\.|^::1$|^fe80:/i;

/** Addresses of the interfaces, IPv4 first, with the usual port. */
export function ownAddresses(): Address[] {
  return Deno.networkInterfaces()
    .filter(({ address }) => !USELESS.test(address))
    .sort((a, b) => a.family < b.family ? -1 : a.family > b.family ? 1 : 0)
    .map(({ address }) => ({ hostname: address, port: DEFAULT_PORT }));
}
