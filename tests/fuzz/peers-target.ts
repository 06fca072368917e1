/**
 * Two endpoints and a network that the input drives: who calls whom, with what knowledge and tickets, what is lost, repeated,
 * late, changed, sent back, and when. Afterwards the network is good, and they must find each other as if nothing had been.
 */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { mac1Of } from "../../lib/session/mac.ts";
import type { Ticket, TicketStore } from "../../lib/session/ticket.ts";
import { looksLikeHandshake, mac1Parts } from "../../lib/wire/packet.ts";
import { type Flight, type Host, pair } from "../peer/network.ts";
import { ticketStore } from "../peer/tickets.ts";
import type { FuzzTarget } from "./fuzz.ts";

/** Steps of two bytes: what is done, and how. */
const MAX_STEPS = 40;

/** What becomes of a datagram: `dice` decides. */
function fate(flight: Flight, dice: number, now: number): Flight[] {
  if (dice < 120) return [flight];
  if (dice < 150) return [];
  if (dice < 170) return [flight, { ...flight, at: flight.at + dice }];
  if (dice < 190) return [{ ...flight, at: flight.at + 4 * dice }];
  const reflected = { ...flight, from: flight.to, to: flight.from, at: now };
  if (dice < 200) return [reflected, flight];
  const datagram = flight.datagram.slice();
  datagram[(dice * 31) % datagram.length]! ^= 1 << (dice % 8);
  if (dice >= 225 && looksLikeHandshake(datagram)) {
    const { covered, mac1 } = mac1Parts(datagram);
    mac1.set(mac1Of(covered));
  }
  return [{ ...flight, datagram, at: now }, flight];
}

/** Puts a copy of what `store` once had in place of what it has. */
function restore(store: TicketStore & { readonly all: Ticket[] }, copy: readonly Ticket[]): void {
  store.all.splice(0, store.all.length, ...copy);
}

function run(script: Uint8Array): void {
  const stores = [ticketStore(), ticketStore()] as const;
  const alwaysCookie = (script[0] ?? 0) % 2 === 1;
  const { network, a, b } = pair("fuzzed peers", {
    a: { tickets: stores[0] },
    b: { tickets: stores[1], config: { alwaysCookie } },
  });
  const other = (host: Host) => host === a ? b : a;
  const copies: Ticket[][] = [[], []];
  let drawn = 0;
  network.rule = (flight) => {
    const dice = script[1 + drawn++ % Math.max(1, script.length - 1)] ?? 0;
    return fate(flight, dice, network.now);
  };
  for (let at = 1; at + 1 < script.length && at < 2 * MAX_STEPS; at += 2) {
    const [what, how] = [script[at]!, script[at + 1]!];
    const host = how % 2 === 0 ? a : b;
    const remoteKey = other(host).identity.publicKey;
    switch (what % 6) {
      case 0:
        host.endpoint.connect(other(host).address, network.now, { remoteKey });
        break;
      case 1:
        host.endpoint.connect(other(host).address, network.now);
        break;
      case 2:
        for (const connection of [...host.endpoint.connections]) connection.close(0, "");
        break;
      case 3:
        copies[how % 2] = [...stores[how % 2]!.all];
        break;
      case 4:
        restore(stores[how % 2]!, copies[how % 2]!);
        break;
    }
    network.run(1 + how * 4);
    assert.ok([...host.endpoint.connections].length <= 4);
    assert.ok(host.endpoint.pendingCount <= 16);
  }
  network.rule = (flight) => [flight];
  network.run(40_000);
  const before = b.of("connected").length;
  const started = network.now;
  const known = { remoteKey: b.identity.publicKey };
  const connection = a.endpoint.connect(b.address, network.now, known);
  const both = () => connection.state === "established" && b.of("connected").length > before;
  assert.ok(
    network.run(3000, both),
    `not connected after ${network.now - started} ms: ${connection.state}`,
  );
  const theirs = [...b.endpoint.connections].map(({ handshakeHash }) => hex(handshakeHash!));
  assert.ok(theirs.includes(hex(connection.handshakeHash!)));
}

export const peersTarget: FuzzTarget = {
  name: "peers",
  run,
  seeds: () => [
    // Both call at once; a ticket is used; a copy of the state is restored; a cookie is asked for.
    Uint8Array.of(0, 0, 0, 0, 1),
    Uint8Array.of(0, 0, 0, 2, 50, 0, 0, 2, 50, 0, 1),
    Uint8Array.of(0, 0, 0, 3, 0, 2, 40, 0, 0, 2, 40, 4, 0, 0, 0),
    Uint8Array.of(1, 1, 0, 1, 1),
  ],
};
