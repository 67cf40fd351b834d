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

  @Test func `what it does not know is refused by name and line`() {
    for (template, word) in [
      ("{% include 'a' %}", "include"), ("{{ messages | sort }}", "sort"), ("a\n\n{{ messages[0].pop() }}", "(line 3)"),
      ("{{ cycler(1) }}", "cycler"), ("{{ x is escaped }}", "escaped"), ("{{ foo() }}", "foo()"),
      ("{% for m in messages %}", "for"), ("{{ 'a }}", "quotes"), ("a\n{% if x %}\nb\nc", "(line 2)"),
      ("{{ messages", "closed"), ("{# a", "remark"), ("{% raw %}", "raw"), ("{{ nothing.a }}", "undefined"),
      ("{% macro a() %}", "macro"), ("{% set x %}", "set"), ("{% break %}", "break"),
    ] {
      let refused = failure { _ = try render(template, turn) }
      #expect(refused?.status == .unsupported)
      let message = refused?.message ?? "\(template) is rendered"
      #expect(message.contains(word))
    }
  }

  @Test func `macros, slices with steps, blocks in set, else of loops and JSON give what jinja2 gives`() throws {
    let template = """
      {%- macro shown(value, sign='-') -%}{{ sign }}{{ value | tojson }}{%- endmacro -%}
      {%- set all %}{% for m in messages[::-1] if m.role == 'user' %}{{ shown(m.content, sign=loop.index) }}{% endfor %}
      {%- endset -%}
      {{ all }}{% for k, v in {'b': [1, none]}.items() %}{{ shown({k: v}) }}{% else %}nothing{% endfor %}
      {%- for m in [] %}{% else %}{% generation %}|{{ [m is defined, (1,), 'a'] }}{% endgeneration %}{% endfor %}
      """
    // From jinja2 3.1.6 with the settings of transformers.
    #expect(try render(template, turn) == #"1"Bye"2"Hi"-{"b": [1, null]}|[False, (1,), 'a']"#)
  }

  @Test func `calls of tools reach a template that writes them, and no other`() throws {
    let call: JSONValue = [
      "role": "assistant", "tool_calls": [["id": "1", "name": "weather", "arguments": ["city": "Rome"]]],
    ]
    let used: [JSONValue] = [
      ["role": "user", "content": "Rain?"], call, ["role": "tool", "tool_call_id": "1", "content": "dry"],
    ]
    let knowing = """
      {%- for m in messages %}[{{ m.role }}]{{ m.content or '' }}
      {%- for c in m.tool_calls or [] %}{{ c.function.name }}{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}
      """
    #expect(try render(knowing, used) == #"[user]Rain?[assistant]weather{"city": "Rome"}[tool]dry"#)
    let joining =
      "{% for m in messages %}{{ m.content or '' }}{{ m.tool_calls[0].function.arguments + ';' if m.tool_calls }}{% endfor %}"
    #expect(try render(joining, used) == #"Rain?{"city":"Rome"};dry"#)
    let chatty = ["One ", "Two "].map { text -> JSONValue in
      ["role": "assistant", "content": .string(text), "tool_calls": [["name": "now"]]]
    }
    #expect(try render(knowing, chatty) == "[assistant]One now{}[assistant]Two now{}")
    // It would leave the call out.
    let unaware = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    #expect(failure { _ = try render(unaware, used) }?.details["path"] == "/messages/1/tool_calls")
    let picky = "{% for m in messages if m.role in ['user', 'assistant'] %}{{ m.content }}{% endfor %}"
    let answered = [used[0], used[2]]
    #expect(failure { _ = try render(picky, answered) }?.details["path"] == "/messages/1/role")
    #expect(try render(unaware, answered) == "[user]Rain?[tool]dry")
  }

  @Test func `calls of tools without a name, arguments or in the wrong message are refused with its number`() {
    let template = "{% for m in messages %}{{ m.content }}{{ m.tool_calls | string }}{% endfor %}"
    let calls: [(role: JSONValue, calls: JSONValue)] = [
      ("user", [["name": "a"]]), ("assistant", []), ("assistant", "a"), ("assistant", [["arguments": [:]]]),
      ("assistant", [["name": "a", "arguments": "no JSON"]]), ("assistant", [["name": "a", "arguments": [1]]]),
    ]
    for (role, calls) in calls {
      let messages: [JSONValue] = [turn[1], ["role": role, "content": "x", "tool_calls": calls]]
      let refused = failure { _ = try render(template, messages) }
      #expect(refused?.status == .invalidArgument && refused?.details["path"] == "/messages/1", "\(calls.text)")
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
    func refused(_ template: String, _ limits: TemplateLimits = TemplateLimits()) -> PluginError? {
      failure { _ = try ChatTemplate(template, bos: "", eos: "", limits: limits).text(of: turn) }
    }
    func many(_ text: String, _ count: Int = 5000) -> String { String(repeating: text, count: count) }
    let nested = [
      "{{ \(many("(")) }}", "{{ \(many("[")) }}", "{{ \(many("not ")) 1 }}", "{{ \(many("-")) 1 }}",
      "{{ a\(many(".a")) }}",
      "{{ 1\(many(" + 1")) }}", "{{ 1\(many(" | string")) }}", "{{ 1\(many(" if 1 else 1")) }}",
      "{{ 1\(many(" is odd")) }}",
      many("{% if true %}"), many("{% set a %}"), many("{% macro a() %}"), "{% for \(many("(")) %}",
      "{{ {\(many("1:{")) }}",
      "{{ \(many("f(")) }}", "{{ 1\(many(" == 1")) }}", "{{ 1\(many(" or 1")) }}",
    ]
    for template in nested { #expect(refused(template)?.status == .unsupported, "\(template.prefix(40))") }

    let few = TemplateLimits(steps: 20_000, work: 1 << 20, workPerByte: 1)
    let endless = [
      "{% for a in range(999) %}{% for b in range(99) %}{% set c = 1 %}{% endfor %}{% endfor %}": "to an end",
      "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}": "itself",
      "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}": "itself",
      "{% macro f(a=f()) %}{% endmacro %}{{ f() }}": "itself",
      "{% set n = namespace(l=[]) %}{% for a in range(999) %}{% set n.l = [n.l] %}{% endfor %}": "nested",
      "{% set n = namespace(l={}) %}{% for a in range(999) %}{% set n.l = {'a': n.l} %}{% endfor %}": "nested",
      "{% set n = namespace() %}{% set n.n = n %}": "namespace",
      "{% set n = namespace() %}{% set x = [n] %}": "namespace",
      "{% set n = namespace(l=[1]) %}{% for a in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}":
        "too much",
      "{% set n = namespace(l=[1]) %}{% for a in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l | tojson }}":
        "too much",
      "{% set n = namespace(l=[1]) %}{% for a in range(60) %}{% set n.l = n.l + n.l %}{% endfor %}": "too much",
      "{% set n = namespace(s='a') %}{% for a in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}": "too much",
      "{% set n = namespace(s='a') %}{% for a in range(60) %}{% set n.s = n.s.replace('a', 'aa') %}{% endfor %}":
        "too much",
      "{% set n = namespace(s='a') %}{% for a in range(60) %}{% set n.s = ('a' * 999).join([n.s, n.s]) %}{% endfor %}":
        "too much",
      "{% set s = 'a' * 9999 %}{% set l = range(999) | map('default', s) | list %}{{ ([s] + l) | join(s) }}":
        "too much",
      "{% set s = 'a' * 99999 %}{{ ''.join([s, s, s, s, s, s, s, s, s, s, s]) }}": "too much",
      "{% set s = 'a' * 9999 %}{% for a in range(99) %}{% if s | first %}{% endif %}{% endfor %}": "too much",
      "{% set l = range(9999) %}{% for a in l %}{% for b in l %}{% endfor %}{% endfor %}": "to an end",
      "{% for a in range(9999) %}\(many("a")){% endfor %}": "too much", "{{ 'a' * 999999999 }}": "too much",
      "{{ 'ab' * 9223372036854775807 }}": "too much", "{{ range(100001) }}": "range",
      "{{ range(-9223372036854775807, 9223372036854775807) }}": "range",
      "{{ range(0, 9, -9223372036854775807 - 1) }}": "range",
      "{% set l = range(9999) %}{% for a in l %}{% set b = l[:] %}{% endfor %}": "too much",
      "{% set s = 'a' * 99999 %}{% for a in range(999) %}{% if 'b' in s %}{% endif %}{% endfor %}": "too much",
      "{% set l = range(9999) | list %}{% for a in l %}{% if l == 1 %}{% endif %}{% endfor %}": "too much",
      "{{ strftime_now('\(many("%A"))') }}": "time", "{{ 9223372036854775807 + 1 }}": "too large",
      "{{ (-9223372036854775807 - 1) // -1 }}": "//", "{{ -(-9223372036854775807 - 1) }}": "sign",
      "{{ (-9223372036854775807 - 1) | abs }}": "abs", "{{ messages | tojson(indent=999999) }}": "indents",
    ]
    for (template, word) in endless {
      let refused = refused(template, few)
      #expect(refused?.status == .unsupported)
      let message = refused?.message ?? "\(template) is rendered"
      #expect(message.contains(word))
    }
    for template in ["{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{{ 'a' * 999999999 }}"] {
      #expect(refused(template)?.status == .unsupported)
    }
  }

  @Test func `indices beyond a list are undefined, however large`() throws {
    let template = """
      {%- for i in [9223372036854775807, -9223372036854775807 - 1, 99] %}{{ messages[i] is defined }}{{ 'abc'[i] is defined }}
      {{- 'abc'[i:] }}{{ 'abc'[:i] }}{{ 'abc'[::i] }};{% endfor %}
      """
    #expect(try render(template, turn) == "FalseFalseabca;FalseFalseabcc;FalseFalseabca;")
  }

  @Test func `long conversations fit into the limits`() throws {
    let template = """
      {%- for m in messages %}{% for n in messages[loop.index:] %}{% if n.role == 'x' %}{% endif %}{% endfor %}
      {{- (m.content | trim).split('</think>')[-1].replace('a', 'b') }}{% endfor %}
      """
    let text = String(repeating: "a lot of text ", count: 500)
    let messages = (0..<200).map { _ -> JSONValue in ["role": "user", "content": .string(text)] }
    #expect(try render(template, messages).utf8.count == 200 * (text.utf8.count - 1))
  }
}
