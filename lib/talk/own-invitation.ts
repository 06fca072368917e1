/** One's own invitation as a line: for `contact invite`, and for `/invite` in a conversation. */
import { UsageError } from "../errors.ts";
import { parseAddress } from "../net/address.ts";
import { ownAddresses } from "../net/own-addresses.ts";
import type { State } from "../state/state.ts";
import {
  encodeInvitation,
  type Invitation,
  MAX_INVITATION_ADDRESSES,
  MAX_SUGGESTED_NAME_BYTES,
} from "./invitation.ts";

/** Addresses of this machine that an invitation names by itself. */
const OWN_ADDRESSES = 2;

/** What an invitation says besides the key. */
export interface InvitationFlags {
  readonly name?: string;
  readonly address?: readonly string[];
  readonly noAddress?: boolean;
}

/**
 * The invitation that the flags describe, as a line.
 *
 * @param port where this identity is reached: of addresses that name no other
 */
export function invitationLine(
  { settings }: State,
  key: Invitation["key"],
  port: number,
  flags: InvitationFlags = {},
): string {
  const name = flags.name ?? settings.get("name") ?? "";
  if (new TextEncoder().encode(name).length > MAX_SUGGESTED_NAME_BYTES) {
    throw new UsageError("invitation.long-name", { most: MAX_SUGGESTED_NAME_BYTES });
  }
  const given = flags.noAddress ? [] : flags.address?.map((each) => parseAddress(each, port));
  const addresses = given ?? ownAddresses(port).slice(0, OWN_ADDRESSES);
  if (addresses.length > MAX_INVITATION_ADDRESSES) {
    throw new UsageError("invitation.many-addresses", { most: MAX_INVITATION_ADDRESSES });
  }
  return encodeInvitation({ key, addresses, name });
}
