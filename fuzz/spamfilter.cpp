// What the keeper reads of others: the judge's answer, clamd's, headers with X-Spam-* in them, the envelope
// of an HTTP check. What is accepted comes out the same again; what the keeper writes is always whole fields.
#include <algorithm>
#include <cstdint>

#include "core/ensure.hpp"
#include "message/header.hpp"
#include "spamfilter/clamd_reply.hpp"
#include "spamfilter/examination.hpp"
#include "spamfilter/gathered.hpp"
#include "spamfilter/line_ends.hpp"
#include "spamfilter/own_fields.hpp"
#include "spamfilter/ruling.hpp"

namespace {

using namespace scop;
using namespace scop::spamfilter;

void read_answers(std::string_view input) {
  if (const auto examined = decode_examination(input)) {
    const auto again = decode_examination(encode(*examined));
    ENSURE(again && encode(*again) == encode(*examined) && again->findings == examined->findings);
  }
  if (const auto virus = parse_clamd_reply(input))
    ENSURE(std::ranges::all_of(*virus, [](char c) { return c >= ' ' && c < 0x7f; }));
}

void write_fields(std::string_view input) {
  Case found;
  found.virus = input.substr(0, input.size() / 3);
  found.common.label = bayes::Label::spam;
  found.common.reasons = {{std::string(input), 0.9}, {std::string(input.substr(input.size() / 2)), 0.5}};
  found.findings = {{attachments::Kind::macro, std::string(input), std::string(input)}};
  found.addressees = {{"a@b.test", found.common, {}}};
  for (const auto& field : rule(found, {}).prepend) {
    const auto raw = field.name() + ":" + field.value() + "\r\n";
    const auto parsed = message::parse_header(raw);
    ENSURE(parsed && parsed->malformed.empty() && parsed->fields.size() == 1 &&
           parsed->fields.front().raw == raw);
  }
}

void read_header(std::string_view input) {
  LineEnds ends;
  const auto message = ends.as_crlf(input);
  Memory memory(1U << 16U);
  Gathered gathered(memory, 1'000);
  for (std::string_view rest = message; !rest.empty();
       rest.remove_prefix(std::min<std::size_t>(rest.size(), 7)))
    gathered.add(rest.substr(0, 7));
  ENSURE(message.starts_with(gathered.octets()));
  const auto header = message::parse_header(gathered.header());
  for (const auto index : foreign_fields(gathered.header())) ENSURE(header && index < header->fields.size());
  const auto observations = observed_in(gathered.header());
  if (observations.empty()) return;
  const auto field = observed_field(observations);
  ENSURE(observed_in(field.name() + ":" + field.value() + "\r\n\r\n") == observations);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read_answers(input);
  write_fields(input);
  read_header(input);
  return 0;
}
