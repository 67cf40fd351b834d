// Tests/EngineTests
