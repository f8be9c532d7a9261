// DATA's transparency. Any chunking gives the same; the end is where a plain search for CRLF.CRLF sees it;
// what our own client writes is read as it was.
#include <cstdint>

#include "core/ensure.hpp"
#include "smtp/dot_stuffing.hpp"

namespace {

using namespace scop;

struct Read {
  std::string message;
  std::size_t used = 0;
  bool ended = false;
  smtp::Octets octets;
  bool operator==(const Read&) const = default;
};

Read unstuff(std::string_view in, std::size_t chunk) {
  smtp::DotUnstuffer unstuffer;
  smtp::OctetWatch watch;
  Read read;
  while (read.used < in.size() && !unstuffer.ended()) {
    std::string out;
    read.used += unstuffer.feed(in.substr(read.used, chunk), out);
    watch.feed(out);
    read.message += out;
  }
  read.ended = unstuffer.ended();
  read.octets = watch.finish();
  return read;
}

bool has_bare(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  const auto whole = unstuff(in, in.size() + 1);
  for (const std::size_t chunk : {1U, 2U, 3U, 5U, 16U}) ENSURE(unstuff(in, chunk) == whole);

  // DATA's own CRLF stands before the first octet.
  const auto wire = "\r\n" + std::string(in);
  const auto end = wire.find("\r\n.\r\n");
  ENSURE(whole.ended == (end != std::string::npos));
  if (whole.ended) ENSURE(whole.used == end + 3);
  ENSURE(whole.octets.size == whole.message.size() && whole.octets.bare() == has_bare(whole.message));

  smtp::DotStuffer stuffer;
  std::string out;
  const bool sendable = stuffer.feed(in.substr(0, size / 2), out) && stuffer.feed(in.substr(size / 2), out) &&
                        stuffer.finish(out);
  ENSURE(sendable == !has_bare(in));
  if (sendable) {
    const auto back = unstuff(out, 4);
    ENSURE(back.ended && back.used == out.size());
    ENSURE(back.message == (in.empty() || in.ends_with("\r\n") ? std::string(in) : std::string(in) + "\r\n"));
  }
  return 0;
}
