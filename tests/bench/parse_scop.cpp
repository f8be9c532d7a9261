// Our side of tests/bench/parse: reads messages from a file ("SIZE\n" and the octets, again and again), then
// one pass over all of them for each line on standard input: headers, full, encode, memory. Answers with a
// line of JSON.
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "core/ascii.hpp"
#include "message/address.hpp"
#include "message/date.hpp"
#include "message/header.hpp"
#include "mime/entity.hpp"

using namespace scop;

namespace {

struct Tally {
  std::uint64_t fields = 0;
  std::uint64_t mailboxes = 0;
  std::uint64_t dates = 0;
  std::uint64_t text = 0;  // octets of decoded values
  std::uint64_t leaves = 0;
  std::uint64_t octets = 0;  // of decoded bodies, or of what was written
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<std::string> read_messages(const char* file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::string> messages;
  for (std::size_t size = 0; in >> size;) {
    in.get();
    std::string octets(size, '\0');
    in.read(octets.data(), static_cast<std::streamsize>(size));
    messages.push_back(std::move(octets));
  }
  return messages;
}

void count_mailboxes(const message::FieldView* field, mime_text::Charsets& charsets, Tally& tally) {
  const auto addresses =
      field == nullptr ? failure(ErrorKind::malformed, "") : message::parse_addresses(field->value);
  if (!addresses) return;
  for (const auto& address : *addresses) {
    for (const auto& mailbox : address.mailboxes) {
      ++tally.mailboxes;
      tally.text += mailbox.display_name.contains("=?")
                        ? charsets.decode_field(mailbox.display_name).text.size()
                        : mailbox.display_name.size();
    }
  }
}

// What the SMTP daemons and DKIM read of a message: every field found, four of them decoded.
void read_headers(std::string_view text, mime_text::Charsets& charsets, Tally& tally) {
  const auto header = message::parse_header(text);
  if (!header) return;
  tally.fields += header->fields.size();
  count_mailboxes(message::find(*header, "From"), charsets, tally);
  count_mailboxes(message::find(*header, "To"), charsets, tally);
  if (const auto* date = message::find(*header, "Date"); date != nullptr && message::parse_date(date->value))
    ++tally.dates;
  if (const auto* subject = message::find(*header, "Subject"))
    tally.text += charsets.decode_field(subject->value).text.size();
}

void count(const mime::Entity& entity, mime_text::Charsets& charsets, Tally& tally) {
  for (const auto& line : entity.header.lines) {
    const auto* field = std::get_if<mime::Field>(&line);
    if (field == nullptr) continue;
    ++tally.fields;
    tally.text += mime::decoded_value(*field, charsets).size();
  }
  if (const auto* leaf = std::get_if<mime::Leaf>(&entity.body)) {
    ++tally.leaves;
    tally.octets += leaf->octets.size();
  } else if (const auto* multipart = std::get_if<mime::Multipart>(&entity.body)) {
    for (const auto& part : multipart->parts) count(*part.entity, charsets, tally);
  } else {
    count(*std::get<mime::Embedded>(entity.body).message, charsets, tally);
  }
}

void read_fully(std::string_view text, mime_text::Charsets& charsets, Tally& tally) {
  count(mime::parse(text, charsets), charsets, tally);
}

// Only the writing is timed; some messages at once, so that the clock costs nothing.
double encode_all(const std::vector<std::string>& messages, mime_text::Charsets& charsets, Tally& tally) {
  constexpr std::size_t at_once = 64;
  double seconds = 0;
  for (std::size_t first = 0; first < messages.size(); first += at_once) {
    std::vector<mime::Entity> entities;
    for (std::size_t i = first; i < std::min(first + at_once, messages.size()); ++i)
      entities.push_back(mime::parse(messages[i], charsets));
    const auto began = cpu_seconds();
    for (const auto& entity : entities) tally.octets += mime::encode(entity).size();
    seconds += cpu_seconds() - began;
  }
  return seconds;
}

template <class Read>
double read_all(const std::vector<std::string>& messages, Read read, mime_text::Charsets& charsets,
                Tally& tally) {
  const auto began = cpu_seconds();
  for (const auto& text : messages) read(text, charsets, tally);
  return cpu_seconds() - began;
}

void print(double seconds, const Tally& tally) {
  fmt::print(R"({{"seconds":{:.6f},"fields":{},"mailboxes":{},"dates":{},"text":{},"leaves":{},"octets":{}}})"
             "\n",
             seconds, tally.fields, tally.mailboxes, tally.dates, tally.text, tally.leaves, tally.octets);
}

// Octets allocated at the most while each message was read in full, by parse_peak.c where it is preloaded.
void print_memory(const std::vector<std::string>& messages, mime_text::Charsets& charsets) {
  const auto reset = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "scop_bench_peak_reset"));
  const auto peak = reinterpret_cast<std::size_t (*)()>(dlsym(RTLD_DEFAULT, "scop_bench_peak"));
  if (reset == nullptr || peak == nullptr) {
    fmt::print("{{}}\n");
    return;
  }
  std::string peaks;
  for (const auto& text : messages) {
    Tally tally;
    reset();
    read_fully(text, charsets, tally);
    peaks += fmt::format("{}{}", peaks.empty() ? "" : ",", peak());
  }
  fmt::print("{{\"peaks\":[{}]}}\n", peaks);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto messages = read_messages(argv[1]);
  mime_text::Charsets charsets;
  for (std::string work; std::getline(std::cin, work);) {
    Tally tally;
    double seconds = 0;
    if (work == "headers") {
      seconds = read_all(messages, read_headers, charsets, tally);
    } else if (work == "full") {
      seconds = read_all(messages, read_fully, charsets, tally);
    } else if (work == "encode") {
      seconds = encode_all(messages, charsets, tally);
    } else if (work == "memory") {
      print_memory(messages, charsets);
      std::fflush(stdout);
      continue;
    } else {
      return 2;
    }
    print(seconds, tally);
    std::fflush(stdout);
  }
  return 0;
}
