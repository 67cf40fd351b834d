// The nested types of a gather: lists, runs and unions.
internal import CPluginABI

extension Gather {
  typealias Make = ([UnsafeRawPointer?], [Arena.Node], Arena.Node?) -> Arena.Node

  /// Lists and maps by offsets, list views by offsets and sizes; the items lie in row order afterwards.
  func list<O: FixedWidthInteger & BitwiseCopyable>(
    _ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int], _ type: O.Type, views: Bool,
    _ made: Make
  ) -> Arena.Node {
    let width = MemoryLayout<O>.size
    let items = source.pointee.children[0]!
    let base = Int(items.pointee.offset)
    let offsets = arena.allocate((indices.count + 1) * width)
    let sizes = views ? arena.allocate(indices.count * width) : nil
    var places: [Int] = []
    for (row, index) in indices.enumerated() {
      var range = (start: 0, count: 0)
      if index >= 0, case let cell = Cell(layout, source, index), !cell.isNullHere { range = cell.listRange() ?? range }
      offsets.storeBytes(of: O(places.count), toByteOffset: row * width, as: O.self)
      sizes?.storeBytes(of: O(range.count), toByteOffset: row * width, as: O.self)
      for place in range.start..<range.start + range.count { places.append(base + place) }
    }
    offsets.storeBytes(of: O(places.count), toByteOffset: indices.count * width, as: O.self)
    let child = node(layout.children[0], items, places)
    return made([UnsafeRawPointer(offsets)] + (views ? [sizes.map { UnsafeRawPointer($0) }] : []), [child], nil)
  }

  /// Neighbouring rows of the same run stay one run.
  func runs(_ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int]) -> Arena.Node {
    let values = source.pointee.children[1]!
    var ends: [Int64] = []
    var places: [Int] = []
    for (row, index) in indices.enumerated() {
      var place = -1
      if index >= 0 {
        let run = min(Cell(layout, source, index).runPosition, Int(values.pointee.length) - 1)
        place = Int(values.pointee.offset) + run
      }
      if let last = places.last, last == place {
        ends[ends.count - 1] = Int64(row + 1)
      } else {
        places.append(place)
        ends.append(Int64(row + 1))
      }
    }
    let builder = ColumnBuilder(Field("run_ends", layout.fields[0].type, nullable: false), capacity: ends.count)
    for end in ends { builder.append(end) }
    let children = [builder.finish(into: arena), node(layout.children[1], values, places)]
    return arena.node(length: indices.count, buffers: [], children: children)
  }

  /// One byte per row; a row from nowhere is a null of the first member.
  func typeIDs(
    _ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int]
  ) -> UnsafeRawPointer {
    let target = arena.allocate(indices.count)
    for (row, index) in indices.enumerated() {
      let id = index < 0 ? nil : source.pointee.buffers[0]?.load(fromByteOffset: index, as: Int8.self)
      target.storeBytes(of: id ?? layout.ids.first ?? 0, toByteOffset: row, as: Int8.self)
    }
    return UnsafeRawPointer(target)
  }

  func denseUnion(_ layout: TypeLayout, _ source: UnsafePointer<ArrowArray>, _ indices: [Int]) -> Arena.Node {
    var places = [[Int]](repeating: [], count: layout.children.count)
    let types = arena.allocate(indices.count)
    let offsets = arena.allocateZeroed(indices.count * 4)
    for (row, index) in indices.enumerated() {
      let member = index < 0 ? nil : Cell(layout, source, index).member()
      let position = member == nil ? 0 : Cell(layout, source, index).memberPosition ?? 0
      guard places.indices.contains(position) else { continue }
      types.storeBytes(of: layout.ids[position], toByteOffset: row, as: Int8.self)
      offsets.storeBytes(of: Int32(places[position].count), toByteOffset: row * 4, as: Int32.self)
      places[position].append(member?.index ?? -1)
    }
    let children = layout.children.indices.map { position in
      node(layout.children[position], source.pointee.children[position]!, places[position])
    }
    return arena.node(
      length: indices.count, buffers: [UnsafeRawPointer(types), UnsafeRawPointer(offsets)], children: children)
  }
}
