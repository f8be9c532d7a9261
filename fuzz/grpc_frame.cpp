// gRPC's message framing: the same messages however the octets are cut, and what comes out frames back to
// what came in.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pipe/frame.hpp"

namespace {

using scop::pipe::Deframer;

bool feed(Deframer& deframer, std::string_view octets, std::size_t piece, std::deque<std::string>& messages) {
  while (!octets.empty()) {
    if (!deframer.feed(octets.substr(0, piece), messages)) return false;
    octets.remove_prefix(std::min(piece, octets.size()));
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = 1U + data[0] % 16U;
  Deframer whole(4096);
  Deframer cut(4096);
  std::deque<std::string> of_whole;
  std::deque<std::string> of_cut;
  const bool good = feed(whole, octets, octets.size(), of_whole);
  if (good != feed(cut, octets, piece, of_cut) || of_whole != of_cut) std::abort();
  std::string again;
  for (const auto& message : of_whole) again += scop::pipe::frame_message(message);
  if (!octets.starts_with(again)) std::abort();
  if (good && whole.between_messages() != (again.size() == octets.size())) std::abort();
  return 0;
}
