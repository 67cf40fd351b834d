// A schedule in words and with its next times.
import Foundation
import JSONValue
import Model
import Scheduler

enum ScheduleShape {
  static func check(_ value: JSONValue) throws(Problems) { _ = try Schedule(value) }

  /// nil where the document's schedule is not valid.
  static func view(_ value: JSONValue) -> JSONValue? { (try? Schedule(value)).map(view) }

  static func view(_ schedule: Schedule) -> JSONValue {
    let now = Instant(Date().timeIntervalSince1970)
    return [
      "text": .string(schedule.describe), "timezone": .string(schedule.timezone),
      "next": .array(schedule.upcoming(5, after: now).map { .string($0.text) }),
      "datasets": .array(schedule.datasets.map { .string($0) }),
    ]
  }
}
