// What a column can be read as, whatever its layout.

extension DataType {
  /// Text in any layout, also through a dictionary.
  public var isText: Bool {
    switch self {
    case .utf8, .largeUtf8, .utf8View: true
    case .dictionary(_, let value, _): value.isText
    default: false
    }
  }

  /// What a list holds, in any layout; nil for what is no list.
  public var listItem: Field? {
    switch self {
    case .list(let item), .largeList(let item), .listView(let item), .largeListView(let item),
      .fixedSizeList(let item, _):
      item
    default: nil
    }
  }

  public var isList: Bool { listItem != nil }
}
