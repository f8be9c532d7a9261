#include "gzip/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/ensure.hpp"

namespace scop::gzip {

namespace {

constexpr int window = 15;
constexpr int with_gzip = 16;
constexpr int memory_level = 8;
constexpr std::size_t buffer_size = 64U << 10U;
using Buffer = std::array<unsigned char, buffer_size>;

std::string_view filled(const Buffer& buffer, const z_stream& stream) {
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size() - stream.avail_out};
}

// zlib reads through a pointer that it does not write to.
void set_input(z_stream& stream, std::string_view octets) {
  stream.next_in = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(octets.data()));
  stream.avail_in = static_cast<unsigned>(octets.size());
}

void set_output(z_stream& stream, Buffer& buffer) {
  stream.next_out = buffer.data();
  stream.avail_out = static_cast<unsigned>(buffer.size());
}

class Inflating {
 public:
  explicit Inflating(Wrapping wrapping) {
    ENSURE(inflateInit2(&stream_, wrapping == Wrapping::gzip ? window + with_gzip : -window) == Z_OK);
  }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
  ~Inflating() { inflateEnd(&stream_); }

  Outcome<std::string> read(std::string_view packed) {
    set_input(stream_, packed);
    const auto most = std::min(most_unpacked, std::max(free_of_ratio, packed.size() * most_ratio));
    std::string out;
    for (int status = Z_OK; status != Z_STREAM_END;) {
      set_output(stream_, buffer_);
      status = ::inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END)
        return failure(ErrorKind::malformed, "packed data is broken or cut short");
      out += filled(buffer_, stream_);
      if (out.size() > most) return failure(ErrorKind::too_large, "packed data unpacks to too much");
    }
    return out;
  }

 private:
  z_stream stream_{};
  Buffer buffer_{};
};

}  // namespace

Outcome<std::string> inflate(std::string_view packed, Wrapping wrapping) {
  if (packed.size() > most_packed) return failure(ErrorKind::too_large, "packed data over 16 MiB");
  return Inflating(wrapping).read(packed);
}

std::string deflate(std::string_view octets) {
  z_stream stream{};
  ENSURE(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window + with_gzip, memory_level,
                      Z_DEFAULT_STRATEGY) == Z_OK);
  set_input(stream, octets);
  Buffer buffer{};
  std::string out;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    set_output(stream, buffer);
    status = ::deflate(&stream, Z_FINISH);
    out += filled(buffer, stream);
  }
  deflateEnd(&stream);
  return out;
}

}  // namespace scop::gzip
