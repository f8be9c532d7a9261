// gzip data of strangers: bounded, the same whether the wrapping is taken off by zlib or by us, and what we
// pack we unpack.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "gzip/gzip.hpp"

using namespace scop;

namespace {

constexpr std::size_t head = 10;    // without file name and comment (RFC 1952 2.3)
constexpr std::size_t trailer = 8;  // checksum and size
constexpr std::size_t flags_at = 3;

void check_size(std::size_t packed, std::size_t unpacked) {
  ENSURE(unpacked <= gzip::most_unpacked);
  ENSURE(unpacked <= std::max(gzip::free_of_ratio, packed * gzip::most_ratio));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto packed = gzip::deflate(octets);
  ENSURE(packed.starts_with(gzip::mark) && gzip::inflate(packed) == octets &&
         gzip::deflate(octets) == packed);
  if (const auto raw = gzip::inflate(octets, gzip::Wrapping::raw)) check_size(size, raw->size());
  const auto unpacked = gzip::inflate(octets);
  if (!unpacked) return 0;
  check_size(size, unpacked->size());
  if (octets[flags_at] != 0) return 0;
  const auto raw = gzip::inflate(octets.substr(head), gzip::Wrapping::raw);
  ENSURE(raw ? *raw == *unpacked : raw.error().kind == ErrorKind::too_large);
  ENSURE(size >= head + trailer);
  return 0;
}
