/** How far a run of the page is: no identity yet, one that waits for its passphrase, or one that is open. */
import { type Bytes, equalConstantTime, utf8, wipe } from "../../lib/bytes.ts";
import { decodePrivateKey, isEncryptedPrivateKey } from "../../lib/crypto/keys/decode.ts";
import { encodePrivateKeyPem } from "../../lib/crypto/keys/encode.ts";
import { newPassphrase } from "../../lib/crypto/passphrase.ts";
import { generateKeyPair, publicKeyOf } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, FailureError } from "../../lib/errors.ts";
import { existingKey, writeIdentityFile } from "../../lib/state/identity-file.ts";
import { type Identity, identityPath, readKeyFile } from "../../lib/state/identity.ts";
import { nextTurn } from "../../lib/transfer/turn.ts";
import { loadIdentity } from "../shared/identity.ts";
import { type PassphraseFlags, passphraseGiven } from "../shared/secrets.ts";

/** Wrong passphrases before each further one waits, and how long at most, in milliseconds. */
const FREE_TRIES = 3;
const MOST_WAIT_MS = 30_000;

/** What is looked at of the command line. */
export interface StageFlags extends PassphraseFlags {
  readonly identity?: string;
}

/** Where it stands. */
export type StageName = "none" | "locked" | "open";

/** The identity of one run, as it becomes known. */
export class IdentityStage {
  /** Resolves with the identity once it is there and open. */
  readonly identity: Promise<Identity>;
  /** What the page's first screen was told to call us. */
  suggested = "";
  readonly #flags: StageFlags;
  readonly #open = Promise.withResolvers<Identity>();
  #identity: Identity | undefined;
  /** Whether there is a passphrase to ask for. */
  protected = false;
  #there = false;
  #checking = false;
  #wrong = 0;

  private constructor(flags: StageFlags) {
    this.#flags = flags;
    this.identity = this.#open.promise;
    this.identity.catch(() => undefined);
  }

  /** Looks at what is there; what needs no question is opened at once. */
  static async begin(flags: StageFlags): Promise<IdentityStage> {
    const stage = new IdentityStage(flags);
    if (flags.identity === undefined && await existingKey(identityPath()) === undefined) {
      return stage;
    }
    stage.#there = true;
    stage.protected = isEncryptedPrivateKey(await readKeyFile(stage.#path));
    if (!stage.protected || passphraseGiven(flags)) {
      stage.#opened(await loadIdentity(flags.identity, flags));
    }
    return stage;
  }

  get #path(): string {
    return this.#flags.identity ?? identityPath();
  }

  get name(): StageName {
    if (this.#identity !== undefined) return "open";
    return this.#there ? "locked" : "none";
  }

  /** 33 bytes; undefined until it is open. */
  get publicKey(): Bytes | undefined {
    return this.#identity?.publicKey;
  }

  #opened(identity: Identity): void {
    this.#identity = identity;
    this.#open.resolve(identity);
  }

  /** Makes the identity; an empty passphrase means none. */
  async make(passphrase: string, name: string): Promise<void> {
    if (this.#there) throw new FailureError("page.identity-there", {});
    this.#there = true;
    try {
      const { secretKey, publicKey } = generateKeyPair();
      const secret = passphrase === "" ? undefined : newPassphrase(utf8(passphrase));
      const pem = utf8(
        await encodePrivateKeyPem(secretKey, secret === undefined ? {} : { passphrase: secret }),
      );
      wipe(secret);
      await writeIdentityFile(identityPath(), pem);
      wipe(pem);
      this.protected = secret !== undefined;
      this.suggested = name;
      this.#opened({ secretKey, publicKey });
    } catch (error) {
      this.#there = await existingKey(identityPath()) !== undefined;
      throw error;
    }
  }

  /** Opens the identity, or shows again that its owner is there. One attempt at a time; wrong ones cost time. */
  async unlock(passphrase: string): Promise<void> {
    if (this.#checking) throw new FailureError("page.busy", {});
    this.#checking = true;
    try {
      if (this.#wrong >= FREE_TRIES) {
        const wait = Math.min(MOST_WAIT_MS, 1000 * 2 ** (this.#wrong - FREE_TRIES));
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
      const bytes = await readKeyFile(this.#path);
      const ask = () => Promise.resolve(utf8(passphrase));
      const secretKey = await decodePrivateKey(bytes, ask, { name: this.#path, turn: nextTurn });
      const publicKey = publicKeyOf(secretKey);
      this.#wrong = 0;
      if (this.#identity === undefined) return this.#opened({ secretKey, publicKey });
      wipe(secretKey);
      if (!equalConstantTime(publicKey, this.#identity.publicKey)) {
        throw new FailureError("page.identity-there", {});
      }
    } catch (error) {
      if (error instanceof AuthenticationError) this.#wrong++;
      throw error;
    } finally {
      this.#checking = false;
    }
  }
}
