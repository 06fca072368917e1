// Answers of either language, whatever the language of the run; all else is none.
import assert from "node:assert/strict";
import { yesOrNo } from "../../lib/terminal/yes-no.ts";

Deno.test("yes and no are understood in English and Chinese, and nothing else is", () => {
  for (const yes of ["y", "Y", "yes", " YES\n", "是", "是\n"]) {
    assert.equal(yesOrNo(yes), true, yes);
  }
  for (const no of ["n", "N", "no", " No ", "否"]) assert.equal(yesOrNo(no), false, no);
  for (const none of ["", " ", "yy", "ye", "是的吗", "不要删", "/y"]) {
    assert.equal(yesOrNo(none), undefined, none);
  }
});
