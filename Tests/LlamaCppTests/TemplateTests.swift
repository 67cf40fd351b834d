// The part of Jinja that chat templates use.
import JSONValue
import PluginKit
import Testing

@testable import LlamaCppPlugin

@Suite struct TemplateTests {
  private func render(_ template: String, _ messages: [JSONValue]) throws -> String {
    try ChatTemplate(template, bos: "<s>", eos: "</s>").text(of: messages)
  }

  private let turn: [JSONValue] = [
    ["role": "system", "content": " Be kind. "], ["role": "user", "content": "Hi"],
    ["role": "assistant", "content": "Hello"], ["role": "user", "content": "Bye"],
  ]

  @Test func `a template with namespaces, slices and trimming gives what jinja2 gives`() throws {
    let template = """
      {{- bos_token }}
      {%- set ns = namespace(count=0) %}
      {%- if messages[0]['role'] == 'system' %}
          {%- set system = messages[0].content | trim %}
          {%- set messages = messages[1:] %}
      {%- else %}
          {%- set system = none %}
      {%- endif %}
      {% for m in messages %}
        {% if m.role == 'user' and not loop.last %}
      [{{ loop.index }}] {{ (system + ' ' if system is not none else '') ~ m['content'].upper() }}
        {% else %}
      {{ m.content }}{{ eos_token if loop.last else '' }}
        {% endif %}
        {%- set ns.count = ns.count + 1 %}
      {% endfor %}
      {{ ns.count }}{# a remark #}
      {% if add_generation_prompt %}{{ '>>' }}{% endif %}
      """
    // From jinja2 3.1.6 with trim_blocks and lstrip_blocks.
    #expect(try render(template, turn) == "<s>[1] Be kind. HI\nHello\nBye</s>\n3>>")
  }

  @Test func `a template that refuses messages says so in its own words`() throws {
    let template = "{% if messages[0].role == 'system' %}{{ raise_exception('no system message') }}{% endif %}x"
    let refused = failure { _ = try render(template, turn) }
    #expect(refused?.status == .data && refused?.message.contains("no system message") == true)
    #expect(try render(template, Array(turn.dropFirst())) == "x")
  }

  @Test func `what it does not know is refused by name`() {
    for (template, word) in [
      ("{% macro a() %}{% endmacro %}", "macro"), ("{{ messages | tojson }}", "tojson"),
      ("{{ strftime_now('%d') }}", "strftime"),
      ("{% for m in messages %}", "for"), ("{{ 'a }}", "quotes"), ("{% if x %}", "if"), ("{{ messages", "closed"),
    ] {
      let refused = failure { _ = try render(template, turn) }
      #expect(refused?.status == .unsupported && refused?.message.contains(word) == true, "\(template)")
    }
  }

  @Test func `messages without role or text are refused with their number`() {
    for message: JSONValue in [["role": "robot", "content": "x"], ["role": "user"], ["role": "user", "content": 7]] {
      let refused = failure {
        _ = try render("{{ messages[0].content }}", [["role": "user", "content": "a"], message])
      }
      #expect(refused?.details["path"] == "/messages/1")
    }
    #expect(failure { _ = try render("x", []) }?.details["path"] == "/messages")
  }

  @Test func `hostile templates end`() {
    let deep = String(repeating: "(", count: 5000)
    #expect(failure { _ = try render("{{ \(deep) }}", turn) }?.status == .unsupported)
    let blocks = String(repeating: "{% if true %}", count: 5000)
    #expect(failure { _ = try render(blocks, turn) }?.status == .unsupported)
    let long = "{% for a in range(99999) %}{% for b in range(99999) %}{% set c = 1 %}{% endfor %}{% endfor %}"
    #expect(failure { _ = try render(long, turn) }?.status == .unsupported)
  }
}
