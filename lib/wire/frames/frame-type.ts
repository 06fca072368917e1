/** What a type of frame is made of: its number, its reader, and what the loss of a packet with it means. */
import type { FrameCursor } from "./frame-cursor.ts";

/**
 * What is sent when a packet with the frame is lost (RFC 9000 §13.3): its bytes that have not come otherwise; the frame
 * again, as long as the state that it tells of lasts; what the frame would say now; nothing.
 */
export type OnLoss = "bytes" | "again" | "current" | "nothing";

/** A type of frame. Its writers stand in the same file. */
export interface FrameType {
  /** As RFC 9000 §19 or its own specification calls it. */
  readonly name: string;
  readonly type: number;
  readonly onLoss: OnLoss;
  /** Reads what follows the type into the fields of `frame`; left out where nothing does. */
  readonly read?: (frame: FrameCursor) => void;
}
