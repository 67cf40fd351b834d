// One prediction and its references, with what several metrics make of them.
import JSONValue
import TextPattern

struct MeasuredRow {
  let prediction: [UInt8]
  let references: [[UInt8]]
  /// nil where there is none, or none that can be used.
  let schema: JSONSchema?
  let pattern: TextPattern?
  let unwrapsJSON: Bool

  init(
    prediction: [UInt8], references: [[UInt8]], schema: JSONSchema? = nil, pattern: TextPattern? = nil,
    unwrapsJSON: Bool
  ) {
    self.prediction = prediction
    self.references = references
    self.schema = schema
    self.pattern = pattern
    self.unwrapsJSON = unwrapsJSON
  }

  lazy var predictionJSON = JSONAnswers.value(prediction, unwraps: unwrapsJSON)
  /// References that are not JSON are left out.
  lazy var referenceJSON = references.compactMap { JSONAnswers.value($0, unwraps: false) }
  lazy var predictionCalls = predictionJSON.flatMap { JSONAnswers.calls($0) }
  lazy var referenceCalls = referenceJSON.compactMap { JSONAnswers.calls($0) }
}
