// The title and the usual next step of each problem code.

extension ProblemCode {
  /// One line, the same for every problem with this code.
  package var title: String { words.title }

  /// What to do next, unless the place that raises it knows better.
  package var next: String { words.next }

  private var words: (title: String, next: String) {
    switch self {
    case .documentUnreadable: ("The document cannot be read", "Check the path and the permissions of the file.")
    case .documentSyntax: ("The document is not valid YAML", "Correct the line named above.")
    case .unknownKey: ("Unknown key", "Remove the key, or correct its spelling.")
    case .missingKey: ("A required key is missing", "Add the key.")
    case .wrongType: ("A value has the wrong type", "Write a value of the type named above.")
    case .unsupportedVersion: ("Unsupported apiVersion or kind", "Use apiVersion opentrusteval/v1 and kind Pipeline.")
    case .documentTooLarge: ("The document is too large", "Split the pipeline, or move data out of the document.")
    case .unknownNode: ("Unknown node", "Name a node of this pipeline.")
    case .cycle: ("The nodes form a cycle", "Remove one of the inputs named above.")
    case .duplicateName: ("A name is used twice", "Rename one of them.")
    case .unknownComponent: ("No plugin provides this component", "List what is installed: ote plugins list")
    case .portMismatch: ("These ports do not fit", "Connect an output to an input of the same type.")
    case .missingInput: ("An input is not connected", "Give the node the input named above.")
    case .invalidName: ("A name is not allowed", "Use letters, digits, '-' and '_', starting with a letter.")
    case .unknownPort: ("Unknown port", "Name a port of that component: ote plugins show NAME")
    case .notAvailable: ("This version does not have that yet", "Remove the key named above.")
    case .missingParameter: ("A parameter has no value", "Pass it: --param NAME=VALUE, or give it a default.")
    case .unknownParameter: ("Unknown parameter", "Name a parameter that the document declares.")
    case .invalidParameter: ("A parameter value is not valid", "Pass a value that fits the declared schema.")
    case .unknownReference: ("Unknown reference", "Use parameters.NAME, run.id, run.started_at or secrets.NAME.")
    case .invalidConfiguration: ("The configuration is not valid", "Correct the field named above.")
    case .missingPlugin: ("A required plugin is missing", "Enable it: ote plugins enable FOLDER")
    case .kindNotRunnable: ("This kind of component cannot run here", "Use a source, stage, check or sink.")
    case .manifestInvalid: ("A plugin's admin manifest is not valid", "Correct the manifest named above.")
    case .vendorManifestInvalid: ("The plugin's plugin.toml is not valid", "Report it to the plugin's publisher.")
    case .pluginFileMissing: ("A file of the plugin is missing", "Install the plugin again.")
    case .digestMismatch:
      ("The plugin's file is not the one that was pinned", "If the change is wanted: ote plugins enable FOLDER")
    case .digestNotPinned: ("The manifest pins no digest", "Pin it: ote plugins enable FOLDER")
    case .pluginDisabled: ("The plugin is disabled", "Set spec.enabled to true in its manifest.")
    case .notSharedObject: ("Not a shared object for this machine", "Get the plugin's build for this platform.")
    case .stampMissing: ("The file carries no OpenTrustEval note", "Put OTE_STAMP(...) into one source file.")
    case .incompatibleABI: ("Plugin and host share no ABI version", "Update the host, or get an older plugin.")
    case .entryMissing: ("The file has no entry ote_module_v1", "Export ote_module_v1 from the shared object.")
    case .scanCrashed: ("The plugin crashed while it was scanned", "Report it to the plugin's publisher.")
    case .scanHung: ("The plugin hung while it was scanned", "Report it to the plugin's publisher.")
    case .descriptorInvalid: ("The plugin's description is not valid", "Report it to the plugin's publisher.")
    case .loadFailed: ("The shared object cannot be loaded", "Install the library named above.")
    case .duplicatePlugin: ("Two manifests name the same plugin", "Remove one of them.")
    case .descriptorDiffers: ("plugin.toml and the shared object disagree", "Report it to the plugin's publisher.")
    case .pluginCrashed: ("A plugin crashed", "Report it to the plugin's publisher, with the crash report.")
    case .pluginExited: ("A plugin ended the worker process", "Report it to the plugin's publisher.")
    case .pluginStalled: ("A plugin gave no sign of life", "Raise limits.stall if the work is really that slow.")
    case .wallLimit: ("The run took longer than its limit", "Raise limits.wall, or give the run less to do.")
    case .memoryLimit: ("The run needed more memory than its limit", "Raise limits.memory, or process less at once.")
    case .invalidArrow: ("A plugin returned malformed data", "Report it to the plugin's publisher.")
    case .contractBroken: ("A plugin broke the plugin contract", "Report it to the plugin's publisher.")
    case .cancelIgnored: ("A plugin did not stop when asked", "Report it to the plugin's publisher.")
    case .configurationRefused: ("The plugin refuses the configuration", "Correct the field named above.")
    case .notFound: ("Something the node needs is not there", "Check the name or path.")
    case .badData: ("The data is not what the node expects", "Correct the data, or relax the node's configuration.")
    case .inputOutputFailed: ("Reading or writing failed", "Try again; check disk and network.")
    case .resourceExhausted: ("A resource ran out", "Free or grant more of it, then run again.")
    case .authenticationFailed: ("Credentials were refused", "Correct the credentials.")
    case .permissionDenied: ("A permission is missing", "Grant it, or use another location.")
    case .timedOut: ("Something outside did not answer in time", "Try again later.")
    case .unsupported: ("The plugin does not do that", "Read the component's page: ote plugins show NAME")
    case .pluginFailed: ("The plugin failed", "Report it to the plugin's publisher.")
    case .cancelled: ("The run was cancelled", "Start it again when you are ready; nothing was published.")
    case .stateUnreadable:
      (
        "A saved state cannot be read",
        "Make it forget the state, and read all again: ote pipelines forget NAME --node NODE"
      )
    case .schemaUnknown: ("Columns are not known before the run", "Run the pipeline; columns show while it runs.")
    case .resumeImpossible: ("The run cannot be resumed", "Start a new run of the pipeline.")
    case .budgetSpent:
      ("The connection's budget is used up", "Wait for tomorrow, or raise it: ote connections budget NAME")
    case .requestRefused:
      ("The model cannot take this request", "Correct what the message names: the prompt, an option, or the format.")
    case .storeUnreadable: ("The store cannot be opened", "Check the folder given by --store or OTE_HOME.")
    case .storeTooNew: ("The store was written by a newer version", "Update ote.")
    case .diskFull: ("The disk is full", "Free some space, then run again. Nothing half-written was published.")
    case .datasetNotFound: ("No such dataset or version", "List what there is: ote datasets list")
    case .runNotFound: ("No such run", "List what there is: ote runs list")
    case .artifactCorrupt: ("A stored file is not what was written", "Restore the file from a backup.")
    case .pluginNotFound: ("No such plugin", "List what there is: ote plugins list")
    case .modelNotFound: ("No such model, version or alias", "List what there is: ote models list")
    case .connectionNotFound: ("No such connection", "List what there is: ote connections list")
    case .evaluationNotFound: ("No such evaluation", "List what there is: ote evals list")
    case .stillReferred: ("Something still refers to it", "Change or remove what is named above first.")
    case .workerNotStarted: ("A worker process could not be started", "Check that ote-worker lies beside ote.")
    case .workerProtocolBroken: ("Host and worker do not understand each other", "Install ote and ote-worker together.")
    case .hostKilled: ("The host ended during the run", "Start the run again; nothing was published.")
    case .hostFailed: ("The host failed", "Report it with the text above.")
    case .addressInUse:
      ("The address is in use", "End the program that listens there, or choose another port: ote serve --port N")
    case .hostBusy: ("The host cannot take this now", "Try again in a moment.")
    case .storeInUse:
      ("Another host uses the store", "End that host, or give this one a store of its own: ote serve --store FOLDER")
    case .telemetryInvalid:
      ("Telemetry cannot be sent as it is set up", "Correct the variable or option named above, or leave it out.")
    case .requestInvalid: ("The request is not valid", "Correct the field named above.")
    case .notSignedIn: ("Nobody is signed in", "Sign in, or send a token.")
    case .notAllowed: ("Your role does not allow this", "Ask an admin of the project for a higher role.")
    case .nothingHere: ("There is nothing here", "Check the address; the thing may have been removed or renamed.")
    case .editConflict: ("Somebody else saved first", "Compare with the newer version, then take it or save over it.")
    case .nameTaken: ("The name is taken", "Choose another name.")
    case .tooManyAttempts: ("Too many attempts", "Wait for the time named above, then try again.")
    case .requestTooLarge: ("The request is too large", "Send less, or upload it as a file.")
    case .signInFailed: ("Signing in was refused", "Try again, or ask an admin for a sign-in link.")
    case .editConditionMissing:
      ("The request does not say which version it edits", "Send If-Match with the ETag that was read.")
    case .uploadMismatch: ("What arrived is not what was announced", "Upload the file again.")
    case .secretUnavailable: ("A secret cannot be read", "Set it: ote secrets set NAME")
    case .auditBroken: ("The audit log was changed", "Compare it with a backup; nothing was repaired.")
    case .identityProviderFailed:
      ("The identity provider refused or did not answer", "Try again; an admin finds the reason in the host's log.")
    case .wrongState: ("That is not possible in this state", "Look at its present state first.")
    case .scheduleInvalid: ("The schedule is not valid", "Correct the field named above.")
    case .idempotencyKeyReused:
      ("The idempotency key belongs to another request", "Send a new key with each new request.")
    case .signInNotAllowed:
      ("You are known, but not let in here", "Ask an admin of this host, who decides who may sign in.")
    case .signInLost: ("The sign-in cannot be continued", "Begin again on the sign-in page.")
    case .identityAnswerInvalid:
      ("The identity provider's answer proves nothing", "Tell an admin of this host; nobody was signed in.")
    case .connectionFails:
      ("The connection does not work", "Correct its configuration; what was saved before is still in use.")
    case .identitySettingsInvalid:
      ("The settings of an identity provider are not valid", "Correct identity.yaml, then start the host again.")
    }
  }
}
