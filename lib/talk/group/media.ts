/** How a transfer says to which message of which group it belongs (docs/protocol.md, "Files of groups"). */

const MEDIA_TYPE = /^group\/([0-9a-f]{64})\/([0-9a-f]{64})$/;

/** Ids of transfers have 128 bits: the first of the message's. */
const TRANSFER_ID_DIGITS = 32;

/** The group and message that an offer's media type names. */
export function groupMediaType(type: string): { group: string; message: string } | undefined {
  const [, group, message] = MEDIA_TYPE.exec(type) ?? [];
  return group === undefined || message === undefined ? undefined : { group, message };
}

/** The media type of what belongs to a message. */
export function mediaTypeOf(group: string, message: string): string {
  return `group/${group}/${message}`;
}

/** The id of the transfer of what belongs to a message. */
export function transferIdOf(message: string): string {
  return message.slice(0, TRANSFER_ID_DIGITS);
}
