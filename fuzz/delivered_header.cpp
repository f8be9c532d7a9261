// What the signer signs: a header with a stage's findings applied. Whatever they say, each of their fields is
// exactly one, none is lost that was not removed, and the whole is a header.
//   Findings, US, header
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>

#include "core/ensure.hpp"
#include "signer/delivered_header.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = std::min(input.find('\x1f'), size);
  const auto octets = input.substr(std::min(cut + 1, size));
  v1::Findings findings;
  if (!findings.ParseFromArray(data, static_cast<int>(cut))) return 0;
  const auto original = message::parse_header(octets);
  signer::DeliveredHeader delivered;
  if (!signer::deliver(octets, findings, delivered)) return 0;
  const std::set<std::uint32_t> removed(findings.remove().begin(), findings.remove().end());
  const auto& fields = delivered.header.fields;
  const auto added = static_cast<std::size_t>(findings.prepend_size());
  ENSURE(original && delivered.header.malformed.empty());
  ENSURE(fields.size() == original->fields.size() - removed.size() + added);
  for (std::size_t i = 0; i < added; ++i)
    ENSURE(fields[i].name == findings.prepend(static_cast<int>(i)).name() &&
           fields[i].name != "DKIM-Signature");
  return 0;
}
