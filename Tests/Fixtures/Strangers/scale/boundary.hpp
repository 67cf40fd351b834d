// boundary.hpp - keeps exceptions on this side: what C++ throws becomes a status and one call of error->set().
#pragma once
#include <cerrno>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include "ote_plugin.h"

namespace scale {

inline ote_str borrowed(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(ote_str text) {
  return text.len ? std::string_view(text.ptr, text.len) : std::string_view();
}

// What the code of this plugin throws. details is a JSON object or empty.
struct Failure : std::exception {
  ote_status status;
  std::string message, details;
  Failure(ote_status status, std::string message, std::string details = "")
      : status(status), message(std::move(message)), details(std::move(details)) {}
  const char *what() const noexcept override { return message.c_str(); }
};

// Runs body; answers OTE_OK or hands status, words and details of what it threw to report(), which must not throw.
template <class Body, class Report> ote_status guarded(Body &&body, Report &&report) noexcept {
  try {
    return body();
  } catch (const Failure &failure) {
    return report(failure.status, failure.message, failure.details);
  } catch (const std::bad_alloc &) {
    return report(OTE_E_RESOURCE, "The plugin scale ran out of memory.", "");
  } catch (const std::exception &surprise) {
    return report(OTE_E_INTERNAL, surprise.what(), "");
  } catch (...) {
    return report(OTE_E_INTERNAL, "The plugin scale threw something unknown.", "");
  }
}

// A guarded call of the contract.
template <class Body> ote_status call(ote_error *error, Body &&body) noexcept {
  return guarded(body, [error](ote_status status, std::string_view message, std::string_view details) {
    error->set(error, status, 0, borrowed(message), borrowed(details));
    return status;
  });
}

}  // namespace scale
