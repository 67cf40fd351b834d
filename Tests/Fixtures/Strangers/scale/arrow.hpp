// arrow.hpp - owners for the three Arrow structs, and the copy of a borrowed schema.
#pragma once
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include "boundary.hpp"

namespace scale {

// Owns an Arrow struct: moved in, released once.
template <class T> class Owned {
 public:
  Owned() = default;
  explicit Owned(T *from) : value_(*from) { from->release = nullptr; }
  Owned(Owned &&other) noexcept : Owned(&other.value_) {}
  Owned &operator=(Owned &&other) noexcept {
    reset();
    std::swap(value_, other.value_);
    return *this;
  }
  ~Owned() { reset(); }
  void reset() {
    if (value_.release) value_.release(&value_);
    value_ = T{};
  }
  T *operator->() { return &value_; }
  T *get() { return &value_; }
  explicit operator bool() const { return value_.release != nullptr; }
  T take() { return std::exchange(value_, T{}); }

 private:
  T value_{};
};

inline size_t metadata_size(const char *metadata) {
  if (!metadata) return 0;
  int32_t pairs = 0, length = 0;
  std::memcpy(&pairs, metadata, sizeof pairs);
  size_t size = sizeof pairs;
  for (int64_t i = 0; i < 2 * int64_t{pairs}; i++) {
    std::memcpy(&length, metadata + size, sizeof length);
    size += sizeof length + static_cast<size_t>(length);
  }
  return size;
}

// What a schema node of ours keeps alive. Children are owned one by one: a reader may move one out.
struct SchemaNode {
  std::string format, name, metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema *> pointers;
  std::unique_ptr<ArrowSchema> dictionary;

  static void release(ArrowSchema *schema) {
    std::unique_ptr<SchemaNode> node(static_cast<SchemaNode *>(schema->private_data));
    for (ArrowSchema &child : node->children)
      if (child.release) child.release(&child);
    if (node->dictionary && node->dictionary->release) node->dictionary->release(node->dictionary.get());
    schema->release = nullptr;
  }
};

// A deep copy; on a throw nothing is left behind.
inline Owned<ArrowSchema> copied(const ArrowSchema &from, int depth = 0) {
  if (depth > 64) throw Failure(OTE_E_DATA, "The input's types are nested deeper than 64 levels.");
  auto node = std::make_unique<SchemaNode>();
  node->format = from.format;
  node->name = from.name ? from.name : "";
  node->metadata.assign(from.metadata ? from.metadata : "", metadata_size(from.metadata));
  node->children.resize(static_cast<size_t>(from.n_children), ArrowSchema{});
  for (ArrowSchema &child : node->children) node->pointers.push_back(&child);
  if (from.dictionary) node->dictionary = std::make_unique<ArrowSchema>(ArrowSchema{});
  ArrowSchema schema{node->format.c_str(), node->name.c_str(), from.metadata ? node->metadata.data() : nullptr,
                     from.flags, from.n_children, node->pointers.data(), node->dictionary.get(),
                     SchemaNode::release, nullptr};
  SchemaNode *kept = node.release();
  schema.private_data = kept;
  Owned<ArrowSchema> result(&schema);
  for (size_t i = 0; i < kept->children.size(); i++) kept->children[i] = copied(*from.children[i], depth + 1).take();
  if (kept->dictionary) *kept->dictionary = copied(*from.dictionary, depth + 1).take();
  return result;
}

}  // namespace scale
