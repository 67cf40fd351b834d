// Markdown from plugins and people: what is shown, and that nothing in it becomes a tag, a script or a foreign request.
import assert from "node:assert/strict";
import test from "node:test";
import { renderToStaticMarkup } from "react-dom/server";
import { Markdown } from "../src/ui/Markdown";
import { safeAddress } from "../src/ui/markdownInline";

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />).replace(/^<div[^>]*>|<\/div>$/g, "");

test("headings begin below the page's own", () => {
  assert.equal(html("# Read CSV"), "<h3>Read CSV</h3>");
});

test("emphasis, code and links", () => {
  assert.equal(html("**bold** and *soft* and `a_b`"), "<p><strong>bold</strong> and <em>soft</em> and <code>a_b</code></p>");
  assert.equal(html("[page](/runs)"), '<p><a href="/runs">page</a></p>');
  assert.match(html("see https://example.org/x."), /href="https:\/\/example\.org\/x"[^>]*>https:\/\/example\.org\/x<\/a>\./);
});

test("a name in snake_case stays a name", () => {
  assert.equal(html("row_count_total and *args"), "<p>row_count_total and *args</p>");
});

test("lists nest, and numbers keep their start", () => {
  assert.equal(html("- a\n  - b\n- c"), "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
  assert.equal(html("3. x\n4. y"), '<ol start="3"><li>x</li><li>y</li></ol>');
});

test("tables with alignment and an escaped bar", () => {
  const table = html("| a | b |\n|---|--:|\n| x \\| y | 1 |");
  assert.match(table, /<td>x \| y<\/td><td data-align="right">1<\/td>/);
});

test("code blocks keep every character", () => {
  assert.match(html("```sql\nselect '<b>' -- *x*\n```"), /<code>select &#x27;&lt;b&gt;&#x27; -- \*x\*<\/code>/);
});

test("HTML is text", () => {
  const shown = html('<script>alert(1)</script><img src=x onerror="alert(1)">');
  assert.ok(!/<(script|img)/.test(shown), shown);
});

test("links lead to http, https, mailto or a page of ours", () => {
  for (const evil of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example", " javascript:alert(1)", "\u0001javascript:alert(1)", "file:///etc/passwd"]) {
    assert.equal(safeAddress(evil), null, evil);
    assert.ok(!html(`[click](${evil})`).includes("href"), evil);
  }
  assert.equal(safeAddress("mailto:a@example.org"), "mailto:a@example.org");
});

test("a picture is its words: nothing is fetched from elsewhere", () => {
  const shown = html("![pixel](https://evil.example/p.png)");
  assert.equal(shown, "<p><em>pixel</em></p>");
});

test("hostile text is read in little time", () => {
  const texts = ["*".repeat(50_000), "[".repeat(50_000), "`".repeat(50_000), "_a".repeat(40_000), "> ".repeat(20_000), "- ".repeat(20_000), "|-".repeat(30_000) + "\n" + "|-".repeat(30_000), "![](".repeat(20_000), "<http://".repeat(20_000), "#".repeat(50_000), "\\".repeat(50_001), "a\n".repeat(60_000), "**a ".repeat(20_000)];
  for (const text of texts) {
    const start = performance.now();
    html(text);
    const spent = performance.now() - start;
    assert.ok(spent < 2500, `${JSON.stringify(text.slice(0, 10))} took ${Math.round(spent)} ms`);
  }
});
