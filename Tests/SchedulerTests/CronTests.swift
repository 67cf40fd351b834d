// Known answers of cron expressions in zones.
import JSONValue
import Model
import Scheduler
import Testing

/// (expression, zone, after, next). Written by the independent program croniter 7.0.0 (PyPI), none of them by hand.
private let peer: [(String, String, String, String)] = [
  ("0 6 * * *", "UTC", "2026-11-27T05:59:59Z", "2026-11-27T06:00:00Z"),
  ("0 6 * * *", "UTC", "2026-11-27T06:00:00Z", "2026-11-28T06:00:00Z"),
  ("*/15 * * * *", "UTC", "2026-11-27T10:07:00Z", "2026-11-27T10:15:00Z"),
  ("*/7 * * * *", "UTC", "2026-11-27T10:56:00Z", "2026-11-27T11:00:00Z"),
  ("5/20 * * * *", "UTC", "2026-11-27T10:07:00Z", "2026-11-27T10:25:00Z"),
  ("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
  ("0 0 29 2 *", "UTC", "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
  ("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
  ("0 0 31 * *", "UTC", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"),
  ("0 0 30 2,4 *", "UTC", "2026-01-01T00:00:00Z", "2026-04-30T00:00:00Z"),
  ("30 8 * * MON-FRI", "UTC", "2026-11-27T08:30:00Z", "2026-11-30T08:30:00Z"),
  ("30 8 * * 1-5", "UTC", "2026-11-28T00:00:00Z", "2026-11-30T08:30:00Z"),
  ("0 0 * * 0", "UTC", "2026-11-27T00:00:00Z", "2026-11-29T00:00:00Z"),
  ("0 0 * * 7", "UTC", "2026-11-27T00:00:00Z", "2026-11-29T00:00:00Z"),
  ("0 0 * * SUN", "UTC", "2026-11-27T00:00:00Z", "2026-11-29T00:00:00Z"),
  ("0 0 13 * 5", "UTC", "2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z"),
  ("0 0 13 * FRI", "UTC", "2026-12-12T00:00:00Z", "2026-12-13T00:00:00Z"),
  ("0 0 1,15 * WED", "UTC", "2026-11-27T00:00:00Z", "2026-12-01T00:00:00Z"),
  ("0 0 1 JAN *", "UTC", "2026-11-27T00:00:00Z", "2027-01-01T00:00:00Z"),
  ("0 0 1 jan,jul *", "UTC", "2026-03-01T00:00:00Z", "2026-07-01T00:00:00Z"),
  ("0 12 1 */3 *", "UTC", "2026-02-01T00:00:00Z", "2026-04-01T12:00:00Z"),
  ("0 9-17/2 * * *", "UTC", "2026-11-27T11:00:00Z", "2026-11-27T13:00:00Z"),
  ("0 9-17/2 * * *", "UTC", "2026-11-27T17:00:00Z", "2026-11-28T09:00:00Z"),
  ("59 23 31 12 *", "UTC", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
  ("0 0 L * *", "UTC", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"),
  ("0 0 L * *", "UTC", "2028-02-01T00:00:00Z", "2028-02-29T00:00:00Z"),
  ("0 0 L 4 *", "UTC", "2026-11-01T00:00:00Z", "2027-04-30T00:00:00Z"),
  ("@hourly", "UTC", "2026-11-27T10:07:00Z", "2026-11-27T11:00:00Z"),
  ("@daily", "UTC", "2026-11-27T10:07:00Z", "2026-11-28T00:00:00Z"),
  ("@weekly", "UTC", "2026-11-27T10:07:00Z", "2026-11-29T00:00:00Z"),
  ("@monthly", "UTC", "2026-11-27T10:07:00Z", "2026-12-01T00:00:00Z"),
  ("0 0 * * 5-7", "UTC", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"),
  ("0 0 * * MON,WED", "UTC", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"),
  ("1,2,3 4 5 6 *", "UTC", "2026-06-05T04:02:00Z", "2026-06-05T04:03:00Z"),
  ("10-20/5 0 * * *", "UTC", "2026-06-05T00:10:00Z", "2026-06-05T00:15:00Z"),
  ("0 22 * 11 1-5", "UTC", "2026-11-30T22:00:00Z", "2027-11-01T22:00:00Z"),
  ("0 0 1-7 * *", "UTC", "2026-11-07T00:00:00Z", "2026-12-01T00:00:00Z"),
  ("0 6 * * *", "America/New_York", "2026-11-27T00:00:00Z", "2026-11-27T11:00:00Z"),
  ("0 6 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T10:00:00Z"),
  ("0 6 * * *", "America/New_York", "2026-03-08T12:00:00Z", "2026-03-09T10:00:00Z"),
  ("0 6 * * *", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T11:00:00Z"),
  ("0 6 * * *", "Europe/Berlin", "2026-03-28T06:00:00Z", "2026-03-29T04:00:00Z"),
  ("0 6 * * *", "Europe/Berlin", "2026-10-24T06:00:00Z", "2026-10-25T05:00:00Z"),
  ("0 3 * * *", "Europe/Berlin", "2026-03-28T03:00:00Z", "2026-03-29T01:00:00Z"),
  ("0 12 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-05T01:30:00Z"),
  ("0 12 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-04T01:00:00Z"),
  ("0 0 1 * *", "Australia/Lord_Howe", "2026-03-15T00:00:00Z", "2026-03-31T13:00:00Z"),
  ("0 0 1 1 *", "Asia/Kolkata", "2026-11-27T00:00:00Z", "2026-12-31T18:30:00Z"),
  ("45 5 * * *", "Asia/Kathmandu", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z"),
  ("0 */6 * * *", "America/New_York", "2026-11-27T00:00:00Z", "2026-11-27T05:00:00Z"),
  ("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-28T01:30:00Z"),
  ("15 * * * *", "America/New_York", "2026-11-27T12:30:00Z", "2026-11-27T13:15:00Z"),
  ("0 0 * * 1", "Europe/Berlin", "2026-03-24T00:00:00Z", "2026-03-29T22:00:00Z"),
]

/// Where cron programs differ, so by hand: skipped times run at the first moment after the gap, repeated ones once.
private let daylight: [(String, String, String, String)] = [
  ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
  ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
  ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
  ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
  ("*/15 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"),
  ("30 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T07:00:00Z"),
  ("30 1 * * *", "America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T05:30:00Z"),
  ("30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"),
  ("0 * * * *", "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"),
  ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z"),
  ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"),
  ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-04T14:45:00Z"),
  ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"),
]

struct CronTests {
  @Test(arguments: peer)
  func `the next time is the one another cron program finds`(
    _ expression: String, _ zone: String, _ after: String, _ next: String
  ) throws {
    #expect(try answer(expression, zone, after) == next)
  }

  @Test(arguments: daylight)
  func `a skipped time runs once after the gap and a repeated time runs once`(
    _ expression: String, _ zone: String, _ after: String, _ next: String
  ) throws {
    #expect(try answer(expression, zone, after) == next)
  }

  @Test func `looking back finds what looking forward finds`() throws {
    for zone in ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"] {
      for expression in ["*/15 * * * *", "30 2 * * *", "0 0 1,15 * WED", "0 0 L * *", "7 */5 * * 1-5"] {
        let schedule = try Schedule(.object(["cron": .string(expression), "timezone": .string(zone)]))
        let start = try #require(Instant("2026-01-01T00:00:00Z"))
        let end = try #require(Instant("2027-01-01T00:00:00Z"))
        let forward = schedule.slots(after: start, through: end, limit: .max)
        #expect(schedule.newestSlots(after: start, through: end, limit: .max) == forward)
        #expect(schedule.newestSlots(after: start, through: end, limit: 7) == Array(forward.suffix(7)))
        #expect(zip(forward, forward.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
  }

  private func answer(_ expression: String, _ zone: String, _ after: String) throws -> String? {
    let schedule = try Schedule(.object(["cron": .string(expression), "timezone": .string(zone)]))
    return schedule.next(after: try #require(Instant(after)))?.text
  }
}
