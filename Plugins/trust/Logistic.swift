// Logistic regression with an L2 penalty, by Newton's method on standardised inputs.
import Glibc

/// Minimises the sum of log losses + l2/2 * |weights|^2; the intercept is not penalised. scikit-learn's
/// LogisticRegression(C: 1/l2) on the same standardised inputs gives the same weights.
struct Logistic: Sendable, Hashable {
  var means: [Double]
  /// Standard deviations of the population; 1 where an input never changes, whose weight is then 0.
  var deviations: [Double]
  var weights: [Double]
  var intercept: Double
  var iterations: Int

  /// The log-odds.
  func score(_ inputs: [Double]) -> Double {
    var sum = intercept
    for index in weights.indices { sum += weights[index] * (inputs[index] - means[index]) / deviations[index] }
    return sum
  }

  static func probability(_ score: Double) -> Double { 1 / (1 + exp(-score)) }

  /// nil where Newton's method did not arrive: only for inputs that are not finite.
  static func fit(_ rows: [[Double]], _ isPositive: [Bool], l2: Double) -> Logistic? {
    let width = rows[0].count
    let count = Double(rows.count)
    let means = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / count }
    let deviations = (0..<width).map { column in
      let variance = rows.reduce(0) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) } / count
      // Below this the input never changes but for rounding.
      return variance.squareRoot() > 1e-12 * max(1, abs(means[column])) ? variance.squareRoot() : 1
    }
    let standard = rows.map { row in (0..<width).map { (row[$0] - means[$0]) / deviations[$0] } + [1] }
    let constant = (0..<width).map { column in standard.allSatisfy { abs($0[column]) < 1e-9 } }
    var problem = Problem(rows: standard, isPositive: isPositive, l2: l2)
    guard let (solution, iterations) = problem.solve() else { return nil }
    return Logistic(
      means: means, deviations: deviations, weights: (0..<width).map { constant[$0] ? 0 : solution[$0] },
      intercept: solution[width], iterations: iterations)
  }
}

/// The last column of the rows is 1: the intercept's.
private struct Problem {
  let rows: [[Double]]
  let isPositive: [Bool]
  let l2: Double

  private static let limit = 200

  mutating func solve() -> (solution: [Double], iterations: Int)? {
    var solution = [Double](repeating: 0, count: rows[0].count)
    var slope = Double.infinity
    for iteration in 1...Self.limit {
      let (gradient, hessian) = derivatives(solution)
      guard gradient.allSatisfy(\.isFinite) else { return nil }
      let steepest = gradient.reduce(0) { max($0, abs($1)) }
      guard steepest > 1e-12 * Double(rows.count), let step = solved(hessian, gradient) else {
        return (solution, iteration)
      }
      let loss = loss(solution)
      var share = 1.0
      // Where the loss is flat to the last digits only the slope can tell a better place.
      let noise = 1e-13 * max(1, abs(loss))
      while share > 1e-6, self.loss(stepped(solution, step, share)) > loss + noise { share /= 2 }
      let next = stepped(solution, step, share)
      if share <= 1e-6 || (abs(loss - self.loss(next)) <= noise && steepest >= slope) { return (solution, iteration) }
      slope = abs(loss - self.loss(next)) <= noise ? steepest : .infinity
      solution = next
    }
    return nil
  }

  private func stepped(_ solution: [Double], _ step: [Double], _ share: Double) -> [Double] {
    zip(solution, step).map { $0 - share * $1 }
  }

  private func margin(_ row: [Double], _ solution: [Double]) -> Double {
    var sum = 0.0
    for index in row.indices { sum += row[index] * solution[index] }
    return sum
  }

  private func loss(_ solution: [Double]) -> Double {
    var sum = 0.0
    for (row, positive) in zip(rows, isPositive) {
      let signed = positive ? margin(row, solution) : -margin(row, solution)
      // log(1 + e^-m), without an overflow.
      sum += signed > 0 ? log1p(exp(-signed)) : log1p(exp(signed)) - signed
    }
    return sum + l2 / 2 * solution.dropLast().reduce(0) { $0 + $1 * $1 }
  }

  private func derivatives(_ solution: [Double]) -> (gradient: [Double], hessian: [[Double]]) {
    let width = solution.count
    var gradient = solution.map { l2 * $0 }
    gradient[width - 1] = 0
    var hessian = (0..<width).map { row in (0..<width).map { row == $0 && row < width - 1 ? l2 : 0 } }
    for (row, positive) in zip(rows, isPositive) {
      let p = Logistic.probability(margin(row, solution))
      let distance = p - (positive ? 1 : 0)
      let weight = max(p * (1 - p), 1e-12)
      for one in 0..<width {
        gradient[one] += distance * row[one]
        for other in 0...one { hessian[one][other] += weight * row[one] * row[other] }
      }
    }
    return (gradient, hessian)
  }

  /// By Cholesky's decomposition of the lower half; nil where the matrix is not positive.
  private func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    let width = right.count
    var lower = matrix
    for column in 0..<width {
      for row in column..<width {
        var sum = lower[row][column]
        for index in 0..<column { sum -= lower[row][index] * lower[column][index] }
        if row == column {
          guard sum > 0 else { return nil }
          lower[row][column] = sum.squareRoot()
        } else {
          lower[row][column] = sum / lower[column][column]
        }
      }
    }
    var x = right
    for row in 0..<width {
      for index in 0..<row { x[row] -= lower[row][index] * x[index] }
      x[row] /= lower[row][row]
    }
    for row in stride(from: width - 1, through: 0, by: -1) {
      for index in (row + 1)..<max(width, row + 1) { x[row] -= lower[index][row] * x[index] }
      x[row] /= lower[row][row]
    }
    return x
  }
}
