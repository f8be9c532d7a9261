// Answers about a mail host as a hostile zone could give them; the decision ends, and says what a table
// would.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "dane/host.hpp"
#include "dane/tlsa.hpp"
#include "dns/name.hpp"

namespace {

// Of the input's front: an answer with up to three records, each behind its length.
scop::dns::Answer take(std::string_view& octets) {
  using namespace scop::dns;
  Answer answer;
  if (octets.empty()) return answer;
  const auto head = static_cast<unsigned char>(octets.front());
  octets.remove_prefix(1);
  answer.rcode = static_cast<Rcode>(head & 3U);
  answer.validation = static_cast<Validation>((head >> 2U) & 3U);
  if ((head & 16U) != 0) answer.canonical_name = "far.test";
  for (unsigned i = 0; i < (head >> 5U) % 4 && !octets.empty(); ++i) {
    const auto size = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);
    answer.records.emplace_back(octets.substr(0, size));
    octets.remove_prefix(std::min<std::size_t>(size, octets.size()));
  }
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  using Kind = dane::Verdict::Kind;
  std::string_view octets(reinterpret_cast<const char*>(data), size);
  dane::Host host("mx.test", {});
  for (int round = 0; !host.done(); ++round) {
    ENSURE(round < 5);
    const auto wanted = host.wanted();
    ENSURE(!wanted.empty());
    for (const auto& question : wanted) host.answer(question, take(octets));
  }
  const auto verdict = host.verdict();
  for (const auto& record : verdict.records) {
    ENSURE(verdict.kind == Kind::records ? dane::is_usable(record) : verdict.kind == Kind::unusable);
    if (const auto again = dane::tlsa_from_text(dane::to_text(record))) ENSURE(*again == record);
  }
  ENSURE((verdict.kind == Kind::records) <= !verdict.records.empty());
  ENSURE((verdict.kind == Kind::unknown) == !verdict.failed.name.empty());
  return 0;
}
