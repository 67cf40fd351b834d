// Requests of strangers that cost a request to somebody else.
import Accounts
import Model
import Testing

struct RequestPaceTests {
  @Test func `an address has a burst, then one each two seconds, and is told how long to wait`() throws {
    var pace = RequestPace()
    for _ in 0..<Int(RequestPace.burst) { try pace.take(address: "a", now: 100) }
    let problem = #expect(throws: Problem.self) { try pace.take(address: "a", now: 100) }
    #expect(problem?.code == .tooManyAttempts)
    #expect(problem?.retryAfterSeconds == 2)
    try pace.take(address: "b", now: 100)
    try pace.take(address: "a", now: 102)
    #expect(throws: Problem.self) { try pace.take(address: "a", now: 102) }
    for _ in 0..<Int(RequestPace.burst) { try pace.take(address: "a", now: 10_000) }
  }

  @Test func `it remembers no more addresses than it may`() throws {
    var pace = RequestPace(capacity: 10)
    for number in 0..<1000 { try pace.take(address: "\(number)", now: Double(number)) }
    #expect(pace.entries <= 10)
  }
}
