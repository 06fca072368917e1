/**
 * An echo bot of examples/, killed (SIGKILL: p2p alone, the bot without its p2p, or both) again and again while messages
 * come: which were answered, how often, and in which order.
 */
import { join } from "node:path";
import { makeHome, p2p } from "../support/executable.ts";
import { events, type Listener, listener } from "../e2e/support.ts";
import { Bot, type BotName, freePort } from "../examples/support.ts";
import { SeededRandom } from "../lab/random.ts";

/** What a run is made of. */
export interface EchoRun {
  readonly folder: string;
  readonly bot: BotName;
  readonly messages: number;
  readonly kills: number;
  readonly seed: number;
}

/** What came of it, where every message was answered; the run fails otherwise. */
export interface EchoFigures {
  readonly messages: number;
  readonly kills: number;
  readonly answeredTwice: number;
  /** Answers that came before the answer to an earlier message. */
  readonly outOfOrder: number;
  /** From the first message to the last answer. */
  readonly milliseconds: number;
  /** Of these, from when the bot was there for good. */
  readonly rest: number;
}

/** The last message, when all others are answered. */
const LAST = "that was all";

/** The longest that a bot lives between two kills, in milliseconds. */
const MOST_MS = 800;

/** What the bot has answered. */
class Answers {
  /** In the order in which they came. */
  readonly texts: string[] = [];
  readonly #run: Listener;
  #rest = "";

  constructor(run: Listener) {
    this.#run = run;
    run.out.piece = (piece) => {
      const lines = (this.#rest + piece).split("\n");
      this.#rest = lines.pop()!;
      for (const { type, text } of events(lines.join("\n"))) {
        if (type === "message") this.texts.push(String(text));
      }
    };
  }

  /** Resolves when each of `texts` has been answered; fails where none is for half a minute. */
  async to(texts: readonly string[]): Promise<void> {
    const open = new Set(texts);
    for (let seen = 0; open.size > 0;) {
      const what = `answers to ${open.size} of ${texts.length} messages`;
      await this.#run.out.until(() => this.texts.length > seen ? true : undefined, what);
      for (; seen < this.texts.length; seen++) open.delete(this.texts[seen]!);
    }
  }
}

/** Runs it. */
export async function echoRun(
  { folder, bot: name, messages, kills, seed }: EchoRun,
): Promise<EchoFigures> {
  const random = new SeededRandom(seed);
  const [alice, robot] = [await makeHome(folder, "alice"), await makeHome(folder, "robot")];
  const run = await listener(["--json", "--no-play"], { home: alice.home, cwd: folder });
  const answers = new Answers(run);
  const port = freePort();
  const know = (home: string, name: string, key: string, address: string) =>
    p2p(["contact", "add", name, key, "--address", address], { home });
  await know(alice.home, "robot", robot.key, `127.0.0.1:${port}`);
  await know(robot.home, "alice", alice.key, run.peer);
  const state = join(folder, "state");
  await Deno.mkdir(state);
  await Deno.writeTextFile(join(state, "rules.json"), '{"": "{text}"}');
  const bots: Bot[] = [];
  const start = () => {
    const bot = new Bot(name, [state], robot.home, port);
    bots.push(bot);
    return bot;
  };
  const tell = (text: string) =>
    run.type(`${JSON.stringify({ type: "message", to: "robot", text })}\n`);
  try {
    await start().ready;
    await run.type(`${JSON.stringify({ type: "call", to: "robot" })}\n`);
    await run.out.match(/"type":"connected"/);
    const began = performance.now();
    const share = Math.ceil(messages / (kills + 1));
    for (let sent = 0, killed = 0; sent < messages || killed < kills;) {
      for (let i = 0; i < share && sent < messages; i++) await tell(`m ${sent++}`);
      if (killed >= kills) continue;
      killed++;
      // Some are killed while they start, some while they answer.
      await new Promise((resolve) => setTimeout(resolve, random.next() * MOST_MS));
      await bots.at(-1)!.kill((["all", "p2p", "bot"] as const)[Math.floor(random.next() * 3)]!);
      start();
    }
    // What was said while nobody was there waits until somebody is.
    await bots.at(-1)!.ready;
    const ready = performance.now();
    await run.type(`${JSON.stringify({ type: "call", to: "robot" })}\n`);
    await answers.to(Array.from({ length: messages }, (_, i) => `m ${i}`));
    const over = performance.now();
    // A second answer to one of them, of the bot that there is now, comes before this.
    await tell(LAST);
    await answers.to([LAST]);
    const got = answers.texts.filter((text) => text !== LAST);
    const order = got.map((text) => Number(text.slice(2)));
    return {
      messages,
      kills,
      answeredTwice: got.length - new Set(got).size,
      outOfOrder: order.filter((number, i) => i > 0 && number < order[i - 1]!).length,
      milliseconds: Math.round(over - began),
      rest: Math.round(over - ready),
    };
  } finally {
    for (const bot of bots) await bot.kill("all");
    await run.stop();
  }
}

if (import.meta.main) {
  const [messages = "1000", kills = "100", seed = "1", bot = "echo-bot.sh"] = Deno.args;
  const folder = await Deno.makeTempDir({ prefix: "p2p-echo-" });
  try {
    const run = { folder, messages: Number(messages), kills: Number(kills), seed: Number(seed) };
    console.log(JSON.stringify(await echoRun({ ...run, bot: bot as BotName })));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
