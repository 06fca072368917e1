/**
 * Makes a release in `dist/release`: executables, packages, the lists of their digests, and signatures of these lists.
 *
 *   deno task release                          everything, unsigned
 *   deno task release --key FILE               signed with that private key
 *   deno task release --only deb,npm           some of it
 *
 * Everything is made from one bundle, and the same source makes the same bytes (but signatures, which are random). It
 * is put together in a folder of its own, which takes its name when all is there; an interrupted run leaves nothing.
 */
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadIdentity } from "../commands/shared/identity.ts";
import { sayErrors } from "../commands/shared/run.ts";
import { encodePublicKeyText } from "../lib/crypto/keys/text.ts";
import { Sm2Signer } from "../lib/crypto/sm2.ts";
import { P2PError } from "../lib/errors.ts";
import { interruption, watchInterrupts } from "../lib/system/cleanup.ts";
import { bundle } from "./build/bundle.ts";
import { remove, removeIfInterrupted } from "./build/run.ts";
import { type Digests, digestsOf, sumLine } from "./build/sums.ts";
import { VERSION } from "./build/version.ts";
import { writeManual } from "./man.ts";
import { chosenParts, type Part, PARTS } from "./release/parts.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const CACHE = join(ROOT, "dist", ".build");
/** The lists of digests; a folder with these is one of ours. */
const LISTS: Readonly<Record<keyof Digests, string>> = { sha256: "SHA256SUMS", sm3: "SM3SUMS" };

const HELP = `usage: deno task release [--only PARTS] [--key FILE] [--output FOLDER]

  --only PARTS              a list of ${PARTS.slice(0, 4).map(({ name }) => name).join(", ")},
                            ${
  PARTS.slice(4).map(({ name }) => name).join(", ")
}; linux, macos, deb: all
                            that begin so (default: everything)
  --key FILE                sign ${Object.values(LISTS).join(" and ")} with the private key in
                            FILE; without it nothing is signed
  --passphrase-file FILE    its passphrase, where nobody is to be asked
  --output FOLDER           default dist/release; replaced as a whole
  --bundle FOLDER           pack this bundle instead of making one
                            (dist/.build/bundle of 'deno task compile')
`;

/** Ends the run because of how it was called. */
function refuse(why: string): never {
  console.error(`release: ${why}\n\n${HELP}`);
  Deno.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      args: Deno.args,
      options: {
        only: { type: "string" },
        key: { type: "string" },
        "passphrase-file": { type: "string" },
        output: { type: "string" },
        bundle: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const options = readOptions();
if (options.help) {
  console.log(HELP);
  Deno.exit(0);
}
const parts = options.only === undefined ? PARTS : chosenParts(options.only) ??
  refuse(`unknown part in ${options.only}`);
const output = resolve(options.output ?? join(ROOT, "dist", "release"));
/** Where everything is until it is whole; beside its place, so that it can be renamed. */
const work = join(dirname(output), `.${basename(output)}.${Deno.pid}.new`);

async function names(folder: string): Promise<string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Runs `make` at most once, whoever asks. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

async function makeManual(): Promise<string> {
  const folder = join(work, "manual");
  console.log("writing manual pages");
  await writeManual(folder);
  return folder;
}

async function makeBundle(): Promise<string> {
  const folder = join(work, "bundle");
  console.log("bundling the program");
  await bundle(ROOT, folder);
  return folder;
}

/** Writes the chosen parts to `folder`; answers the files' names. */
async function writeParts(chosen: readonly Part[], folder: string): Promise<string[]> {
  const ingredients = {
    root: ROOT,
    bundle: options.bundle ?? await makeBundle(),
    cache: CACHE,
    manual: once(makeManual),
    say: (what: string) => console.log(what),
  };
  const files: string[] = [];
  for (const { write } of chosen) {
    const name = await write(ingredients, folder);
    const { size } = await Deno.stat(join(folder, name));
    console.log(`  ${name}: ${(size / 1e6).toFixed(1)} MB`);
    files.push(name);
  }
  return files;
}

async function writeLists(files: readonly string[], folder: string): Promise<void> {
  const lists = { sha256: "", sm3: "" };
  for (const name of files) {
    const digests = await digestsOf(join(folder, name));
    lists.sha256 += sumLine(digests.sha256, name);
    lists.sm3 += sumLine(digests.sm3, name);
  }
  await Deno.writeTextFile(join(folder, LISTS.sha256), lists.sha256);
  await Deno.writeTextFile(join(folder, LISTS.sm3), lists.sm3);
}

async function release(): Promise<void> {
  const there = await names(output);
  if (there.length > 0 && !there.includes(LISTS.sha256)) {
    throw new Error(`${output} is no release and would be replaced`);
  }
  // Asked for first: a wrong passphrase is told at once.
  const signer = options.key === undefined
    ? undefined
    : await loadIdentity(options.key, { passphraseFile: options["passphrase-file"] });
  await Deno.mkdir(join(work, "files"), { recursive: true });
  await Deno.mkdir(CACHE, { recursive: true });
  const folder = join(work, "files");
  await writeLists(await writeParts(parts, folder), folder);
  if (signer !== undefined) {
    for (const name of Object.values(LISTS)) {
      const { secretKey, publicKey } = signer;
      const signed = new Sm2Signer(secretKey, undefined, publicKey);
      signed.update(await Deno.readFile(join(folder, name)));
      await Deno.writeFile(join(folder, `${name}.sig`), signed.sign());
    }
  }
  await remove(output);
  await Deno.rename(folder, output);
  console.log(`release ${VERSION}: ${output}`);
  console.log(
    signer === undefined
      ? "not signed: no --key was given"
      : `signed; the public key is ${encodePublicKeyText(signer.publicKey)}`,
  );
}

watchInterrupts();
removeIfInterrupted(work);
try {
  await release();
} catch (error) {
  // What an interrupt brought about is no failure.
  await interruption();
  if (error instanceof P2PError) await sayErrors([error], false);
  else console.error(`release: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
} finally {
  await remove(work);
}
// The signals are listened to, which would keep it from ending.
Deno.exit();
