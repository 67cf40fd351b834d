// Endpoints, credentials from four places, and forms that are wrong.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import S3Plugin

@Suite struct ConnectionTests {
  private func address(
    _ endpoint: String?, _ bucket: String = "data", _ key: String? = "a b/é", addressing: Place.Addressing = .auto,
    region: String = "eu-west-1"
  ) throws -> String {
    let place = try Place(endpoint: endpoint, region: region, addressing: addressing)
    let (host, path) = place.address(bucket: bucket, key: key)
    return "\(place.scheme)://\(host)\(path)"
  }

  @Test func `addresses of both kinds`() throws {
    #expect(try address(nil) == "https://data.s3.eu-west-1.amazonaws.com/a%20b/%C3%A9")
    #expect(try address(nil, region: "cn-north-1") == "https://data.s3.cn-north-1.amazonaws.com.cn/a%20b/%C3%A9")
    #expect(try address(nil, "da.ta") == "https://s3.eu-west-1.amazonaws.com/da.ta/a%20b/%C3%A9")
    #expect(try address("http://127.0.0.1:9000", "data", nil) == "http://127.0.0.1:9000/data")
    #expect(try address("https://Store.example:443/below/", "data", "k") == "https://store.example/below/data/k")
    #expect(try address("https://store.example", "data", "k", addressing: .virtual) == "https://data.store.example/k")
    #expect(try address("https://store.example", "data", nil, addressing: .virtual) == "https://data.store.example/")
  }

  @Test(arguments: [
    "store.example", "ftp://store.example", "https://", "https://u:p@store.example", "https://store.example?x=1",
    "https://a b",
  ])
  func `a broken endpoint is refused in the form`(_ endpoint: String) throws {
    let config: JSONValue = ["bucket": "b", "endpoint": .string(endpoint), "login": "anonymous"]
    let found = problem { _ = try PluginBench(plugin).instance("source", config) }
    #expect(found?.status == .configuration && found?.details["path"] == "/endpoint")
  }

