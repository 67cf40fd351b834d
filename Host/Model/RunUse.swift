// What a run used, and where it stood still: memory and processor of its workers, waits at its edges.

/// Of all workers of a run, attempt after attempt.
package struct RunResources: Codable, Sendable, Hashable {
  /// The most resident memory that one of them held.
  package var peakMemoryBytes: Int64
  package var cpuSeconds: Double
  package init(peakMemoryBytes: Int64, cpuSeconds: Double) {
    self.peakMemoryBytes = peakMemoryBytes
    self.cpuSeconds = cpuSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case peakMemoryBytes = "peak_memory_bytes"
    case cpuSeconds = "cpu_seconds"
  }
}

/// One look at a running worker.
package struct ResourceSample: Codable, Sendable, Hashable {
  package var at: String
  /// Cores in use since the look before; nil in the first one.
  package var cpu: Double?
  /// Resident.
  package var memoryBytes: Int64
  package var threads: Int
  /// Handed from node to node, all edges together, since the look before.
  package var rowsPerSecond: Double?
  package init(at: String, memoryBytes: Int64, threads: Int) {
    self.at = at
    self.memoryBytes = memoryBytes
    self.threads = threads
  }

  private enum CodingKeys: String, CodingKey {
    case at, cpu, threads
    case memoryBytes = "memory_bytes"
    case rowsPerSecond = "rows_per_second"
  }
}

/// How long the two ends of an edge waited for each other, told at its reader's input.
package struct EdgeWait: Codable, Sendable, Hashable {
  /// As the reader knows it.
  package var input: String
  /// The node and output that it comes from.
  package var from: String
  package var output: String
  /// The reader stood still until a batch came: what is upstream is the slower side.
  package var waitSeconds: Double
  /// The producer stood still until the reader asked for the next batch: back-pressure.
  package var heldSeconds: Double
  package init(input: String, from: String, output: String, waitSeconds: Double, heldSeconds: Double) {
    self.input = input
    self.from = from
    self.output = output
    self.waitSeconds = waitSeconds
    self.heldSeconds = heldSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case input, from, output
    case waitSeconds = "wait_seconds"
    case heldSeconds = "held_seconds"
  }
}
