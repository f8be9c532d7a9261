// Messages from the grammars, whole and with some octets changed. Whole: what is read is what was meant.
// Changed: what is written from the values is what was read, and every reader of ours finds the same leaves.
//   octets 0-2: the message's number; then pairs: place (two octets), octet
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "corpus/compare.hpp"
#include "corpus/generate.hpp"
#include "message/header.hpp"
#include "message/mime_walk.hpp"
#include "mime/entity.hpp"
#include "mime_text/message.hpp"

using namespace scop;

namespace {

void check_readers(std::string_view octets) {
  static mime_text::Charsets charsets;
  const auto entity = mime::parse(octets, charsets);
  const auto again = mime::encode(entity);
  ENSURE(again == octets);
  ENSURE(mime::equal(entity, mime::parse(again, charsets)));
  const auto read = mime_text::Message::read(octets);
  ENSURE(read.parts().size() <= mime_text::most_parts);
  if (const auto leaves = message::walk_leaf_parts(octets)) {
    std::size_t at = 0;
    for (const auto& leaf : *leaves) {
      ENSURE(at <= leaf.header_begin && leaf.header_end <= leaf.body_begin &&
             leaf.body_begin <= leaf.body_end);
      at = leaf.body_end;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::basic_string_view<std::uint8_t> input(data, size);
  const auto number =
      (static_cast<std::uint64_t>(input[0]) << 16U) | (static_cast<std::uint64_t>(input[1]) << 8U) | input[2];
  auto message = corpus::generate(2, number);
  if (message.octets.size() > 60'000) return 0;
  static mime_text::Charsets charsets;
  ENSURE(corpus::differences(message.expected, mime::parse(message.octets, charsets), charsets).empty());
  bool changed = false;
  for (std::size_t at = 3; at + 2 < size && !message.octets.empty(); at += 3) {
    const auto place = (static_cast<std::size_t>(input[at]) << 8U) | input[at + 1];
    message.octets[place % message.octets.size()] = static_cast<char>(input[at + 2]);
    changed = true;
  }
  if (changed) check_readers(message.octets);
  return 0;
}
