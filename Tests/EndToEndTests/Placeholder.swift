// Tests/EndToEndTests
