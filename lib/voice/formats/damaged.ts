/** A sound file that is not what its format says. */
import { FormatError } from "../../errors.ts";
import { type Code, type ParamsArgument, text } from "../../text/catalogue.ts";
import type { Text } from "../../text/text.ts";

/** Says what is wrong; whoever opened the file gives it its name. */
export class SoundFormatError extends FormatError<"voice.damaged"> {
  readonly reason: Text;

  /** @param file its name, or the name of its kind */
  constructor(file: string, reason: Text, cause?: unknown) {
    super("voice.damaged", { file, reason }, { cause });
    this.reason = reason;
  }

  /** The same fault of the file called so. */
  named(file: string): SoundFormatError {
    return new SoundFormatError(file, this.reason, this);
  }
}

/** A fault of a file of that kind. */
export function soundError<C extends Code>(
  kind: string,
  code: C,
  ...params: ParamsArgument<C>
): SoundFormatError {
  return new SoundFormatError(kind, text(code, ...params));
}
