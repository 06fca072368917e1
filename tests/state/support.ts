/** States in folders of their own. */
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import type { Identity } from "../../lib/state/identity.ts";
import { openState, type State, type StateOptions } from "../../lib/state/state.ts";
import type { Text } from "../../lib/text/text.ts";

/** A home of its own and an identity; states of it are closed when `use` is done. */
export class TestHome {
  readonly identity: Identity = generateKeyPair();
  readonly troubles: Text[] = [];
  /** What the clock says: milliseconds since 1970. */
  now = Date.parse("2026-01-02T03:04:05Z");
  readonly #open: State[] = [];

  constructor(readonly path: string) {}

  /** Opens the state, as another program on the same home would. */
  async open(options: Partial<StateOptions> = {}): Promise<State> {
    const state = await openState({
      home: this.path,
      identity: this.identity,
      now: () => this.now,
      trouble: (problem) => this.troubles.push(problem),
      ...options,
    });
    this.#open.push(state);
    return state;
  }

  closeAll(): void {
    for (const state of this.#open.splice(0)) state.close();
  }
}

/** Runs `use` with a fresh home. */
export async function withStateHome(use: (home: TestHome) => void | Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "p2p-state-" });
  const home = new TestHome(path);
  try {
    await use(home);
  } finally {
    home.closeAll();
    await Deno.remove(path, { recursive: true });
  }
}

/** All bytes of all files below `folder`, as Latin-1 text: for looking for what must not be there. */
export function allBytes(folder: string): string {
  return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`)))
    .join("\n");
}

/** `text` as its bytes look in `allBytes`. */
export function asBytes(text: string): string {
  return new TextDecoder("latin1").decode(new TextEncoder().encode(text));
}
