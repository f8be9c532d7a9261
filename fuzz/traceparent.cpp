// traceparent: what is read is written the same, and whatever a caller says, a call has a valid span.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "pipe/trace_context.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = pipe::parse_traceparent(text);
  if (read && text.starts_with("00")) ENSURE(read->header() == text);
  const auto own = pipe::continued(text);
  const auto again = pipe::parse_traceparent(own.header());
  ENSURE(pipe::context_of(own.text()) == own);
  ENSURE(again && again->id == own.id && again->span == own.span);
  if (read) ENSURE(own.id == read->id && own.parent == read->span && own.span != read->span);
  if (const auto any = pipe::parse_trace(text); any && !any->span.empty())
    ENSURE(pipe::parse_trace(any->text()) == any);
  ENSURE(pipe::trace_id_of(text).size() <= size);
  return 0;
}
