// Whole messages through the validator, and a new set put on any of them. Nothing verifies by chance: a pass
// here would be a bug.
#include <cstddef>
#include <cstdint>

#include "arc/sealer.hpp"
#include "arc/validator.hpp"
#include "core/ensure.hpp"

using namespace scop;

namespace {

constexpr dkim::Seconds now{std::chrono::seconds(1'500'000'000)};
// RFC 8463 A.2's key: its private half is in no input by chance.
constexpr std::string_view record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto key = dkim::DkimKey::generate(dkim::KeyType::ed25519).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto header = message::parse_header(text);
  if (!header) return 0;
  arc::Validator validator(now);
  const auto wanted = validator.header(*header);
  ENSURE(wanted.size() <= arc::most_sets + 1);
  for (const auto& name : wanted) validator.key(name, {dkim::KeyAnswer::Kind::found, {std::string(record)}});
  validator.body(text.substr(header->body));
  const auto verdict = validator.finish();
  ENSURE(verdict.status != arc::ChainStatus::pass);
  arc::Sealer sealer;
  sealer.body(text.substr(header->body));
  const auto set = sealer.seal(*header, {"mx.example", "spf=none", verdict.status},
                               arc::names_to_seal(*header), {"d.example", "s", key}, now);
  if (set) ENSURE(set->instance >= 1 && set->instance <= arc::most_sets);
  return 0;
}
