// What a chat template consists of, once read.

indirect enum TemplateNode: Sendable {
  case text(String)
  case output(TemplateExpression)
  case set(variable: String, attribute: String?, TemplateExpression)
  case condition([(TemplateExpression, [TemplateNode])], otherwise: [TemplateNode])
  case loop(variables: [String], over: TemplateExpression, where: TemplateExpression?, [TemplateNode])
}

indirect enum TemplateExpression: Sendable {
  case integer(Int64), number(Double), string(String), bool(Bool), none
  case variable(String)
  case list([TemplateExpression])
  case attribute(TemplateExpression, String)
  case item(TemplateExpression, TemplateExpression)
  case slice(TemplateExpression, TemplateExpression?, TemplateExpression?)
  case call(TemplateExpression, [TemplateExpression], named: [(String, TemplateExpression)])
  case filter(TemplateExpression, String, [TemplateExpression])
  case test(TemplateExpression, String)
  case not(TemplateExpression)
  case negative(TemplateExpression)
  case operation(String, TemplateExpression, TemplateExpression)
  case choice(TemplateExpression, TemplateExpression, otherwise: TemplateExpression)
}
