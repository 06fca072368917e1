/**
 * What may be wrong with a picture. The code that finds it knows the kind of file, not its name; whoever opened the
 * file gives the error its name (`named`).
 */
import { type ErrorDetail, FailureError, FormatError, LimitError } from "../errors.ts";
import { type Code, type ParamsArgument, text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";

/** A picture that is not what its format says. */
export class PictureError extends FormatError<"picture.damaged"> {
  readonly reason: Text;

  /** @param picture its name, or the name of its kind */
  constructor(picture: string, reason: Text, detail: ErrorDetail = {}) {
    super("picture.damaged", { picture, reason }, detail);
    this.reason = reason;
  }

  /** The same fault of the picture called so. */
  named(picture: string): PictureError {
    return new PictureError(picture, this.reason, { hint: this.hint, cause: this });
  }
}

/** A picture that is larger than it may be. */
export class PictureLimitError extends LimitError<"picture.too-large"> {
  readonly reason: Text;

  /** @param picture its name, or the name of its kind */
  constructor(picture: string, reason: Text, detail: ErrorDetail = {}) {
    super("picture.too-large", { picture, reason }, detail);
    this.reason = reason;
  }

  /** The same fault of the picture called so. */
  named(picture: string): PictureLimitError {
    return new PictureLimitError(picture, this.reason, { hint: this.hint, cause: this });
  }
}

/** The picture cannot carry anything unseen, whatever the key. */
export class UnsuitablePictureError extends FailureError<"picture.unsuitable"> {
  override readonly kind: string = "unsuitable-picture";
  readonly reason: Text;

  /** @param picture its name, or the name of its kind */
  constructor(picture: string, reason: Text, detail: ErrorDetail = {}) {
    super("picture.unsuitable", { picture, reason }, detail);
    this.reason = reason;
  }

  /** The same fault of the picture called so. */
  named(picture: string): UnsuitablePictureError {
    return new UnsuitablePictureError(picture, this.reason, { hint: this.hint, cause: this });
  }
}

/** A fault of a PNG file. */
export function pngError<C extends Code>(code: C, ...params: ParamsArgument<C>): PictureError {
  return new PictureError("PNG", text(code, ...params));
}

/** Runs a reader of fields (`ByteReader`); where it comes to the end too early, the picture is cut off. */
export function readingFields<T>(kind: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FormatError) || cause instanceof PictureError) throw cause;
    throw new PictureError(kind, text("picture.truncated"), { cause });
  }
}
