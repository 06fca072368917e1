/** English: frames, packets, streams and the connection they make. */

export const transport = {
  "frame.overrun": ({ end, limit }: { end: number; limit: number }) =>
    `write frame: ends at byte ${end} of a packet of ${limit}`,
  "stream.ring-range": ({ length, capacity }: { length: number; capacity: number }) =>
    `move stream bytes: ${length} do not fit into a buffer of ${capacity}`,
} as const;
