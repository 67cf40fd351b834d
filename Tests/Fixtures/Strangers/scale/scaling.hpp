// scaling.hpp - the arithmetic: which column, which result type, and the new column of one batch.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>
#include "arrow.hpp"
#include "json.hpp"

namespace scale {

struct Settings {
  std::string column;
  double factor = 1;
  // A whole factor keeps int64 columns int64; any other makes them float64.
  bool whole() const { return factor == std::trunc(factor) && std::fabs(factor) <= 9007199254740992.0; }
};

// Where the column stands in a table, and what it is before and after.
struct Plan {
  int64_t index = -1;
  bool from_integer = false, to_integer = false;

  Plan() = default;
  Plan(const Settings &settings, const ArrowSchema &table) {
    for (int64_t i = 0; i < table.n_children && index < 0; i++)
      if (settings.column == table.children[i]->name) index = i;
    if (index < 0)
      throw Failure(OTE_E_CONFIG, "The input has no column '" + settings.column + "'.", "{\"path\": \"/column\"}");
    std::string format = table.children[index]->format;
    if (table.children[index]->dictionary || (format != "l" && format != "g"))
      throw Failure(OTE_E_CONFIG, "Column '" + settings.column + "' is neither int64 nor float64.",
                    "{\"path\": \"/column\"}");
    from_integer = format == "l";
    to_integer = from_integer && settings.whole();
  }
};

// The table's schema after scaling.
inline Owned<ArrowSchema> scaled(const Plan &plan, const ArrowSchema &table) {
  Owned<ArrowSchema> copy = copied(table);
  auto *field = static_cast<SchemaNode *>(copy->children[plan.index]->private_data);
  field->format = plan.to_integer ? "l" : "g";
  copy->children[plan.index]->format = field->format.c_str();
  return copy;
}

// Buffers of a column this plugin made.
struct Column {
  std::vector<int64_t> cells;  // 8 bytes each; holds doubles too
  std::vector<uint8_t> validity;
  const void *buffers[2] = {nullptr, nullptr};

  static void release(ArrowArray *array) {
    delete static_cast<Column *>(array->private_data);
    array->release = nullptr;
  }
};

inline bool bit(const uint8_t *bits, int64_t index) { return bits[index >> 3] >> (index & 7) & 1; }

// The new column covers all rows of the old one, so that the batch's own offset and length still fit it; only rows
// inside the batch are computed. first_row is the ordinal of the batch's first row, for the error.
inline ArrowArray scaled(const Plan &plan, const Settings &settings, const ArrowArray &batch, int64_t first_row) {
  const ArrowArray &old = *batch.children[plan.index];
  auto column = std::make_unique<Column>();
  column->cells.resize(static_cast<size_t>(old.length) + 1);  // one more: an empty vector has no memory to point at
  auto *bits = static_cast<const uint8_t *>(old.buffers[0]);
  if (bits) {
    column->validity.resize(static_cast<size_t>(old.length + 7) / 8);
    for (int64_t i = 0; i < old.length; i++)
      if (bit(bits, old.offset + i)) column->validity[i >> 3] |= static_cast<uint8_t>(1 << (i & 7));
  }
  auto *integers = static_cast<const int64_t *>(old.buffers[1]) + old.offset;
  auto *doubles = static_cast<const double *>(old.buffers[1]) + old.offset;
  const auto factor = settings.whole() ? static_cast<int64_t>(settings.factor) : 0;
  for (int64_t i = batch.offset; i < batch.offset + batch.length; i++) {
    if (bits && !bit(column->validity.data(), i)) continue;
    if (plan.to_integer) {
      if (__builtin_mul_overflow(integers[i], factor, &column->cells[i])) {
        std::string row = std::to_string(first_row + i - batch.offset);
        throw Failure(OTE_E_DATA, "Row " + row + ": " + std::to_string(integers[i]) + " times " + std::to_string(factor)
                      + " does not fit int64. A factor with a fraction gives float64.", "{\"row\": " + row + "}");
      }
    } else {
      double product = (plan.from_integer ? static_cast<double>(integers[i]) : doubles[i]) * settings.factor;
      std::memcpy(&column->cells[i], &product, sizeof product);
    }
  }
  column->buffers[0] = bits ? column->validity.data() : nullptr;
  column->buffers[1] = column->cells.data();
  ArrowArray made{old.length, old.null_count, 0, 2, 0, column->buffers, nullptr, nullptr, Column::release, nullptr};
  made.private_data = column.release();
  return made;
}

}  // namespace scale
