// What written files are called: a name may come with its ending or without.
import JSONValue
import PluginKit
import Testing

@testable import DuckDBPlugin

@Suite struct WriteNameTests {
  let workspace = Workspace()

  /// The names of the files that are written, and their rows as they are read back.
  private func write(
    _ configuration: [String: JSONValue], _ table: any BatchStream = numbers(3)
  ) throws -> (names: [String], paths: [String], media: [String]) {
    let (run, node) = (workspace.run(), try NodeStandIn("write", .object(configuration)))
    let listed = try rows(node.open(run, [("table", raw(table))])[0])
    return (
      try listed.compactMap { try JSONValue(parsing: $0[6].string ?? "")["relative_path"]?.string },
      listed.compactMap { $0[1].string }, listed.compactMap { $0[5].string }
    )
  }

  @Test(
    arguments: [
      ("parquet", "all", "none", "all.parquet"), ("parquet", "all.parquet", "none", "all.parquet"),
      ("parquet", "all.parquet", "zstd", "all.parquet"), ("parquet", "All.Parquet", "gzip", "All.Parquet"),
      ("parquet", "all.pq", "none", "all.pq"), ("parquet", "v1.2", "none", "v1.2.parquet"),
      ("parquet", "all.csv", "none", "all.csv.parquet"), ("csv", "all.csv", "none", "all.csv"),
      ("csv", "all.txt", "none", "all.txt"), ("csv", "all.csv", "gzip", "all.csv.gz"),
      ("csv", "all.csv.gz", "gzip", "all.csv.gz"), ("csv", "all.CSV.GZ", "gzip", "all.CSV.GZ"),
      ("csv", "all.csv.zst", "zstd", "all.csv.zst"), ("csv", "all.gz", "none", "all.gz.csv"),
      ("csv", "csv", "none", "csv.csv"), ("csv", "all.csv.csv", "none", "all.csv.csv"),
      ("tsv", "all.tsv", "none", "all.tsv"), ("jsonl", "all.jsonl", "none", "all.jsonl"),
      ("jsonl", "all.json", "none", "all.json"), ("jsonl", "all.ndjson.zst", "zstd", "all.ndjson.zst"),
      ("excel", "all.xlsx", "none", "all.xlsx"),
    ])
  func `an ending that fits the format is not put on twice`(
    format: String, name: String, compression: String, expected: String
  ) throws {
    let written = try write(["format": .string(format), "name": .string(name), "compression": .string(compression)])
    #expect(written.names == [expected])
    #expect(try read(workspace, written.paths).count == 3)
  }

  @Test(arguments: [("all.csv.gz", "application/gzip"), ("all.csv.zst", "application/zstd"), ("all.csv", "text/csv")])
  func `where no compression is set, that of the name is used`(name: String, media: String) throws {
    let written = try write(["format": "csv", "name": .string(name)])
    #expect(written.names == [name] && written.media == [media])
    let start = LocalFile.start(of: written.paths[0], 2)
    #expect((start == [0x1F, 0x8B]) == name.hasSuffix(".gz") && (start == [0x28, 0xB5]) == name.hasSuffix(".zst"))
    #expect(try read(workspace, written.paths).count == 3)
  }

  @Test func `a name that says another compression is refused in the form`() throws {
    for (name, compression) in [("all.csv.gz", "none"), ("all.csv.gz", "zstd"), ("all.csv.zst", "gzip")] {
      #expect {
        _ = try write(["format": "csv", "name": .string(name), "compression": .string(compression)])
      } throws: { ($0 as? Problem)?.details["path"] == "/compression" }
    }
  }

  @Test func `the numbers of parts stand before the ending`() throws {
    let parts = try write(["format": "jsonl", "name": "part.jsonl.gz", "rows_per_file": 2])
    #expect(parts.names == ["part-00001.jsonl.gz", "part-00002.jsonl.gz"])
    let years = try table(Schema([Field("year", .int64), Field("n", .int64)]), [[2010, 1], [2011, 2]])
    let folders = try write(["format": "csv", "name": "d.csv.gz", "partition_by": ["year"]], years)
    #expect(folders.names == ["year=2010/d_0.csv.gz", "year=2011/d_0.csv.gz"])
    #expect(try folders.paths.map { try read(workspace, [$0]).count } == [1, 1])
  }
}
