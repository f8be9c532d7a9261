// Whole messages through the verifier, and bodies through both canonical forms whole and in pieces. Nothing
// verifies by chance: a pass here would be a bug. The first octet is the size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dkim/body_hash.hpp"
#include "dkim/verifier.hpp"

using namespace scop;

namespace {

// RFC 8463 A.2's key: its private half is in no input by chance.
constexpr std::string_view record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

void feed(dkim::BodyHash& hash, std::string_view body, std::size_t step) {
  for (; !body.empty(); body.remove_prefix(std::min(step, body.size()))) hash.feed(body.substr(0, step));
}

void same_hash_in_pieces(std::string_view body, std::size_t step) {
  for (const auto form : {dkim::Canonical::simple, dkim::Canonical::relaxed}) {
    dkim::BodyHash whole(form, dkim::Hash::sha256);
    dkim::BodyHash pieces(form, dkim::Hash::sha256);
    feed(whole, body, body.size());
    feed(pieces, body, step);
    ENSURE(whole.finish() == pieces.finish() && whole.length() == pieces.length());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.empty()) return 0;
  const std::size_t step = static_cast<unsigned char>(text.front()) + 1U;
  text.remove_prefix(1);
  same_hash_in_pieces(text, step);
  const auto header = message::parse_header(text);
  if (!header) return 0;
  dkim::Verifier verifier({}, dkim::Seconds(std::chrono::seconds(1'528'637'909)));
  for (const auto& name : verifier.header(*header)) {
    verifier.key(name, {dkim::KeyAnswer::Kind::found, {std::string(record)}});
  }
  for (auto body = text.substr(header->body); !body.empty();
       body.remove_prefix(std::min(step, body.size()))) {
    verifier.body(body.substr(0, step));
  }
  for (const auto& verdict : verifier.finish()) {
    if (verdict.result == dkim::Result::pass) ENSURE(verdict.domain == "football.example.com");
  }
  return 0;
}
