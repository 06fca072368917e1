/** What the page's server lets in, without a server: requests, tokens, passes, ranges, names, pictures. */
import assert from "node:assert/strict";
import { Access, cookieOf } from "../../lib/page/access.ts";
import { refusalOf } from "../../lib/page/guard.ts";
import { attachment, pageHeaders, pagePolicy } from "../../lib/page/headers.ts";
import { pictureType } from "../../lib/page/picture-type.ts";
import { rangeOf } from "../../lib/page/ranges.ts";
import { piecesOf, safeLink } from "../../web/links.ts";

const HOST = "127.0.0.1:8700";

/** A request as our own page makes it, with changes. */
function refusal(method: string, path: string, changes: Record<string, string | null> = {}) {
  const headers: Record<string, string | null> = {
    host: HOST,
    origin: method === "GET" ? null : `http://${HOST}`,
    "sec-fetch-site": "same-origin",
    "content-type": method === "POST" ? "application/json" : "application/octet-stream",
    ...changes,
  };
  return refusalOf({ method, path, header: (name) => headers[name] ?? null }, HOST)?.why;
}

Deno.test("the page's own requests are let in", () => {
  assert.equal(refusal("GET", "/state"), undefined);
  assert.equal(refusal("POST", "/uploads"), undefined);
  assert.equal(refusal("PUT", "/uploads/00112233445566778899aabbccddeeff"), undefined);
  assert.equal(
    refusal("GET", "/events", { upgrade: "websocket", origin: `http://${HOST}` }),
    undefined,
  );
  const typed = {
    "sec-fetch-site": "none",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  assert.equal(refusal("GET", "/", typed), undefined);
  assert.equal(refusal("GET", "/", { ...typed, "sec-fetch-site": "cross-site" }), undefined);
});

Deno.test("every other host, origin, site, method, path and form is refused, for its own reason", () => {
  for (
    const host of [
      null,
      "evil.example:8700",
      "127.0.0.1",
      "127.0.0.1:8701",
      "localhost:8700",
      "127.0.0.1:8700.evil",
    ]
  ) {
    assert.equal(refusal("GET", "/state", { host }), "host", String(host));
  }
  for (
    const origin of [
      null,
      "null",
      "http://evil.example",
      "https://127.0.0.1:8700",
      "http://127.0.0.1:8701",
    ]
  ) {
    assert.equal(refusal("POST", "/session", { origin }), "origin", String(origin));
    assert.equal(
      refusal("GET", "/events", { origin, upgrade: "WebSocket" }),
      "origin",
      String(origin),
    );
  }
  assert.equal(refusal("GET", "/state", { origin: "http://evil.example" }), "origin");
  for (const site of [null, "cross-site", "same-site", "none"]) {
    assert.equal(refusal("GET", "/state", { "sec-fetch-site": site }), "site", String(site));
    assert.equal(refusal("POST", "/session", { "sec-fetch-site": site }), "site", String(site));
  }
  const framed = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "iframe",
  };
  assert.equal(refusal("GET", "/", framed), "site");
  assert.equal(refusal("DELETE", "/uploads"), "method");
  assert.equal(refusal("OPTIONS", "/uploads"), "method");
  for (
    const path of [
      "/../etc/passwd",
      "/files/..%2f..%2f",
      "/files/%00",
      "/state\\",
      `/${"a".repeat(300)}`,
    ]
  ) {
    if (path === "//evil") continue;
    assert.equal(refusal("GET", path), "path", path);
  }
  assert.equal(refusal("POST", "/session", { "content-type": "text/plain" }), "form");
  assert.equal(refusal("POST", "/session", { "content-type": null }), "form");
  assert.equal(refusal("PUT", "/uploads/x", { "content-type": "multipart/form-data" }), "form");
});

function access(): Access {
  let count = 0;
  return new Access((length) => new Uint8Array(length).fill(++count));
}

Deno.test("a token is good once; cookie and key are both needed, and of one session", () => {
  const door = access();
  const token = door.newToken();
  assert.equal(door.open(`${token}x`), undefined);
  const first = door.open(token)!;
  assert.equal(door.open(token), undefined);
  const second = door.open(door.newToken())!;
  assert.ok(door.allows(first.cookie, first.key));
  assert.ok(!door.allows(first.cookie, null));
  assert.ok(!door.allows(undefined, first.key));
  assert.ok(!door.allows(first.cookie, second.key));
  assert.ok(!door.allows(first.key, first.cookie));
});

Deno.test("a new token takes the place of the one before", () => {
  const door = access();
  const before = door.newToken();
  door.newToken();
  assert.equal(door.open(before), undefined);
});

Deno.test("after a lock nothing goes until it is unlocked; a new token ends what was locked", () => {
  const door = access();
  const { cookie, key } = door.open(door.newToken())!;
  door.lock();
  assert.ok(door.locked && !door.inUse);
  door.unlock();
  assert.ok(door.inUse && door.allows(cookie, key));
  door.lock();
  assert.ok(door.open(door.newToken()));
  assert.ok(!door.allows(cookie, key));
});

Deno.test("a pass is good once, for its file, for a minute", () => {
  const door = access();
  const word = door.pass("/files/a/b", 1000);
  assert.ok(!door.takePass(word, "/files/a/c", 1000));
  assert.ok(door.takePass(word, "/files/a/b", 1000));
  assert.ok(!door.takePass(word, "/files/a/b", 1000));
  assert.ok(!door.takePass(door.pass("/files/a/b", 0), "/files/a/b", 60_001));
  assert.ok(!door.takePass("", "/files/a/b", 0));
});

