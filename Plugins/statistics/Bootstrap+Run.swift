// Intervals within a run, which hears how far they are and may stop them.
package import PluginKit

extension Bootstrap {
  /// `intervals(rows:figures:clusters:alive:_:)`, where `run` is shown the resamples that are done. Throws once it is
  /// cancelled.
  package func intervals(
    rows: Int, figures count: Int, clusters: [Int32]? = nil, in run: Run, _ figures: Figures
  ) throws -> [Interval?] {
    let intervals = try intervals(
      rows: rows, figures: count, clusters: clusters,
      alive: { done in
        try run.checkCancelled()
        if done % 16 == 0 { run.progress(UInt64(done), of: UInt64(resamples), "resamples") }
      }, figures)
    run.progress(UInt64(resamples), of: UInt64(resamples), "resamples")
    return intervals
  }
}

extension AdditiveFigures {
  /// An interval of each figure; none where no bootstrap is wanted.
  package func intervals(by bootstrap: Bootstrap?, clusters: [Int32]?, in run: Run) throws -> [Interval?] {
    guard let bootstrap else { return [Interval?](repeating: nil, count: count) }
    return try bootstrap.intervals(rows: rows, figures: count, clusters: clusters, in: run, evaluate)
  }
}
