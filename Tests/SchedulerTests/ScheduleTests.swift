// Schedules as documents write them: what is taken, what is refused, and their words.
import JSONValue
import Model
import Scheduler
import Testing

struct ScheduleTests {
  @Test(arguments: [
    (#"{"cron": "0 6 * *"}"#, "/schedule/cron"),
    (#"{"cron": "0 0 31 2 *"}"#, "/schedule/cron"),
    (#"{"cron": "61 0 * * *"}"#, "/schedule/cron"),
    (#"{"cron": "*/0 0 * * *"}"#, "/schedule/cron"),
    (#"{"cron": "5-1 0 * * *"}"#, "/schedule/cron"),
    (#"{"cron": "0 0 * * MOO"}"#, "/schedule/cron"),
    (#"{"cron": "@dayly"}"#, "/schedule/cron"),
    (#"{"cron": 5}"#, "/schedule/cron"),
    (#"{"cron": "0 6 * * *", "every": "1h"}"#, "/schedule/every"),
    (#"{"every": "1.5s"}"#, "/schedule/every"),
    (#"{"every": "1h", "from": "noon"}"#, "/schedule/from"),
    (#"{"cron": "0 6 * * *", "from": "2026-11-27T00:00:00Z"}"#, "/schedule/from"),
    (#"{"cron": "0 6 * * *", "timezone": "Europe/Berlim"}"#, "/schedule/timezone"),
    (#"{"cron": "0 6 * * *", "catch_up": "al"}"#, "/schedule/catch_up"),
    (#"{"cron": "0 6 * * *", "priority": 101}"#, "/schedule/priority"),
    (#"{"cron": "0 6 * * *", "max_active": 0}"#, "/schedule/max_active"),
    (#"{"cron": "0 6 * * *", "timezon": "UTC"}"#, "/schedule/timezon"),
    (#"{"on": {"datset": "a"}}"#, "/schedule/on"),
    (#"{"on": {"dataset": []}}"#, "/schedule/on/dataset"),
    (#"{"timezone": "UTC"}"#, "/schedule"),
    (#"[]"#, "/schedule"),
  ])
  func `what is wrong is refused with its place`(_ text: String, _ pointer: String) throws {
    let problems = #expect(throws: Problems.self) { try Schedule(JSONValue(parsing: text)) }
    #expect(problems?.all.map(\.code) == [.scheduleInvalid])
    #expect(problems?.all.first?.at?.pointer == pointer)
  }

  @Test(arguments: [
    (#"{"cron": "0 6 * * *", "catchup": "all"}"#, "catch_up"), (#"{"cron": "@dayly"}"#, "@daily"),
    (#"{"cron": "0 6 * * *", "timezone": "Europe/Berlim"}"#, "Europe/Berlin"),
  ])
  func `a slip of the keyboard is answered with the right name`(_ text: String, _ name: String) throws {
    let problems = #expect(throws: Problems.self) { try Schedule(JSONValue(parsing: text)) }
    #expect(problems?.all.first?.detail.contains("did you mean '\(name)'?") == true)
  }

  @Test(arguments: [
    (#"{"cron": "0 6 * * *", "timezone": "America/New_York"}"#, "at 06:00 every day, New York time"),
    (#"{"cron": "30 8 * * MON-FRI"}"#, "at 08:30 on weekdays, UTC"),
    (#"{"cron": "*/15 * * * *"}"#, "every 15 minutes, UTC"), (#"{"cron": "@hourly"}"#, "every hour, UTC"),
    (#"{"cron": "0 0 1 JAN *"}"#, "at 00:00 on day 1 of the month in January, UTC"),
    (#"{"cron": "0 0 L * *"}"#, "at 00:00 on the last day of the month, UTC"),
    (#"{"every": "1h30m"}"#, "every 1 hour 30 minutes"), (#"{"every": "1d"}"#, "every day"),
    (#"{"on": {"dataset": ["b", "a"]}}"#, "when a or b has a new version"),
    (#"{"every": "2h", "on": {"dataset": "a"}}"#, "every 2 hours, and when a has a new version"),
  ])
  func `a schedule is told in plain words`(_ text: String, _ words: String) throws {
    #expect(try Schedule(JSONValue(parsing: text)).describe == words)
  }

  @Test func `an interval counts from its anchor and ignores daylight saving`() throws {
    let schedule = try Schedule(
      JSONValue(parsing: #"{"every": "6h", "from": "2026-03-28T23:00:00Z", "timezone": "Europe/Berlin"}"#))
    let slots = schedule.upcoming(4, after: try #require(Instant("2026-03-28T00:00:00Z"))).map(\.text)
    #expect(
      slots == ["2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z", "2026-03-29T11:00:00Z", "2026-03-29T17:00:00Z"])
  }

  @Test func `a schedule on datasets alone has no times`() throws {
    let schedule = try Schedule(JSONValue(parsing: #"{"on": {"dataset": "a"}}"#))
    #expect(schedule.upcoming(after: Instant(0)).isEmpty)
  }
}