Deno.test("a cookie counts where it is there exactly once", () => {
  assert.equal(cookieOf("a=1; p2p-1=x; b=2", "p2p-1"), "x");
  assert.equal(cookieOf("p2p-1=x; p2p-1=y", "p2p-1"), undefined);
  assert.equal(cookieOf("xp2p-1=x", "p2p-1"), undefined);
  assert.equal(cookieOf(null, "p2p-1"), undefined);
});

Deno.test("ranges of a file", () => {
  assert.deepEqual(rangeOf("bytes=0-99", 1000), { from: 0, to: 100 });
  assert.deepEqual(rangeOf("bytes=900-", 1000), { from: 900, to: 1000 });
  assert.deepEqual(rangeOf("bytes=-100", 1000), { from: 900, to: 1000 });
  assert.deepEqual(rangeOf("bytes=0-5000", 1000), { from: 0, to: 1000 });
  assert.equal(rangeOf("bytes=1000-", 1000), "none");
  assert.equal(rangeOf("bytes=-0", 1000), "none");
  for (const other of [null, "bytes=5-1", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=-"]) {
    assert.equal(rangeOf(other, 1000), "all", String(other));
  }
});

Deno.test("what others sent goes out as bytes to save, whatever it is called", () => {
  const name = 'a"; filename=x.html\r\nset-cookie: a=b \u202E图.svg';
  const headers = pageHeaders({ "content-disposition": attachment(name) });
  const disposition = headers.get("content-disposition")!;
  assert.match(disposition, /^attachment; filename\*=UTF-8''[A-Za-z0-9._%-]+$/);
  assert.equal(decodeURIComponent(disposition.slice(disposition.indexOf("''") + 2)), name);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy")!, /^default-src 'none';.*sandbox/);
  const policy = pagePolicy({ script: "sha256-a", style: "sha256-b" });
  assert.doesNotMatch(policy, /unsafe|\*|http:|https:/);
  assert.match(policy, /frame-ancestors 'none'/);
});

Deno.test("pictures that are shown are told by their bytes", () => {
  const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const png = (size: string) => latin(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${size}\x08\x02\0\0\0`);
  const jpeg = (size: string) =>
    latin(`\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc4\0\x03c\xff\xc2\0\x0b\x08${size}\x01`);
  const webp = (chunk: string) => latin(`RIFF\x20\0\0\0WEBP${chunk}`);
  assert.equal(pictureType(png("\0\0\x04\0\0\0\x03\0")), "image/png");
  assert.equal(pictureType(jpeg("\x03\0\x04\0")), "image/jpeg");
  assert.equal(pictureType(latin("GIF89a\x10\0\x10\0......")), "image/gif");
  assert.equal(pictureType(webp("VP8X\n\0\0\0\0\0\0\0\xff\x03\0\xff\x02\0....")), "image/webp");
  assert.equal(pictureType(webp("VP8L\n\0\0\0\x2f\xff\xc0\xbf\0.........")), "image/webp");
  assert.equal(pictureType(webp("VP8 \n\0\0\0...\x9d\x01\x2a\0\x04\0\x03....")), "image/webp");
  // Too large, empty, cut off, without an end.
  assert.equal(pictureType(png("\0\0\xff\xff\0\0\xff\xff")), undefined);
  assert.equal(pictureType(png("\0\0\0\0\0\0\0\x01")), undefined);
  assert.equal(pictureType(jpeg("\xff\xff\xff\xff")), undefined);
  assert.equal(pictureType(webp("VP8X\n\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff....")), undefined);
  for (const whole of [png("\0\0\x04\0\0\0\x03\0").subarray(0, 20), jpeg("").subarray(0, 12)]) {
    assert.equal(pictureType(whole), undefined);
  }
  for (const other of ["<svg xmlns=", "<!doctype ht", "RIFF....WAVE", "", "GIF88a"]) {
    assert.equal(pictureType(latin(other)), undefined, other);
  }
});

Deno.test("only http and https become links, and what misleads is shown by its code", () => {
  const links = (text: string) => piecesOf(text).flatMap(({ link }) => link ?? []);
  assert.deepEqual(links("see https://example.org/a?b=1. and (http://x.org/y_(z))"), [
    "https://example.org/a?b=1",
    "http://x.org/y_(z)",
  ]);
  for (
    const text of [
      "javascript:alert(1)",
      "data:text/html,<script>",
      "file:///etc/passwd",
      "https://bank.example@evil.example/",
      "vbscript:x",
      "//evil.example",
    ]
  ) assert.deepEqual(links(text), [], text);
  assert.equal(safeLink("java\nscript:alert(1)"), undefined);
  // Part of an address would lead elsewhere than the whole.
  const long = `https://example.org/${"a".repeat(3000)}`;
  assert.deepEqual(piecesOf(`see ${long}`), [{ text: `see ${long}` }]);
  const shown = (text: string) => piecesOf(text).map((piece) => piece.text).join("");
  const cyrillic = "http://\u0430pple.com/x";
  assert.equal(shown(`${cyrillic} now`), `${cyrillic} (xn--pple-43d.com) now`);
  assert.equal(shown("http://0x7f000001/"), "http://0x7f000001/ (127.0.0.1)");
  assert.equal(shown("HTTPS://Example.org:443/A"), "HTTPS://Example.org:443/A");
  const pieces = piecesOf("a\u202Eb <b>");
  assert.equal(pieces.map(({ text }) => text).join(""), "a⟦U+202E⟧b <b>");
});
