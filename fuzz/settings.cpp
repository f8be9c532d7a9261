// scop.toml as anybody might write it, read by every daemon: no crash, every fault with its line, and the
// same faults when it is read again.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "settings/accounts.hpp"
#include "settings/acme.hpp"
#include "settings/courier.hpp"
#include "settings/dns.hpp"
#include "settings/mesh.hpp"
#include "settings/receiver.hpp"
#include "settings/relay.hpp"
#include "settings/resolver.hpp"
#include "settings/signer.hpp"
#include "settings/spamfilter.hpp"
#include "settings/submission.hpp"
#include "settings/verifier.hpp"
#include "settings/web.hpp"

using namespace scop;

namespace {

std::vector<std::string> problems_of(std::string_view text) {
  const auto document = config::Document::parse(text, "scop.toml");
  if (!document) return {document.error().what};
  const auto mesh = settings::read_mesh(*document);
  static_cast<void>(settings::read_accounts(*document));
  static_cast<void>(settings::read_acme(*document, "mx.example.org", "example.org"));
  static_cast<void>(settings::read_courier(*document, "mx.example.org"));
  static_cast<void>(settings::read_dns(*document));
  static_cast<void>(settings::read_receiver(*document));
  static_cast<void>(settings::read_relay(*document));
  static_cast<void>(settings::read_resolver(*document));
  static_cast<void>(settings::read_signer(*document));
  static_cast<void>(settings::read_spamfilter(*document));
  static_cast<void>(settings::read_submission(*document));
  static_cast<void>(settings::read_verifier(*document, "mx.example.org", "example.org"));
  static_cast<void>(settings::read_web(*document, "mx.example.org"));
  return document->problems_and_unknown_keys({""});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto problems = problems_of(text);
  for (const auto& problem : problems) {
    ENSURE(problem.starts_with("scop.toml:"));
    ENSURE(problem.find_first_of(std::string_view("\n\0", 2)) == std::string::npos);
  }
  ENSURE(problems_of(text) == problems);
  return 0;
}
