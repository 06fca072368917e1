/** HTTP requests as no browser would make them: every header is the test's own. */

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  /** In lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A request, and what is said with it. */
export interface RawRequest {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string;
}

/** Sends one request to 127.0.0.1:`port`, and reads the answer to the end of the connection. */
export async function raw(
  port: number,
  { method = "GET", target, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((each) => `${name}: ${each}`)
    );
    const upgrade = lines.some((line) => /^upgrade:/i.test(line));
    if (!upgrade) lines.push("Connection: close");
    if (body !== undefined) lines.push(`Content-Length: ${new TextEncoder().encode(body).length}`);
    const text = `${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
    await connection.write(new TextEncoder().encode(text));
    return await read(connection, upgrade);
  } finally {
    connection.close();
  }
}

async function read(connection: Deno.Conn, upgrade: boolean): Promise<RawAnswer> {
  const decoder = new TextDecoder("latin1");
  const piece = new Uint8Array(1 << 16);
  let text = "";
  for (;;) {
    const count = await connection.read(piece);
    if (count === null) break;
    text += decoder.decode(piece.subarray(0, count));
    // An upgraded connection goes on; its head is all that is asked for.
    if (upgrade && text.includes("\r\n\r\n")) break;
  }
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  }));
  return { status: Number(first.split(" ")[1]), headers, body: text.slice(end + 4) };
}
