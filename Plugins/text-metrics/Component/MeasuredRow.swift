// One prediction and its references, with what several metrics make of them.
import JSONValue

struct MeasuredRow {
  let prediction: [UInt8]
  let references: [[UInt8]]
  let unwrapsJSON: Bool

  init(prediction: [UInt8], references: [[UInt8]], unwrapsJSON: Bool) {
    self.prediction = prediction
    self.references = references
    self.unwrapsJSON = unwrapsJSON
  }

  lazy var predictionWords = Squad.words(prediction)
  lazy var referenceWords = references.map { Squad.words($0) }
  lazy var predictionJSON = JSONAnswers.value(prediction, unwraps: unwrapsJSON)
  /// References that are not JSON are left out.
  lazy var referenceJSON = references.compactMap { JSONAnswers.value($0, unwraps: false) }
  lazy var predictionCalls = predictionJSON.flatMap { JSONAnswers.calls($0) }
  lazy var referenceCalls = referenceJSON.compactMap { JSONAnswers.calls($0) }
}
