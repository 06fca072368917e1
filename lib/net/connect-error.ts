/** What is told of a connection that could not be made. */
import { AuthenticationError, FailureError, type P2PError, UnreachableError } from "../errors.ts";
import type { Connection } from "../peer/connection.ts";
import type { PeerEvent } from "../peer/endpoint.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { formatAddress } from "./address.ts";

/** The peer at a known address proved another key than before. */
export class KeyChangedError extends AuthenticationError<"net.connect"> {
  constructor(where: string, readonly presented: Uint8Array | undefined) {
    super("net.connect", { where, reason: text("net.connect.key-changed") });
  }
}

/** Why `connection` came to nothing, for a person; `sendProblem` is what the system last said of sending. */
export function connectError(
  connection: Connection,
  { reason, versions }: Extract<PeerEvent, { type: "failed" }>,
  sendProblem: Text | undefined,
): P2PError {
  const where = formatAddress(connection.address);
  const unreachable = (why: Text, hint?: Text) =>
    new UnreachableError("net.connect", { where, reason: why }, { hint });
  switch (reason) {
    case "key-changed":
      return new KeyChangedError(where, connection.presentedKey);
    case "version":
      return new FailureError(
        "net.connect",
        { where, reason: text("net.connect.versions", { versions: versions?.join(", ") ?? "" }) },
        { hint: text("net.connect.versions.hint") },
      );
    case "self":
      return unreachable(text("net.connect.self"), text("net.connect.self.hint"));
    case "closed":
      return unreachable(text("net.connect.given-up"));
    case "refused":
      return unreachable(text("net.connect.refused"), text("net.connect.no-answer.hint"));
    case "unsendable":
      return unreachable(sendProblem ?? text("net.connect.no-answer"));
    case "timeout":
      return unreachable(
        sendProblem ?? text("net.connect.no-answer"),
        text("net.connect.no-answer.hint"),
      );
  }
}
