// The figures of two model versions or two evaluations, side by side.
import JSONValue
import MetadataStore
package import Model

package struct FigurePair: Codable, Sendable, Hashable {
  package var name: String
  package var node: String
  package var unit: String?
  package var better: String?
  package var first: Figure?
  package var second: Figure?
  /// Second less first; nil where one is missing.
  package var difference: Double?
  /// better, worse, no difference shown; nil where that cannot be said: a value, or the direction, is missing.
  package var verdict: String?
}

package enum FigureComparison {
  /// In the order of the first, then what only the second has. Figures pair by node and name, and where only one node of
  /// each side has the name, by the name alone.
  package static func pairs(_ first: [Figure], _ second: [Figure]) -> [FigurePair] {
    var rest = second
    var pairs: [FigurePair] = []
    for figure in first {
      let index =
        rest.firstIndex { $0.name == figure.name && $0.node == figure.node }
        ?? (isOnly(figure, first) ? only(figure.name, rest) : nil)
      pairs.append(pair(figure, index.map { rest.remove(at: $0) }))
    }
    return pairs + rest.map { pair(nil, $0) }
  }

  private static func isOnly(_ figure: Figure, _ figures: [Figure]) -> Bool {
    figures.count { $0.name == figure.name } == 1
  }

  private static func only(_ name: String, _ figures: [Figure]) -> Int? {
    let found = figures.indices.filter { figures[$0].name == name }
    return found.count == 1 ? found[0] : nil
  }

  private static func pair(_ first: Figure?, _ second: Figure?) -> FigurePair {
    let any = first ?? second
    var pair = FigurePair(
      name: any?.name ?? "", node: any?.node ?? "", unit: any?.unit, better: any?.better, first: first, second: second)
    guard let before = first?.value, let after = second?.value else { return pair }
    pair.difference = after - before
    pair.verdict = verdict(first, second, any?.better)
    return pair
  }

  /// Only intervals that lie apart show a difference. Without intervals nothing is claimed.
  private static func verdict(_ first: Figure?, _ second: Figure?, _ better: String?) -> String? {
    guard let one = first?.interval, let other = second?.interval, let better else { return nil }
    if other[0] > one[1] { return better == "higher" ? "better" : "worse" }
    if other[1] < one[0] { return better == "higher" ? "worse" : "better" }
    return "no difference shown"
  }
}

extension Registry {
  /// What evaluations found about that version, the newest of each node first; what its own run told, where none did.
  package func figures(of version: ModelVersion) throws(Problem) -> [Figure] {
    let query = EvaluationQuery(model: version.model, version: version.version, limit: 200)
    var seen: Set<String> = []
    var figures: [Figure] = []
    for evaluation in try metadata.evaluations(query) {
      for figure in evaluation.figures where seen.insert("\(figure.node)\u{0}\(figure.name)").inserted {
        figures.append(figure)
      }
    }
    guard figures.isEmpty, let told = version.lineage["figures"] else { return figures }
    return (try? told.decode([Figure].self)) ?? []
  }
}
