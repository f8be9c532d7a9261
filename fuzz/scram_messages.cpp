// SCRAM messages: what parses keeps its parts, and an exchange with any client ends with a verdict.
#include <array>
#include <cstdint>

#include "core/ensure.hpp"
#include "scram/server.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\n');
  const auto first_text = input.substr(0, end);
  const auto final_text = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  const auto first = scram::parse_client_first(first_text);
  if (first) {
    ENSURE(first->gs2_header + first->bare == first_text);
    ENSURE(scram::decode_name(scram::encode_name(first->user_name)) == first->user_name);
  }
  const auto final = scram::parse_client_final(final_text);
  if (final) ENSURE(final_text.starts_with(final->without_proof) && !final->proof.empty());

  const scram::Mechanism mechanism{.plus = !input.empty() && input.front() == 'p',
                                   .plus_offered = true,
                                   .binding_name = "tls-exporter",
                                   .binding = "binding"};
  const auto accepted = scram::accept_first(first_text, mechanism);
  if (!accepted) return 0;
  const auto begun = scram::begin(*accepted, mechanism, "salt", scram::least_iterations, "nonce");
  const std::array keys{scram::StoredKeys{std::string(32, 'a'), std::string(32, 'b')}};
  const auto finished = scram::finish(begun.exchange, final_text, keys);
  ENSURE(!finished || !*finished);  // nobody knows a ClientKey for these
  return 0;
}
