// Texts and labels as fastText's lines: what would be a label, a line's end or a blank in the wrong place is changed so that it is
// none. Training and prediction see a text in the same form.

enum TrainingLine {
  static let prefix = "__label__"

  static func line(_ text: String, labels: [String]) -> String {
    (labels.map { prefix + encoded($0) } + [self.text(text)]).joined(separator: " ")
  }

  /// One line, without words that fastText takes for labels or for the end of a text.
  static func text(_ text: String) -> String {
    let words = text.unicodeScalars.split(whereSeparator: isBlank).map { word -> String in
      var word = String(String.UnicodeScalarView(word))
      while word.hasPrefix(prefix) { word.removeFirst() }
      return word == "</s>" ? "s" : word
    }
    return words.joined(separator: " ")
  }

  /// What fastText splits words at.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || (0x09...0x0D).contains(scalar.value) || scalar.value == 0
  }

  /// A label is one word: blanks in it, and the sign that stands for them, become codes.
  static func encoded(_ label: String) -> String {
    var text = ""
    for scalar in label.unicodeScalars {
      if isBlank(scalar) || scalar == "%" {
        text += "%" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The label behind fastText's word for it.
  static func label(from word: String) -> String {
    var text = String.UnicodeScalarView()
    var rest = (word.hasPrefix(prefix) ? word.dropFirst(prefix.count) : word[...]).unicodeScalars
    while let scalar = rest.popFirst() {
      if scalar == "%", rest.count >= 2, let code = UInt32(String(rest.prefix(2)), radix: 16),
        code == 0x25 || code <= 0x20,
        let meant = Unicode.Scalar(code)
      {
        text.append(meant)
        rest = rest.dropFirst(2)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
