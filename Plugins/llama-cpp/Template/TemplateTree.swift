// What a chat template consists of, once read.

/// A piece of a template with the line it begins on.
struct TemplateNode: Sendable {
  var line: Int
  var kind: Kind

  indirect enum Kind: Sendable {
    case text(String)
    case output(TemplateExpression)
    case set(TemplateTarget, TemplateExpression)
    /// `{% set x %}…{% endset %}`, through filters that stand behind the name.
    case setBlock(TemplateTarget, [TemplateFilterCall], [TemplateNode])
    case filterBlock([TemplateFilterCall], [TemplateNode])
    case condition([(TemplateExpression, [TemplateNode])], otherwise: [TemplateNode])
    case loop(TemplateLoop)
    case macro(TemplateMacro)
    /// Names that are set inside are gone behind it.
    case scope([TemplateNode])
    case leaveLoop
    case nextRound
  }
}

struct TemplateLoop: Sendable {
  var target: TemplateTarget
  var over: TemplateExpression
  var condition: TemplateExpression?
  var body: [TemplateNode]
  /// For a list without an item.
  var otherwise: [TemplateNode]
}

struct TemplateMacro: Sendable {
  var name: String
  var parameters: [(name: String, fallback: TemplateExpression?)]
  var body: [TemplateNode]
}

/// What a value is given to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case attribute(of: String, String)
  case several([TemplateTarget])
}

struct TemplateArguments: Sendable {
  var plain: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
}

struct TemplateFilterCall: Sendable {
  var name: String
  var arguments: TemplateArguments
}

indirect enum TemplateExpression: Sendable {
  case integer(Int64), number(Double), string(String), bool(Bool), none, undefined
  case variable(String)
  case list([TemplateExpression], isTuple: Bool)
  case object([(TemplateExpression, TemplateExpression)])
  case attribute(TemplateExpression, String)
  case item(TemplateExpression, TemplateExpression)
  case slice(TemplateExpression, [TemplateExpression?])
  case call(TemplateExpression, TemplateArguments)
  case filter(TemplateExpression, TemplateFilterCall)
  case test(TemplateExpression, String, [TemplateExpression])
  case not(TemplateExpression)
  case sign(String, TemplateExpression)
  case operation(String, TemplateExpression, TemplateExpression)
  case choice(TemplateExpression, TemplateExpression, otherwise: TemplateExpression)
}
