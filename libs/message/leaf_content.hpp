// What a leaf part holds, decoded: attachments of messages that people keep in files.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "message/mime_walk.hpp"

namespace scop::message {

// Lenient: what does not decode is empty.
std::string content_of(std::string_view message, const LeafPart& part);

// Whoever keeps mail in files often keeps its lines with LF.
std::string with_crlf(std::string_view text);

// The values that `look(part, message)` finds in a message's leaf parts, in order; where it finds none, the
// last thing that went wrong, or `none`. It returns std::optional<Outcome<Value>>, nothing for a part that is
// not meant.
template <class Value, class Look>
Outcome<std::vector<Value>> found_in_parts(std::string_view octets, std::size_t most, const Error& none,
                                           Look look) {
  if (octets.size() > most)
    return failure(ErrorKind::too_large, fmt::format("message over {} MiB", most >> 20U));
  const auto message = with_crlf(octets);
  const auto parts = walk_leaf_parts(message);
  if (!parts) return std::unexpected(parts.error());
  std::vector<Value> values;
  Error last = none;
  for (const auto& part : *parts) {
    std::optional<Outcome<Value>> found = look(part, std::string_view(message));
    if (!found) continue;
    if (*found) {
      values.push_back(std::move(**found));
    } else {
      last = std::move(found->error());
    }
  }
  if (!values.empty()) return values;
  return std::unexpected(std::move(last));
}

}  // namespace scop::message
