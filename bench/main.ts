/**
 * `deno task bench [NAME…] [--quick] [--json FILE]`: one table of ratios against named peers, each pair measured in
 * turn within this run.
 */
import { parseArgs } from "node:util";
import { type Bench, type Row, table } from "./harness.ts";

/** The groups, in the order of the table. Each is loaded when it runs. */
const GROUPS: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  kernel: () => import("./kernel.ts"),
  sm2: () => import("./sm2.ts"),
  files: () => import("./files.ts"),
  startup: () => import("./startup.ts"),
  stego: () => import("./stego.ts"),
  transport: () => import("./transport.ts"),
  session: () => import("./session.ts"),
  conversation: () => import("./conversation.ts"),
  transfer: () => import("./transfer.ts"),
  people: () => import("./people.ts"),
  certificates: () => import("./certificates.ts"),
  page: () => import("./page.ts"),
  terminal: () => import("./terminal.ts"),
};

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { quick: { type: "boolean" }, json: { type: "string" } },
});
const chosen = positionals.length === 0 ? Object.keys(GROUPS) : positionals;
for (const name of chosen) {
  if (!(name in GROUPS)) {
    console.error(`bench: no group ${name}; there are ${Object.keys(GROUPS).join(", ")}`);
    Deno.exit(2);
  }
}

const rows: Row[] = [];
for (const name of chosen) {
  const { bench } = await GROUPS[name]!();
  console.error(`measuring ${bench.name} …`);
  rows.push(...await bench.run({ quick: values.quick ?? false }));
}
console.log(table(rows));
if (values.json !== undefined) {
  await Deno.writeTextFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