  @Test(
    arguments: [
      (["secret_key": "plain text", "access_key": "A"], "/secret_key"), (["access_key": "A"], "/secret_key"),
      (["secret_key": ["$secret": "s"]], "/access_key"), (["login": "keys"], "/access_key"),
      (["login": "magic"], "/login"),
      (["addressing": "dns"], "/addressing"), (["prefix": "/lead"], "/prefix"), (["prefix": "s3://b/x"], "/prefix"),
      (["include": ["["]], "/include/0"), (["minimum_size": 5, "maximum_size": 4], "/maximum_size"),
      (["parallel": 0], "/parallel"), (["parallel": 1000], "/parallel"), (["range_size": 100], "/range_size"),
      (["modified_after": "yesterday"], "/modified_after"), (["deliver": "mail"], "/deliver"),
      (["link_seconds": 0], "/link_seconds"),
      (["max_files": 0], "/max_files"),
    ] as [([String: JSONValue], String)])
  func `a wrong form names its field`(_ config: [String: JSONValue], _ pointer: String) {
    var config = config
    config["bucket"] = "b"
    let found = problem { _ = try PluginBench(plugin).instance("source", .object(config)) }
    #expect(
      found?.status == .configuration && found?.details["path"] == .string(pointer), "\(found?.message ?? "none")")
  }

  @Test(
    arguments: [
      (["part_size": 100], "/part_size"), (["overwrite": "maybe"], "/overwrite"),
      (["storage_class": "a\r\nb"], "/storage_class"),
    ] as [([String: JSONValue], String)])
  func `so does the sink's`(_ config: [String: JSONValue], _ pointer: String) {
    let found = problem { _ = try PluginBench(plugin).instance("sink", .object(config)) }
    #expect(found?.status == .configuration && found?.details["path"] == .string(pointer))
  }

  // MARK: credentials

  private static func surroundings(_ folder: TemporaryFolder, _ more: [String: String] = [:]) throws -> Surroundings {
    let credentials = """
      # keys
      [default]
      aws_access_key_id = AKIADEFAULT
      aws_secret_access_key=default
      [other]
      aws_access_key_id = AKIATEST
      aws_secret_access_key = \(Store.secret)
      [token]
      aws_access_key_id = AKIATOKEN
      aws_secret_access_key = x
      aws_session_token = tok
      """
    let config = """
      [default]
      region = eu-central-1
      [profile other]
      region = us-east-1
      s3 =
        addressing_style = path
        endpoint_url = http://127.0.0.1:9
      [profile sso]
      sso_session = company
      """
    var variables = [
      "AWS_SHARED_CREDENTIALS_FILE": try folder.write(credentials, to: "credentials"),
      "AWS_CONFIG_FILE": try folder.write(config, to: "config"),
    ]
    variables.merge(more) { $1 }
    return Surroundings(variables: variables)
  }

  private func place(_ config: JSONValue, _ surroundings: Surroundings) throws -> (Place, String) {
    let client = try config.decode(Connection.self).client(.detached, surroundings: surroundings)
    let link = client.link(bucket: "b", key: "k", seconds: 1)
    let key = link.range(of: "Credential=").map { String(link[$0.upperBound...].prefix { $0 != "%" }) } ?? ""
    return (client.place, key)
  }

  @Test func `the environment comes before the default profile, a named profile before the environment`() throws {
    let folder = TemporaryFolder()
    let keys = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "e", "AWS_REGION": "ap-south-1"]
    let environment = try Self.surroundings(folder, keys)
    #expect(try place([:], environment).1 == "AKIAENV")
    #expect(try place([:], environment).0.region == "ap-south-1")
    #expect(try place(["profile": "other"], environment).1 == "AKIATEST")
    #expect(try place(["login": "environment"], environment).1 == "AKIAENV")
    #expect(try place(["login": "anonymous"], environment).1 == "")
    let profiles = try Self.surroundings(folder)
    let (usual, key) = try place([:], profiles)
    #expect(key == "AKIADEFAULT" && usual.region == "eu-central-1")
    let (other, _) = try place(["login": "profile", "profile": "other"], profiles)
    #expect(other.host == "127.0.0.1:9" && other.region == "us-east-1")
    #expect(try place([:], Self.surroundings(folder, ["AWS_PROFILE": "token"])).1 == "AKIATOKEN")
    #expect(try place(["region": "us-west-2"], environment).0.region == "us-west-2")
  }

  @Test func `what is missing is told with the way to it`() throws {
    let folder = TemporaryFolder()
    let profiles = try Self.surroundings(folder)
    let none = Surroundings(variables: ["HOME": folder.path])
    #expect(problem { _ = try place(["login": "environment"], none) }?.message.contains("OTE_WORKER_ENV") == true)
    #expect(problem { _ = try place([:], none) }?.message.contains("there are no credentials") == true)
    let typo = problem { _ = try place(["profile": "othr"], profiles) }
    #expect(typo?.details["path"] == "/profile" && typo?.message.contains("did you mean 'other'") == true)
    let sso = problem { _ = try place(["profile": "sso"], profiles) }
    #expect(sso?.message.contains("signs in by sso_session") == true)
  }

  @Test func `a session token goes along, signed`() throws {
    let store = try Store()
    try store.put("a.txt", "x")
    let bench = Store.bench()
    bench.secrets["token"] = "a-token"
    _ = try? store.rows(["session_token": ["$secret": "token"]], bench)
    let headers = try store.asked("list-type").last?["headers"]
    #expect(headers?["x-amz-security-token"] == "a-token")
    #expect(headers?["Authorization"]?.string?.contains("x-amz-security-token") == true)
  }

  // MARK: choices

  @Test func `a form offers buckets, folders and objects`() throws {
    let store = try Store()
    for key in ["in/2024/a.csv", "in/b.csv", "in/c d.csv", "inn.txt", "out/x"] { try store.put(key, "12") }
    let source = try store.source()
    let buckets = try source.options("/bucket", String(store.bucket.prefix(20)))
    #expect(buckets["choices"]?.array?.map { $0["value"] } == [.string(store.bucket)])
    func values(_ instance: BenchInstance, _ text: String) throws -> [JSONValue?] {
      try instance.options("/prefix", text)["choices"]?.array?.map { $0["value"] } ?? []
    }
    #expect(try values(source, "") == ["in/", "out/", "inn.txt"])
    #expect(try values(source, "in/") == ["in/2024/", "in/b.csv", "in/c d.csv"])
    #expect(try values(try store.sink(), "in/") == ["in/2024/"])
    #expect(try values(source, "none/") == [])
    #expect(problem { _ = try store.source(["bucket": ""]).options("/prefix") }?.details["path"] == "/bucket")
    #expect(problem { _ = try store.source(["access_key": "AKIANOPE"]).options("/bucket") }?.status == .authentication)
  }
}
