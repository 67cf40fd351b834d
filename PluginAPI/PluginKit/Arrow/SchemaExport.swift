// Writes C schemas for others to own and release.
public import CPluginABI
internal import Glibc

extension Schema {
  /// Fills `out` with a C schema that is the caller's to release.
  public func export(to out: UnsafeMutablePointer<ArrowSchema>) {
    exportNode(Field("", .structure(fields), nullable: false, metadata: metadata), to: out)
  }
}

extension Field {
  /// Fills `out` with a C schema that is the caller's to release.
  public func export(to out: UnsafeMutablePointer<ArrowSchema>) { exportNode(self, to: out) }
}

private func exportNode(_ field: Field, to out: UnsafeMutablePointer<ArrowSchema>) {
  let children = field.type.childFields
  var flags = field.nullable ? Int64(ARROW_FLAG_NULLABLE) : 0
  var dictionary: UnsafeMutablePointer<ArrowSchema>?
  switch field.type {
  case .map(_, _, true): flags |= Int64(ARROW_FLAG_MAP_KEYS_SORTED)
  case .dictionary(_, let value, let ordered):
    if ordered { flags |= Int64(ARROW_FLAG_DICTIONARY_ORDERED) }
    let node = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
    exportNode(Field("", value), to: node)
    dictionary = node
  default: break
  }
  var list: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>?
  if !children.isEmpty {
    let nodes = UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>.allocate(capacity: children.count)
    for (index, child) in children.enumerated() {
      let node = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
      exportNode(child, to: node)
      nodes[index] = node
    }
    list = nodes
  }
  out.initialize(
    to: ArrowSchema(
      format: UnsafePointer(strdup(field.type.format)), name: UnsafePointer(strdup(field.name)),
      metadata: encodedMetadata(field.metadata), flags: flags, n_children: Int64(children.count), children: list,
      dictionary: dictionary, release: releaseSchema, private_data: nil))
}

private func encodedMetadata(_ metadata: [String: String]) -> UnsafePointer<CChar>? {
  if metadata.isEmpty { return nil }
  var bytes: [UInt8] = []
  func append(_ count: Int) { withUnsafeBytes(of: Int32(count)) { bytes.append(contentsOf: $0) } }
  append(metadata.count)
  for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
    append(key.utf8.count)
    bytes.append(contentsOf: key.utf8)
    append(value.utf8.count)
    bytes.append(contentsOf: value.utf8)
  }
  guard let memory = malloc(bytes.count) else { return nil }
  memory.copyMemory(from: bytes, byteCount: bytes.count)
  return UnsafePointer(memory.assumingMemoryBound(to: CChar.self))
}

private let releaseSchema: @convention(c) (UnsafeMutablePointer<ArrowSchema>?) -> Void = { node in
  guard let node, node.pointee.release != nil else { return }
  for index in 0..<Int(node.pointee.n_children) {
    guard let child = node.pointee.children[index] else { continue }
    child.pointee.release?(child)
    child.deallocate()
  }
  node.pointee.children?.deallocate()
  if let dictionary = node.pointee.dictionary {
    dictionary.pointee.release?(dictionary)
    dictionary.deallocate()
  }
  free(UnsafeMutableRawPointer(mutating: node.pointee.format))
  free(UnsafeMutableRawPointer(mutating: node.pointee.name))
  free(UnsafeMutableRawPointer(mutating: node.pointee.metadata))
  node.pointee.release = nil
}
