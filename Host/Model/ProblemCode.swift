// Every code a problem can have. A code never changes its meaning; each has a page in Docs/problems.

/// OTE-1xxx documents, 2xxx plugins, 3xxx runs, 4xxx stored things, 5xxx the host itself, 6xxx requests to it.
package enum ProblemCode: String, CaseIterable, Sendable, Hashable {
  case documentUnreadable = "OTE-1001"
  case documentSyntax = "OTE-1002"
  case unknownKey = "OTE-1003"
  case missingKey = "OTE-1004"
  case wrongType = "OTE-1005"
  case unsupportedVersion = "OTE-1006"
  case documentTooLarge = "OTE-1007"
  case unknownNode = "OTE-1010"
  case cycle = "OTE-1011"
  case duplicateName = "OTE-1012"
  case unknownComponent = "OTE-1013"
  case portMismatch = "OTE-1014"
  case missingInput = "OTE-1015"
  case invalidName = "OTE-1016"
  case unknownPort = "OTE-1017"
  case notAvailable = "OTE-1018"
  case missingParameter = "OTE-1020"
  case unknownParameter = "OTE-1021"
  case invalidParameter = "OTE-1022"
  case unknownReference = "OTE-1023"
  case invalidConfiguration = "OTE-1030"
  case missingPlugin = "OTE-1031"
  case kindNotRunnable = "OTE-1032"

  case manifestInvalid = "OTE-2001"
  case vendorManifestInvalid = "OTE-2002"
  case pluginFileMissing = "OTE-2003"
  case digestMismatch = "OTE-2004"
  case digestNotPinned = "OTE-2005"
  case pluginDisabled = "OTE-2006"
  case notSharedObject = "OTE-2007"
  case stampMissing = "OTE-2008"
  case incompatibleABI = "OTE-2009"
  case entryMissing = "OTE-2010"
  case scanCrashed = "OTE-2011"
  case scanHung = "OTE-2012"
  case descriptorInvalid = "OTE-2013"
  case loadFailed = "OTE-2014"
  case duplicatePlugin = "OTE-2015"
  case descriptorDiffers = "OTE-2016"

  case pluginCrashed = "OTE-3001"
  case pluginExited = "OTE-3002"
  case pluginStalled = "OTE-3003"
  case wallLimit = "OTE-3004"
  case memoryLimit = "OTE-3005"
  case invalidArrow = "OTE-3006"
  case contractBroken = "OTE-3007"
  case cancelIgnored = "OTE-3008"
  case configurationRefused = "OTE-3010"
  case notFound = "OTE-3011"
  case badData = "OTE-3012"
  case inputOutputFailed = "OTE-3013"
  case resourceExhausted = "OTE-3014"
  case authenticationFailed = "OTE-3015"
  case permissionDenied = "OTE-3016"
  case timedOut = "OTE-3017"
  case unsupported = "OTE-3018"
  case pluginFailed = "OTE-3019"
  case cancelled = "OTE-3020"
  case stateUnreadable = "OTE-3021"
  case schemaUnknown = "OTE-3022"
  case resumeImpossible = "OTE-3023"
  case budgetSpent = "OTE-3024"
  case requestRefused = "OTE-3025"

  case storeUnreadable = "OTE-4001"
  case storeTooNew = "OTE-4002"
  case diskFull = "OTE-4003"
  case datasetNotFound = "OTE-4004"
  case runNotFound = "OTE-4005"
  case artifactCorrupt = "OTE-4006"
  case pluginNotFound = "OTE-4007"
  case modelNotFound = "OTE-4008"
  case connectionNotFound = "OTE-4009"
  case evaluationNotFound = "OTE-4010"
  case stillReferred = "OTE-4011"

  case workerNotStarted = "OTE-5001"
  case workerProtocolBroken = "OTE-5002"
  case hostKilled = "OTE-5003"
  case hostFailed = "OTE-5004"
  case addressInUse = "OTE-5005"
  case hostBusy = "OTE-5006"
  case storeInUse = "OTE-5007"
  case telemetryInvalid = "OTE-5020"

  case requestInvalid = "OTE-6001"
  case notSignedIn = "OTE-6002"
  case notAllowed = "OTE-6003"
  case nothingHere = "OTE-6004"
  case editConflict = "OTE-6005"
  case nameTaken = "OTE-6006"
  case tooManyAttempts = "OTE-6007"
  case requestTooLarge = "OTE-6008"
  case signInFailed = "OTE-6009"
  case editConditionMissing = "OTE-6010"
  case uploadMismatch = "OTE-6011"
  case secretUnavailable = "OTE-6012"
  case auditBroken = "OTE-6013"
  case identityProviderFailed = "OTE-6014"
  case wrongState = "OTE-6015"
  case scheduleInvalid = "OTE-6016"
  case idempotencyKeyReused = "OTE-6017"
  case signInNotAllowed = "OTE-6018"
  case signInLost = "OTE-6019"
  case identityAnswerInvalid = "OTE-6020"
  case identitySettingsInvalid = "OTE-6021"
  case connectionFails = "OTE-6022"
}

extension ProblemCode {
  /// The page that explains the code, relative to the repository.
  package var page: String { "Docs/problems/\(rawValue).md" }

  /// Who is to blame unless the place that raises it knows better.
  package var origin: ProblemOrigin {
    switch self {
    case .pluginCrashed, .pluginExited, .pluginStalled, .invalidArrow, .contractBroken, .cancelIgnored, .pluginFailed,
      .stateUnreadable, .notSharedObject, .stampMissing, .entryMissing, .scanCrashed, .scanHung, .descriptorInvalid,
      .descriptorDiffers, .vendorManifestInvalid, .incompatibleABI, .loadFailed:
      .plugin
    case .inputOutputFailed, .resourceExhausted, .timedOut, .diskFull, .artifactCorrupt, .identityProviderFailed,
      .identityAnswerInvalid:
      .external
    case .storeUnreadable, .workerNotStarted, .workerProtocolBroken, .hostKilled, .hostFailed, .hostBusy, .auditBroken,
      .storeInUse, .storeTooNew, .addressInUse, .secretUnavailable, .telemetryInvalid, .identitySettingsInvalid:
      .host
    default: .user
    }
  }
}
