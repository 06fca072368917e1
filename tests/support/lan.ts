/**
 * Tests never send to the networks of the machine they run on: every program that they start inherits this. Tests of
 * discovery name loopback, or the interfaces of hosts that they make.
 */
if (Deno.env.get("P2P_LAN") === undefined) Deno.env.set("P2P_LAN", "off");

/** Environment of a program that finds others on this machine. */
export const LOOPBACK = { P2P_LAN: "lo" } as const;

/** Environment of a program on a host that the test made. */
export const ALL_INTERFACES = { P2P_LAN: "all" } as const;
