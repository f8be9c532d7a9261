// What a stage may send the relay: whatever envelope and findings say, a header that is stored ends where it
// ends, its lines are lines, and an address that is taken holds nothing that breaks out of an SMTP command.
#include <cstdint>
#include <cstdlib>

#include "core/ascii.hpp"
#include "relay/assembly.hpp"
#include "relay/envelope.hpp"
#include "relay/inspection.hpp"

namespace {

bool is_clean(std::string_view octets, std::size_t piece) {
  scop::relay::Inspection inspection;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    if (!inspection.feed(octets.substr(at, piece))) return false;
  }
  return inspection.finish().has_value();
}

void check_taken(const scop::v1::Envelope& envelope) {
  for (const auto& recipient : envelope.recipients()) {
    for (const char c : recipient.address()) {
      if (scop::ascii::is_control(c)) std::abort();
    }
  }
  const auto message = scop::relay::queued_from(envelope, "signer", scop::Time{});
  if (message.recipients.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find("\x1f");
  const auto header = cut == std::string_view::npos ? std::string_view{} : input.substr(cut + 1);
  if (is_clean(header, 1) != is_clean(header, 4096)) std::abort();

  scop::v1::Part part;
  if (!part.ParseFromArray(data, static_cast<int>(std::min(cut, size)))) return 0;
  if (part.has_envelope() && scop::relay::check(part.envelope())) check_taken(part.envelope());
  scop::v1::Envelope envelope = part.envelope();
  const bool header_is_clean = header.ends_with("\r\n\r\n") && is_clean(header, 4096);
  const auto assembled = scop::relay::assemble(
      {envelope, part.findings(), "verifier", "relay.our.example", header, scop::Time{}});
  if (!assembled || !header_is_clean || !scop::relay::check(envelope)) return 0;
  if (!is_clean(*assembled, 4096)) std::abort();
  return 0;
}
