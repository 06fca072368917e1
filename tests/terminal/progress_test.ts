/** A line of progress in windows of any width: the time left stays, whoever named the file. */
import assert from "node:assert/strict";
import { progressLine } from "../../lib/terminal/progress.ts";
import { textWidth } from "../../lib/terminal/width.ts";
import { speakerOf } from "../../lib/text/speaker.ts";
import { text } from "../../lib/text/catalogue.ts";

const NAMES = [
  "a",
  "movie.mkv",
  "a long name of a file that somebody has chosen to tell what is in it.tar.gz",
  "一个名字很长很长的文件，长到一行放不下它的全部，还有扩展名.tar.gz",
  "family 👩‍👩‍👧 👨‍👩‍👧‍👦 and é́́́ marks.jpg",
];

Deno.test("at 60 columns and more a line of progress has its share and the time left, in both languages", async () => {
  for (const language of ["en", "zh"] as const) {
    const speaker = await speakerOf(language);
    for (const name of NAMES) {
      for (const code of ["talk.sending", "talk.receiving"] as const) {
        const label = speaker.text(text(code, { name }));
        for (let columns = 59; columns <= 130; columns++) {
          const work = { label, bytes: 2 ** 30, total: 2 ** 40, seconds: 10, resumed: 0 };
          const line = progressLine(speaker, work, columns);
          assert.ok(textWidth(line) <= columns, `${columns}: ${line}`);
          assert.match(line, /0 % .*2:50:30/, `${columns}: ${line}`);
        }
      }
    }
  }
});
