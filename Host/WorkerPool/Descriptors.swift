// The few libc calls of this target, in Swift's words.
import Glibc

let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }
func signalText(_ signal: Int32) -> String {
  let names: [Int32: String] = [
    SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGFPE: "SIGFPE", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT",
    SIGSYS: "SIGSYS", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU",
  ]
  return names[signal] ?? "signal \(signal)"
}
func killGroup(_ pid: Int32) { _ = kill(-pid, SIGKILL) }
func makeNonBlocking(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }

/// Reads what is there now without blocking; nil at the end or when nothing is there.
func readAvailable(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int? {
  let n = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
  return n > 0 ? n : nil
}

enum Received { case bytes(Int), nothing, closed }

func receive(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Received {
  while true {
    let n = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
    if n > 0 { return .bytes(n) }
    if n < 0, errno == EINTR { continue }
    return n < 0 && errno == EAGAIN ? .nothing : .closed
  }
}

/// Makes a send that nobody reads fail in the end, instead of waiting for ever.
func limitSending(_ descriptor: Int32, seconds: Int) {
  var limit = timeval(tv_sec: seconds, tv_usec: 0)
  _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
}

/// Waits until one of the descriptors is readable; answers which are. Negative descriptors are passed over.
func waitReadable(_ descriptors: [Int32], milliseconds: Int32) -> [Bool] {
  var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  let n = poll(&entries, nfds_t(entries.count), milliseconds)
  return entries.map { n > 0 && $0.fd >= 0 && $0.revents != 0 }
}

func readSmallFile(_ path: String) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { _ = close(descriptor) }
  var chunk = [UInt8](repeating: 0, count: 4096)
  guard let n = readAvailable(descriptor, &chunk) else { return nil }
  return String(decoding: chunk[0..<n], as: UTF8.self)
}

func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
  let pointers = strings.map { strdup($0) }
  defer { pointers.forEach { free($0) } }
  return body(pointers + [nil])
}
