// Which message a call is about, as W3C Trace Context says it (w3.org/TR/trace-context, "traceparent"):
//   version "-" trace-id "-" parent-id "-" trace-flags        00-<32 hex>-<16 hex>-<2 hex>
// The trace is the message's, from the first daemon to the last; every call is a span of its own, whose
// parent is the caller's. Anyone can claim any trace: it is for people who read logs, and decides nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scop::pipe {

struct TraceContext {
  std::string id;            // 32 hex digits, not all zero
  std::string span;          // 16 hex digits, not all zero; empty: only the trace is known
  std::string parent = {};   // the caller's span; empty: it told none
  std::string flags = "01";  // "sampled": it is logged
  bool operator==(const TraceContext&) const = default;

  std::string header() const;  // traceparent with our own span: what a call that follows from this one says
  std::string text() const;  // within a daemon: the header, and the parent behind a space where there is one
};

std::optional<TraceContext> parse_traceparent(std::string_view text);
// A context's own text, a traceparent, or a trace's id alone.
std::optional<TraceContext> parse_trace(std::string_view text);
// The same, for the log: empty members where it is none of them.
TraceContext context_of(std::string_view text);

// The span of whoever was called with this; a new trace where it is malformed or there is none.
TraceContext continued(std::string_view told);
// A trace of this id begins: 32 hex digits.
TraceContext begun(std::string_view id);
// The id in either form; what is neither is given back as it is.
std::string_view trace_id_of(std::string_view text);

}  // namespace scop::pipe
