// Tests/WorkerTests
