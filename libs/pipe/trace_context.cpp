#include "pipe/trace_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base64.hpp"
#include "core/id.hpp"

namespace scop::pipe {

namespace {

constexpr std::size_t id_digits = 32;
constexpr std::size_t span_digits = 16;
constexpr std::size_t whole = 55;  // of version 00

// Lower case alone: the specification calls others malformed.
bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool is_number(std::string_view text, std::size_t digits) {
  return text.size() == digits && is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::string random_hex(std::size_t digits) {
  for (;;) {
    auto text = to_hex(random_octets(digits / 2));
    if (is_number(text, digits)) return text;
  }
}

}  // namespace

std::string TraceContext::header() const {
  return fmt::format("00-{}-{}-{}", id, span.empty() ? random_hex(span_digits) : span, flags);
}

std::string TraceContext::text() const { return parent.empty() ? header() : header() + ' ' + parent; }

// A later version may have more behind a further dash, and is read as far as it is known.
std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < whole || text.size() > 512 || text[2] != '-' || text[35] != '-' || text[52] != '-')
    return std::nullopt;
  const auto version = text.substr(0, 2);
  const auto id = text.substr(3, id_digits);
  const auto span = text.substr(36, span_digits);
  const auto flags = text.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(flags)) return std::nullopt;
  if (text.size() > whole && (version == "00" || text[whole] != '-')) return std::nullopt;
  if (!is_number(id, id_digits) || !is_number(span, span_digits)) return std::nullopt;
  return TraceContext{.id = std::string(id), .span = std::string(span), .flags = std::string(flags)};
}

std::optional<TraceContext> parse_trace(std::string_view text) {
  if (is_number(text, id_digits)) return TraceContext{.id = std::string(text), .span = {}};
  const auto space = text.find(' ');
  auto context = parse_traceparent(text.substr(0, space));
  if (space == std::string_view::npos || !context) return context;
  if (!is_number(text.substr(space + 1), span_digits)) return std::nullopt;
  context->parent = text.substr(space + 1);
  return context;
}

TraceContext context_of(std::string_view text) {
  return parse_trace(text).value_or(TraceContext{.id = {}, .span = {}});
}

TraceContext continued(std::string_view told) {
  auto context = context_of(told);
  if (context.id.empty()) context.id = random_hex(id_digits);
  context.parent = std::move(context.span);
  context.span = random_hex(span_digits);
  return context;
}

TraceContext begun(std::string_view id) { return {.id = std::string(id), .span = random_hex(span_digits)}; }

std::string_view trace_id_of(std::string_view text) {
  return parse_trace(text) && text.size() > id_digits ? text.substr(3, id_digits) : text;
}

}  // namespace scop::pipe
