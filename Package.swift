// swift-tools-version: 6.2
import PackageDescription

// Read from top to bottom: a target may import only what stands above it.
// ./check builds with `--explicit-target-dependency-import-check error`, so this file is the rule.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A plugin exports its entry symbol and nothing else, and is never unloaded.
let pluginLink: [LinkerSetting] = [
  .unsafeFlags([
    "-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/exports.map",
    "-Xlinker", "-z", "-Xlinker", "nodelete",
  ])
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")

let contract: [Target] = [
  .target(name: "CPluginABI", path: "PluginAPI/CPluginABI"),
  .target(name: "CPluginStamp", dependencies: ["CPluginABI"], path: "PluginAPI/CPluginStamp"),
  .target(name: "JSONValue", path: "PluginAPI/JSONValue", swiftSettings: strict),
  .target(name: "TextPattern", path: "PluginAPI/TextPattern", swiftSettings: strict),
  .target(
    name: "PluginManifest",
    dependencies: [
      "JSONValue", .product(name: "Yams", package: "Yams"), .product(name: "TOMLKit", package: "TOMLKit"),
    ],
    path: "PluginAPI/PluginManifest", swiftSettings: strict),
  .target(
    name: "PluginKit", dependencies: ["CPluginABI", "CPluginStamp", "JSONValue"],
    path: "PluginAPI/PluginKit", swiftSettings: strict),
  .target(
    name: "PluginTesting", dependencies: ["PluginKit", "CPluginABI", "JSONValue"],
    path: "PluginAPI/PluginTesting", swiftSettings: strict),
]

let host: [Target] = [
  .target(name: "Model", dependencies: ["JSONValue"], path: "Host/Model", swiftSettings: strict),
  .target(
    name: "PipelineDocument",
    dependencies: ["Model", "JSONValue", "TextPattern", .product(name: "Yams", package: "Yams")],
    path: "Host/PipelineDocument", swiftSettings: strict),
  .target(
    name: "MetadataStore",
    dependencies: ["Model", "JSONValue", .product(name: "GRDB", package: "GRDB.swift")],
    path: "Host/MetadataStore", swiftSettings: strict),
  .target(
    name: "ArtifactStore", dependencies: ["Model", "JSONValue", crypto], path: "Host/ArtifactStore",
    swiftSettings: strict),
  .target(
    name: "WorkerProtocol", dependencies: ["Model", "JSONValue"], path: "Host/WorkerProtocol", swiftSettings: strict),
  .target(name: "CWorker", path: "Host/CWorker"),
  .target(
    name: "WorkerPool", dependencies: ["Model", "JSONValue", "WorkerProtocol", "CWorker"],
    path: "Host/WorkerPool", swiftSettings: strict),
  .target(
    name: "PluginCatalog",
    dependencies: ["Model", "JSONValue", "PluginManifest", "ArtifactStore"], path: "Host/PluginCatalog",
    swiftSettings: strict),
  .target(
    name: "SecretVault", dependencies: ["Model", "JSONValue", crypto], path: "Host/SecretVault",
    swiftSettings: strict),
  .target(
    name: "Registry", dependencies: ["Model", "JSONValue", "PipelineDocument", "MetadataStore", "ArtifactStore"],
    path: "Host/Registry", swiftSettings: strict),
  .target(
    name: "Supervisor",
    dependencies: [
      "Model", "JSONValue", "PipelineDocument", "MetadataStore", "ArtifactStore", "PluginCatalog", "WorkerProtocol",
      "WorkerPool", "SecretVault", "Registry", "CWorker",
    ],
    path: "Host/Supervisor", swiftSettings: strict),
  .target(
    name: "PluginLoader", dependencies: ["CPluginABI", "CWorker", "Model", "JSONValue"], path: "Host/PluginLoader",
    swiftSettings: strict),
  .target(
    name: "Engine",
    dependencies: ["CPluginABI", "CWorker", "PluginKit", "PluginLoader", "WorkerProtocol", "Model", "JSONValue"],
    path: "Host/Engine", swiftSettings: strict),
  .executableTarget(
    name: "ote-worker", dependencies: ["Engine", "PluginLoader", "WorkerProtocol", "Model", "CWorker", "JSONValue"],
    path: "Host/worker", swiftSettings: strict),
  .target(name: "Scheduler", dependencies: ["Model", "JSONValue"], path: "Host/Scheduler", swiftSettings: strict),
  .target(
    name: "Accounts",
    dependencies: [
      "Model", "JSONValue", crypto, .product(name: "CryptoExtras", package: "swift-crypto"),
    ],
    path: "Host/Accounts", swiftSettings: strict),
  .target(
    name: "Telemetry",
    dependencies: [
      "Model", "JSONValue", "WorkerProtocol", asyncHTTPClient, .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
    ],
    path: "Host/Telemetry", swiftSettings: strict),
  .target(
    name: "IdentityProvider",
    dependencies: [
      "Model", "JSONValue", "Accounts", crypto,
      .product(name: "JWTKit", package: "jwt-kit"), .product(name: "AsyncHTTPClient", package: "async-http-client"),
      .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
    ],
    path: "Host/IdentityProvider", swiftSettings: strict),
  .target(
    name: "ControlPlane",
    dependencies: [
      "Model", "JSONValue", "PipelineDocument", "MetadataStore", "ArtifactStore", "PluginCatalog", "PluginManifest",
      "WorkerProtocol", "WorkerPool", "Supervisor", "Scheduler", "Accounts", "SecretVault", "CWorker",
      "IdentityProvider", "Telemetry", "Registry", .product(name: "Logging", package: "swift-log"),
    ],
    path: "Host/ControlPlane", swiftSettings: strict),
  .target(
    name: "WebAPI",
    dependencies: [
      "Model", "JSONValue", "PipelineDocument", "MetadataStore", "ArtifactStore", "PluginManifest", "WorkerProtocol",
      "Supervisor", "Scheduler", "Accounts", "PluginCatalog", "WorkerPool", "Telemetry", "ControlPlane",
      "IdentityProvider", "Registry", hummingbird, crypto,
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "Yams", package: "Yams"), .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      .product(name: "UnixSignals", package: "swift-service-lifecycle"),
    ],
    path: "Host/WebAPI", exclude: ["openapi.yaml"], swiftSettings: strict),
  .executableTarget(
    name: "ote",
    dependencies: [
      "Model", "JSONValue", "PipelineDocument", "MetadataStore", "ArtifactStore", "PluginCatalog", "PluginManifest",
      "WorkerPool", "WorkerProtocol", "Supervisor", "CWorker", "Telemetry", "ControlPlane", "WebAPI", "Registry",
      .product(name: "Logging", package: "swift-log"),
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    path: "Host/ote", swiftSettings: strict),
]

let plugins: [Target] = [
  .target(
    name: "Statistics", dependencies: ["PluginKit", "JSONValue"], path: "Plugins/statistics", swiftSettings: strict),
  .target(
    name: "TextMetricsPlugin", dependencies: ["Statistics", "PluginKit", "CPluginABI", "JSONValue", "TextPattern"],
    path: "Plugins/text-metrics", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "ClassificationPlugin", dependencies: ["Statistics", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/classification", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "ComparisonPlugin", dependencies: ["Statistics", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/comparison", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  // Patterns and media types, which plugins of files share: linked into each of them.
  .target(
    name: "FileNames", dependencies: ["PluginKit", "JSONValue"], path: "Plugins/file-names", exclude: ["README.md"],
    swiftSettings: strict),
  .target(
    name: "LocalFilesPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "FileNames"],
    path: "Plugins/local-files", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "ExpectationsPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/expectations", exclude: ["plugin.toml", "README.md", "panel.html"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "CorpusPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/corpus", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "CDuckDB", dependencies: ["CPluginABI"], path: "Plugins/duckdb/CDuckDB",
    cSettings: [.unsafeFlags(["-fvisibility=hidden"])]),
  .target(
    name: "DuckDBPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "CDuckDB"],
    path: "Plugins/duckdb", exclude: ["plugin.toml", "README.md", "CDuckDB"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "CLlama", path: "Plugins/llama-cpp/CLlama", cxxSettings: [.unsafeFlags(["-fvisibility=hidden"])]),
  .target(
    name: "LlamaCppPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "CLlama"],
    path: "Plugins/llama-cpp", exclude: ["plugin.toml", "README.md", "CLlama"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "CChildProcess", path: "Plugins/hf-finetune/CChildProcess", cSettings: [.unsafeFlags(["-fvisibility=hidden"])]
  ),
  .target(
    name: "HFFinetunePlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "CChildProcess"],
    path: "Plugins/hf-finetune", exclude: ["plugin.toml", "README.md", "CChildProcess", "runner"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "GeneratePlugin", dependencies: ["ModelCalls", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/generate", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  // What plugins that ask models share: linked into each of them.
  .target(
    name: "ModelCalls", dependencies: ["PluginKit", "JSONValue"], path: "Plugins/model-calls", exclude: ["README.md"],
    swiftSettings: strict),
  .target(
    name: "LikelihoodPlugin", dependencies: ["Statistics", "ModelCalls", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/likelihood", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "TrustPlugin", dependencies: ["Statistics", "ModelCalls", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/trust", exclude: ["plugin.toml", "README.md"], swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "JudgePlugin", dependencies: ["Statistics", "ModelCalls", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/judge", exclude: ["plugin.toml", "README.md"], swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "ReleasePlugin", dependencies: ["Statistics", "ModelCalls", "PluginKit", "CPluginABI", "JSONValue"],
    path: "Plugins/release", exclude: ["plugin.toml", "README.md"], swiftSettings: strict, linkerSettings: pluginLink),
  // What plugins that speak HTTP share: linked into each of them.
  .target(
    name: "CCurl", path: "Plugins/http/CCurl", cSettings: [.unsafeFlags(["-fvisibility=hidden"])],
    linkerSettings: [.linkedLibrary("curl")]),
  .target(
    name: "HTTPTransfer", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "CCurl"],
    path: "Plugins/http/HTTPTransfer", swiftSettings: strict),
  .target(
    name: "ModelTraffic", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "HTTPTransfer"],
    path: "Plugins/model-traffic", exclude: ["README.md"], swiftSettings: strict),
  .target(
    name: "OpenAICompatiblePlugin",
    dependencies: ["PluginKit", "CPluginABI", "JSONValue", "HTTPTransfer", "ModelTraffic"],
    path: "Plugins/openai-compatible", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "AnthropicPlugin",
    dependencies: ["PluginKit", "CPluginABI", "JSONValue", "HTTPTransfer", "ModelTraffic"],
    path: "Plugins/anthropic", exclude: ["plugin.toml", "README.md"],
    swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "S3Plugin",
    dependencies: ["PluginKit", "CPluginABI", "JSONValue", "FileNames", "HTTPTransfer", crypto],
    path: "Plugins/s3", exclude: ["plugin.toml", "README.md"], swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "CFastText", path: "Plugins/fasttext/CFastText", cxxSettings: [.unsafeFlags(["-fvisibility=hidden"])],
    linkerSettings: [.linkedLibrary("fasttext")]),
  .target(
    name: "FastTextPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "CFastText"],
    path: "Plugins/fasttext", exclude: ["plugin.toml", "README.md", "CFastText"], swiftSettings: strict,
    linkerSettings: pluginLink),
  // What notifiers share: linked into each of them.
  .target(
    name: "Notices", dependencies: ["PluginKit", "JSONValue", crypto], path: "Plugins/notices", exclude: ["README.md"],
    swiftSettings: strict),
  .target(
    name: "WebhookPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "Notices", "HTTPTransfer", crypto],
    path: "Plugins/webhook", exclude: ["plugin.toml", "README.md"], swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "SMTPPlugin", dependencies: ["PluginKit", "CPluginABI", "JSONValue", "Notices", "HTTPTransfer", "CCurl"],
    path: "Plugins/smtp", exclude: ["plugin.toml", "README.md"], swiftSettings: strict, linkerSettings: pluginLink),
  .target(
    name: "GoogleDrivePlugin",
    dependencies: [
      "PluginKit", "CPluginABI", "JSONValue", "HTTPTransfer", "FileNames", crypto,
      .product(name: "CryptoExtras", package: "swift-crypto"),
    ],
    path: "Plugins/google-drive", exclude: ["plugin.toml", "README.md", "sign-in"],
    swiftSettings: strict, linkerSettings: pluginLink),
]

let benchmarks: [Target] = [
  .target(
    name: "PassPlugin", dependencies: ["PluginKit", "CPluginABI"], path: "Benchmarks/pass-plugin",
    exclude: ["plugin.toml"], swiftSettings: strict, linkerSettings: pluginLink)
]

/// All tests are linked into one program, where several plugins bring their own ote_module_v1.
let testLink: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "muldefs"])]

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", swiftSettings: strict,
    linkerSettings: testLink)
}

let tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["Model", "JSONValue", "CWorker"], path: "Tests/TestSupport",
    swiftSettings: strict),
  .target(
    name: "ArrowEcho", dependencies: ["PluginKit", "CPluginABI"], path: "Tests/Fixtures/Plugins/arrow-echo",
    exclude: ["round_trip.py"], swiftSettings: strict),
  tests("CPluginABITests", ["CPluginABI"]),
  tests("PluginKitTests", ["PluginKit", "PluginTesting", "CPluginABI", "JSONValue"]),
  tests("PluginManifestTests", ["PluginManifest", "JSONValue"]),
  tests("PipelineDocumentTests", ["PipelineDocument", "Model", "JSONValue"]),
  tests("StoreTests", ["MetadataStore", "ArtifactStore", "Model", "JSONValue"]),
  tests("PluginCatalogTests", ["PluginCatalog", "PluginManifest", "Model", "JSONValue"]),
  tests("SupervisorTests", ["Supervisor", "Model", "JSONValue"]),
  tests("WorkerTests", ["WorkerPool", "WorkerProtocol", "CWorker", "Model", "JSONValue"]),
  tests(
    "EngineTests",
    ["Engine", "PluginLoader", "PluginKit", "CPluginABI", "CWorker", "WorkerProtocol", "Model", "JSONValue"]),
  tests("StatisticsTests", ["Statistics", "PluginKit", "JSONValue"]),
  tests("TextMetricsTests", ["TextMetricsPlugin", "Statistics", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("ClassificationTests", ["ClassificationPlugin", "Statistics", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("ComparisonTests", ["ComparisonPlugin", "Statistics", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("LikelihoodTests", ["LikelihoodPlugin", "Statistics", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("ExpectationsTests", ["ExpectationsPlugin", "PluginKit", "CPluginABI", "JSONValue"]),
  tests("CorpusTests", ["CorpusPlugin", "PluginKit", "PluginTesting", "JSONValue"]),
  tests(
    "GoogleDriveTests",
    [
      "GoogleDrivePlugin", "HTTPTransfer", "PluginKit", "PluginTesting", "CPluginABI", "JSONValue", crypto,
      .product(name: "CryptoExtras", package: "swift-crypto"),
    ]),
  tests("LocalFilesTests", ["LocalFilesPlugin", "FileNames", "PluginKit", "CPluginABI", "JSONValue"]),
  tests("DuckDBTests", ["DuckDBPlugin", "CDuckDB", "PluginKit", "CPluginABI", "JSONValue"]),
  tests("LlamaCppTests", ["LlamaCppPlugin", "CLlama", "PluginKit", "PluginTesting", "CPluginABI", "JSONValue"]),
  .testTarget(
    name: "HFFinetuneTests",
    dependencies: ["HFFinetunePlugin", "PluginTesting", "PluginKit", "CPluginABI", "JSONValue", "TestSupport"],
    path: "Tests/HFFinetuneTests", exclude: ["runner"], swiftSettings: strict, linkerSettings: testLink),
  tests("GenerateTests", ["GeneratePlugin", "ModelCalls", "PluginKit", "PluginTesting", "CPluginABI", "JSONValue"]),
  tests(
    "OpenAICompatibleTests",
    [
      "OpenAICompatiblePlugin", "GeneratePlugin", "ModelTraffic", "HTTPTransfer", "PluginKit", "PluginTesting",
      "CPluginABI", "JSONValue",
    ]),
  tests(
    "AnthropicTests",
    ["AnthropicPlugin", "ModelTraffic", "HTTPTransfer", "PluginKit", "PluginTesting", "CPluginABI", "JSONValue"]),
  tests("ModelCallsTests", ["ModelCalls", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("TrustTests", ["TrustPlugin", "Statistics", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("JudgeTests", ["JudgePlugin", "Statistics", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("ReleaseTests", ["ReleasePlugin", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("HTTPTransferTests", ["HTTPTransfer", "PluginKit", "CPluginABI", "JSONValue"]),
  tests(
    "S3Tests",
    ["S3Plugin", "HTTPTransfer", "PluginTesting", "PluginKit", "CPluginABI", "JSONValue", crypto]),
  tests("WebhookTests", ["WebhookPlugin", "Notices", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("SMTPTests", ["SMTPPlugin", "Notices", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("FastTextTests", ["FastTextPlugin", "PluginTesting", "PluginKit", "JSONValue"]),
  tests("SchedulerTests", ["Scheduler", "Model", "JSONValue"]),
  tests("AccountsTests", ["Accounts", "Model", "JSONValue"]),
  tests("SecretVaultTests", ["SecretVault", "Model"]),
  tests("TelemetryTests", ["Telemetry", "Model", "JSONValue", .product(name: "Logging", package: "swift-log")]),
  tests("IdentityProviderTests", ["IdentityProvider", "ControlPlane", "Model", "JSONValue"]),
  tests("ServeTests", ["JSONValue", crypto]),
  tests("EndToEndTests", ["Model", "JSONValue"]),
]

let package = Package(
  name: "OpenTrustEval",
  products: [
    .executable(name: "ote", targets: ["ote"]),
    .executable(name: "ote-worker", targets: ["ote-worker"]),
    .library(name: "PluginKit", targets: ["PluginKit"]),
    .library(name: "PluginTesting", targets: ["PluginTesting"]),
    .library(name: "local-files", type: .dynamic, targets: ["LocalFilesPlugin"]),
    .library(name: "google-drive", type: .dynamic, targets: ["GoogleDrivePlugin"]),
    .library(name: "corpus", type: .dynamic, targets: ["CorpusPlugin"]),
    .library(name: "expectations", type: .dynamic, targets: ["ExpectationsPlugin"]),
    .library(name: "classification", type: .dynamic, targets: ["ClassificationPlugin"]),
    .library(name: "comparison", type: .dynamic, targets: ["ComparisonPlugin"]),
    .library(name: "likelihood", type: .dynamic, targets: ["LikelihoodPlugin"]),
    .library(name: "text-metrics", type: .dynamic, targets: ["TextMetricsPlugin"]),
    .library(name: "duckdb-plugin", type: .dynamic, targets: ["DuckDBPlugin"]),
    .library(name: "llama-cpp", type: .dynamic, targets: ["LlamaCppPlugin"]),
    .library(name: "hf-finetune", type: .dynamic, targets: ["HFFinetunePlugin"]),
    .library(name: "generate", type: .dynamic, targets: ["GeneratePlugin"]),
    .library(name: "openai-compatible", type: .dynamic, targets: ["OpenAICompatiblePlugin"]),
    .library(name: "anthropic", type: .dynamic, targets: ["AnthropicPlugin"]),
    .library(name: "trust-plugin", type: .dynamic, targets: ["TrustPlugin"]),
    .library(name: "judge-plugin", type: .dynamic, targets: ["JudgePlugin"]),
    .library(name: "s3-plugin", type: .dynamic, targets: ["S3Plugin"]),
    .library(name: "release-plugin", type: .dynamic, targets: ["ReleasePlugin"]),
    .library(name: "webhook-plugin", type: .dynamic, targets: ["WebhookPlugin"]),
    .library(name: "smtp-plugin", type: .dynamic, targets: ["SMTPPlugin"]),
    .library(name: "fasttext-plugin", type: .dynamic, targets: ["FastTextPlugin"]),
    .library(name: "arrow-echo", type: .dynamic, targets: ["ArrowEcho"]),
    .library(name: "bench-pass", type: .dynamic, targets: ["PassPlugin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
  ],
  targets: contract + host + plugins + benchmarks + tests,
  cLanguageStandard: .c11,
  cxxLanguageStandard: .cxx17
)
