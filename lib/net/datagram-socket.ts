/** What a node sends and receives datagrams through: a UDP socket of its own, or a port that several programs share. */
import type { Arrival } from "../peer/connection-types.ts";
import type { Text } from "../text/text.ts";
import type { Address } from "./address.ts";
import type { OutgoingDatagram } from "./batch-socket.ts";

/** A bound port. */
export interface DatagramSocket {
  /** The bound address; all addresses are "0.0.0.0" whether or not IPv6 is among them. */
  readonly address: Address;
  /** Whether IPv6 peers are reached too. */
  readonly dual: boolean;
  /** Bytes that the system keeps until they are received; undefined where it does not say. */
  readonly receiveBuffer: number | undefined;
  /** The latest reason why the system refused to send; undefined after a success. */
  readonly sendProblem: Text | undefined;
  /** Called when the system says that nothing can be sent to an address as things are, with its error. */
  unsendable: (to: Address, problem: unknown) => void;
  /**
   * Called when the network says that nothing listens at an address (ICMP "port unreachable"), where the system passes it
   * on, with the first bytes of the datagram that was refused, as far as it says.
   */
  refused: (to: Address, start: Uint8Array) => void;
  /** Asked whether a session index is in use; by whoever keeps a list of them. */
  uses: (index: number) => boolean;
  /** The address as peers go by it; remembers the zone of a link-local one. */
  strip(address: Address): Address;
  /**
   * Hands all datagrams to `take` until the socket is closed. They are valid, and `take`'s to change, during the call only.
   *
   * @param failed gets what nobody foresaw
   */
  receiveAll(
    take: (arrivals: readonly Arrival[]) => void,
    failed: (error: unknown) => void,
  ): Promise<void>;
  /**
   * Sends the datagram in each slot, which must stay unchanged until the promise resolves. Never rejects: a datagram that
   * is not taken is a lost datagram.
   */
  sendAll(slots: readonly OutgoingDatagram[]): Promise<void>;
  /**
   * For whoever is about to leave: takes no more calls. Whether another program of the same identity takes them now, at the
   * same address.
   */
  resign(): boolean;
  close(): void;
}
