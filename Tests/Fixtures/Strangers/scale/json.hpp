// json.hpp - the little JSON this plugin needs: the members of one flat object that are strings or numbers.
#pragma once
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include "boundary.hpp"

namespace scale {

// The host has checked the configuration against the schema, so anything else than a flat object is a broken host.
class FlatObject {
 public:
  explicit FlatObject(std::string_view text) : rest_(text) {
    expect('{');
    if (!accept('}')) {
      do {
        std::string key = string();
        expect(':');
        if (peek() == '"') values_[key] = string();
        else values_[key] = number();
      } while (accept(','));
      expect('}');
    }
    if (peek() != '\0') broken();
  }
  std::optional<std::string> text(const std::string &key) const { return get<std::string>(key); }
  std::optional<double> number(const std::string &key) const { return get<double>(key); }

 private:
  template <class T> std::optional<T> get(const std::string &key) const {
    auto found = values_.find(key);
    if (found == values_.end() || !std::holds_alternative<T>(found->second)) return std::nullopt;
    return std::get<T>(found->second);
  }
  [[noreturn]] static void broken() { throw Failure(OTE_E_INVALID_ARG, "The configuration is no flat JSON object."); }
  char peek() {
    size_t start = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(start == rest_.npos ? rest_.size() : start);
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool accept(char wanted) {
    if (peek() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) { if (!accept(wanted)) broken(); }
  char next() {
    if (rest_.empty()) broken();
    char character = rest_.front();
    rest_.remove_prefix(1);
    return character;
  }
  double number() {
    double value = 0;
    peek();
    auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (code != std::errc()) broken();
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }
  unsigned hex() {
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
      char digit = next();
      size_t at = std::string_view("0123456789abcdef0123456789ABCDEF").find(digit);
      if (at == std::string_view::npos) broken();
      value = value * 16 + static_cast<unsigned>(at % 16);
    }
    return value;
  }
  static void append(std::string &text, unsigned code) {  // one code point as UTF-8
    if (code < 0x80) text += static_cast<char>(code);
    else if (code < 0x800) (text += static_cast<char>(0xC0 | code >> 6)) += static_cast<char>(0x80 | (code & 63));
    else {
      if (code < 0x10000) text += static_cast<char>(0xE0 | code >> 12);
      else (text += static_cast<char>(0xF0 | code >> 18)) += static_cast<char>(0x80 | (code >> 12 & 63));
      (text += static_cast<char>(0x80 | (code >> 6 & 63))) += static_cast<char>(0x80 | (code & 63));
    }
  }
  void escape(std::string &text) {
    static constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    char kind = next();
    if (kind != 'u') {
      size_t index = from.find(kind);
      if (index == from.npos) broken();
      text += to[index];
      return;
    }
    unsigned code = hex();
    if (code >= 0xD800 && code < 0xDC00) {  // the first half of a pair
      if (next() != '\\' || next() != 'u') broken();
      unsigned second = hex();
      if (second < 0xDC00 || second > 0xDFFF) broken();
      code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      broken();
    }
    append(text, code);
  }
  std::string string() {
    std::string text;
    expect('"');
    for (char character = next(); character != '"'; character = next()) {
      if (character == '\\') escape(text);
      else text += character;
    }
    return text;
  }

  std::string_view rest_;
  std::map<std::string, std::variant<std::string, double>> values_;
};

}  // namespace scale
