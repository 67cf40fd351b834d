// The receipts of a run, once its versions have their numbers: they were written before.
import JSONValue
import Model

enum RunReceipts {
  static func naming(_ datasets: [DatasetVersion], _ models: [ModelVersion], in report: RunReport) -> RunReport {
    var report = report
    report.outputs = report.outputs.map { output in
      guard var object = output.object, let dataset = object["dataset"]?.string,
        let version = datasets.first(where: { $0.dataset == dataset && $0.node == object["node"]?.string })
      else { return output }
      object["version"] = .int(Int64(version.version))
      object["digest"] = .string(version.digest)
      return .object(object)
    }
    report.outputs += models.map { version in
      var receipt: [String: JSONValue] = [
        "node": .string(version.node ?? ""), "model": .string(version.model), "version": .int(Int64(version.version)),
        "digest": .string(version.digest), "bytes": .int(version.bytes),
      ]
      if !version.aliases.isEmpty { receipt["aliases"] = .array(version.aliases.map { .string($0) }) }
      return .object(receipt)
    }
    return report
  }
}
