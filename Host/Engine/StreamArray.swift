// C streams side by side, as calls into plugins take and give them, with one owner at any time.
import CPluginABI

/// Releases at its end what is still its own.
final class StreamArray {
  let pointer: UnsafeMutablePointer<ArrowArrayStream>
  private let count: Int
  private var owned: Bool

  /// `filled` by us for the plugin to take, or empty for the plugin to fill.
  init(count: Int, filled: Bool) {
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: ArrowArrayStream(), count: max(1, count))
    self.count = count
    owned = filled
  }

  deinit {
    if owned { for index in 0..<count { pointer[index].release?(pointer + index) } }
    pointer.deallocate()
  }

  /// From entry on the plugin owns its inputs, also when the call fails.
  func giveAway() { owned = false }

  /// What a call that went well has filled is ours, also where it broke the contract otherwise. What a failed call left
  /// is nobody's.
  func filled(by status: ote_status) -> ote_status {
    owned = status >= 0
    return status
  }
}
